// Sums over the threads of a block that multiplies, in a fixed order.
#pragma once

#include "gramian/product/tile.cuh"
#include "gramian/transposing_sum.cuh"

namespace gramian {

// The sum of one number of each thread; valid on thread 0. Reached by all threads.
__device__ __forceinline__ double block_sum(double value) {
  GRAMIAN_SHARED(double, parts, kProductThreads / kWarpSize);
  const double sum = warp_sum(value);
  if (threadIdx.x % kWarpSize == 0) {
    parts[threadIdx.x / kWarpSize] = sum;
  }
  __syncthreads();
  double total = 0.0;
#pragma unroll
  for (u32 w = 0; w < kProductThreads / kWarpSize; ++w) {
    total += parts[w];
  }
  __syncthreads();
  return total;
}

}  // namespace gramian
