// Sums and extremes over the points of a set, for each dimension. A block has 32 dimensions and a
// slice of the points: a warp goes along the dimensions, the warps along the points.
#pragma once

#include "gramian/gemm/rows.cuh"
#include "gramian/set/params.cuh"

namespace gramian {

// The dimension of a thread, and the points that it sees.
struct SetColumn {
  u32 column;
  u32 first;
  u32 end;

  __device__ __forceinline__ explicit SetColumn(const SetRows& set)
      : column(blockIdx.x * kWarpSize + threadIdx.x % kWarpSize),
        first(blockIdx.y * set.slice + threadIdx.x / kWarpSize),
        end(min(set.count, (blockIdx.y + 1) * set.slice)) {
    if (column >= set.depth) {
      first = end;
    }
  }
};

__device__ __forceinline__ double set_value(const SetRows& set, u32 row, u32 column) {
  const double x = load_element(set.rows.rows, set.type, row * set.rows.stride + column);
  return set.factors == nullptr ? x : set.factors[row] * x;
}

// The sum over the warps of a block of the numbers of each lane, valid in the first warp. Reached
// by all threads, once.
__device__ __forceinline__ double sum_over_warps(double value) {
  GRAMIAN_SHARED(double, parts, kRowThreads);
  parts[threadIdx.x] = value;
  __syncthreads();
  double sum = 0.0;
#pragma unroll
  for (u32 w = 0; w < kRowWarps; ++w) {
    sum += parts[w * kWarpSize + threadIdx.x % kWarpSize];
  }
  return sum;
}

}  // namespace gramian
