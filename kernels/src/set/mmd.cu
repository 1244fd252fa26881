// mmd: the mean kernels of the three passes, added up; and all of it in double, where these cancel.
#include "gramian/pair/reduce.cuh"
#include "gramian/set/exact.cuh"
#include "gramian/set/mmd_params.cuh"

namespace gramian::mmd {

// Where the loss is less of its terms, per point, float kernels leave it too few digits. That of
// two samples of one distribution is mostly more.
constexpr double kCancellation = 0.1;

__device__ __forceinline__ void add_part(const PartParams& p) {
  const double sum = p.weight * sum_of(p.sums, p.blocks, p.stride);
  if (threadIdx.x == 0) {
    if (p.isLast == 0) {
      p.parts[p.part] = sum;
    } else {
      const double loss = p.parts[0] + p.parts[1] + sum;
      if (p.loss != nullptr) {
        store_element(p.loss, p.lossType, 0, loss, false);
      }
      const double largest = fmax(p.parts[0], p.parts[1]);
      *p.isExact = *p.hasNear != 0 || loss < kCancellation * largest / p.count ? 1 : 0;
    }
  }
}

// sum_ij a_i a_j k(z_i, z_j) over all points z of both sets, a = 1/|X| in the first and -1/|Y| in
// the second.
struct ExactVisitor {
  const ExactParams& p;
  double upstream;
  CompensatedSum sum;

  __device__ __forceinline__ double share(u32 point) const {
    return point < p.pairs.sets[0].count ? 1.0 / p.pairs.sets[0].count
                                         : -1.0 / p.pairs.sets[1].count;
  }

  __device__ __forceinline__ double pair(u32, u32 i, u32 j, u32, bool exists, double square) {
    if (!exists) {
      return 0.0;
    }
    const double both = share(i) * share(j);
    double slope = 0.0;
#pragma unroll 1
    for (u32 u = 0; u < p.variances; ++u) {
      const double kernel = both * exp(-square * p.rate[u]);
      sum.add(kernel);
      slope = fma(-kernel, p.rate[u], slope);
    }
    // Of both orders of the pair, and the derivative of a square.
    return 4.0 * upstream * slope;
  }
};

__device__ __forceinline__ void exact(const ExactParams& p) {
  if (*p.pairs.isWanted == 0) {
    return;
  }
  ExactVisitor visitor = {p, read_scalar(p.upstream), {}};
  visit_exact_pairs(p.pairs, visitor);
  const double sum = block_sum<kRowThreads>(visitor.sum.value());
  if (threadIdx.x == 0) {
    p.sums[blockIdx.x] = sum;
  }
}

// One block.
__device__ __forceinline__ void write_exact_loss(const ExactLossParams& p) {
  if (*p.isWanted == 0) {
    return;
  }
  const double sum = sum_of(p.sums, p.blocks, 1);
  if (threadIdx.x == 0) {
    store_element(p.loss, p.lossType, 0, sum, false);
  }
}

}  // namespace gramian::mmd

GRAMIAN_KERNEL(mmd_part, gramian::mmd::PartParams, gramian::kRowThreads) {
  gramian::mmd::add_part(p);
}

GRAMIAN_KERNEL(mmd_exact, gramian::mmd::ExactParams, gramian::kRowThreads) {
  gramian::mmd::exact(p);
}

GRAMIAN_KERNEL(mmd_exact_loss, gramian::mmd::ExactLossParams, gramian::kRowThreads) {
  gramian::mmd::write_exact_loss(p);
}
