// Two sets of points: their means, the points less the common mean, and their gradients as the
// caller wants them.
#include "gramian/set/columns.cuh"
#include "gramian/set/params.cuh"
#include "gramian/set/sets_params.cuh"

namespace gramian::sets {

__device__ __forceinline__ void column_sums(const SumsParams& p) {
  const SetColumn at(p.set);
  double sum = 0.0;
#pragma unroll 4
  for (u32 row = at.first; row < at.end; row += kRowWarps) {
    sum += set_value(p.set, row, at.column);
  }
  sum = sum_over_warps(sum);
  if (threadIdx.x < kWarpSize && at.column < p.set.depth) {
    p.sums[static_cast<i64>(blockIdx.y) * p.set.depth + at.column] = sum;
  }
}

// A thread has a dimension.
__device__ __forceinline__ void means(const MeansParams& p) {
  const u32 column = blockIdx.x * kRowThreads + threadIdx.x;
  if (column >= p.depth) {
    return;
  }
  double both = 0.0;
#pragma unroll
  for (u32 set = 0; set < 2; ++set) {
    double sum = 0.0;
#pragma unroll 1
    for (u32 s = 0; s < p.slices[set]; ++s) {
      sum += p.sums[set][static_cast<i64>(s) * p.depth + column];
    }
    p.means[set][column] = sum / p.counts[set];
    both += sum;
  }
  p.centre[column] = both / (static_cast<double>(p.counts[0]) + p.counts[1]);
}

// A warp has a point.
__device__ __forceinline__ void centre_points(const CentreParams& p) {
  const i64 row = warp_row();
  if (row >= p.set.count) {
    return;
  }
#pragma unroll 2
  for (u32 k = threadIdx.x % kWarpSize; k < p.set.depth; k += kWarpSize) {
    p.to[row * p.stride + k] =
        static_cast<float>(set_value(p.set, static_cast<u32>(row), k) - p.centre[k]);
  }
}

// A warp has a point.
__device__ __forceinline__ void finish(const FinishParams& p) {
  const i64 row = warp_row();
  if (row >= p.set.count) {
    return;
  }
#pragma unroll 1
  for (u32 k = threadIdx.x % kWarpSize; k < p.set.depth; k += kWarpSize) {
    double value = p.gradient[row * p.gradientStride + k];
    if (p.spread != nullptr) {
      const double deviation = set_value(p.set, static_cast<u32>(row), k) - p.mean[k];
      value = fma(p.spread->ofDeviation, deviation, value);
      const double step = p.spread->ofExtent * (p.columns.high[k] - p.columns.low[k]);
      value +=
          (p.columns.highest[k] == row ? step : 0.0) - (p.columns.lowest[k] == row ? step : 0.0);
    }
    write_gradient(p.out, row, k, value);
  }
}

}  // namespace gramian::sets

GRAMIAN_KERNEL(sets_sums, gramian::sets::SumsParams, gramian::kRowThreads) {
  gramian::sets::column_sums(p);
}

GRAMIAN_KERNEL(sets_means, gramian::sets::MeansParams, gramian::kRowThreads) {
  gramian::sets::means(p);
}

GRAMIAN_KERNEL(sets_centre, gramian::sets::CentreParams, gramian::kRowThreads) {
  gramian::sets::centre_points(p);
}

GRAMIAN_KERNEL(sets_finish, gramian::sets::FinishParams, gramian::kRowThreads) {
  gramian::sets::finish(p);
}
