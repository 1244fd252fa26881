// uniformity: the loss out of the sums over all pairs, and what their weights are made of.
#include "gramian/pair/reduce.cuh"
#include "gramian/set/uniformity_params.cuh"

namespace gramian::uniformity {

constexpr double kLn2 = 0.6931471805599453;

// The sum over all rows, by one block; valid on all threads.
__device__ __forceinline__ PeakedSum sum_of_all(const LossParams& p) {
  GRAMIAN_SHARED(double, peaks, kRowThreads);
  double peak = p.sums[0].peak;
#pragma unroll 1
  for (u32 row = threadIdx.x; row < p.rows; row += kRowThreads) {
    peak = fmax(peak, p.sums[row].peak);
  }
  peaks[threadIdx.x] = peak;
  __syncthreads();
#pragma unroll 1
  for (u32 t = 0; t < kRowThreads; ++t) {
    peak = fmax(peak, peaks[t]);
  }
  double sum = 0.0;
#pragma unroll 1
  for (u32 row = threadIdx.x; row < p.rows; row += kRowThreads) {
    sum += exp2((p.sums[row].peak - peak) * p.scalars->rowScale * kLog2E + p.sums[row].log);
  }
  return {peak, log2(block_sum<kRowThreads>(sum))};
}

// A single row has no pair: 0, or not a number where the row is none.
__device__ __forceinline__ void single(const LossParams& p) {
  double sum = 0.0;
#pragma unroll 1
  for (u32 k = threadIdx.x; k < p.depth; k += kRowThreads) {
    sum += 0.0 * p.mean[k];
  }
  sum = block_sum<kRowThreads>(sum);
  if (threadIdx.x == 0) {
    *p.peak = 0.0f;
    *p.factor = 0.0f;
    if (p.loss != nullptr) {
      store_element(p.loss, p.lossType, 0, sum, false);
    }
  }
}

__device__ __forceinline__ void write_loss(const LossParams& p) {
  if (p.rows == 1) {
    single(p);
    return;
  }
  const PeakedSum all = sum_of_all(p);
  const double pairs = 0.5 * p.rows * (p.rows - 1.0);
  const double excess = sum_of(p.excesses, p.blocks, 1) / pairs;
  if (threadIdx.x == 0) {
    const PairScalars& s = *p.scalars;
    *p.peak = static_cast<float>(all.peak);
    *p.factor = static_cast<float>(s.upstream * s.rowScale * exp2(-all.log));
    if (p.loss != nullptr) {
      const double loss =
          excess > -0.5 ? log1p(excess) : s.rowScale * all.peak + kLn2 * all.log - log(pairs);
      store_element(p.loss, p.lossType, 0, loss, false);
    }
  }
}

}  // namespace gramian::uniformity

GRAMIAN_KERNEL(uniformity_loss, gramian::uniformity::LossParams, gramian::kRowThreads) {
  gramian::uniformity::write_loss(p);
}
