// Sums over the threads of a block, in an order that depends on nothing but the block's size.
#pragma once

#include "gramian/device/transposing_sum.cuh"

namespace gramian {

// Sums a value over a block of Threads threads, a multiple of 32; the same on every thread. Reached
// by all of them, and may be called again.
template <u32 Threads>
__device__ __forceinline__ double block_sum(double value) {
  constexpr u32 kWarps = Threads / kWarpSize;
  GRAMIAN_SHARED(double, partial, kWarps);
  const double sum = warp_sum(value);
  __syncthreads();
  if (threadIdx.x % kWarpSize == 0) {
    partial[threadIdx.x / kWarpSize] = sum;
  }
  __syncthreads();
  double total = 0.0;
#pragma unroll
  for (u32 warp = 0; warp < kWarps; ++warp) {
    total += partial[warp];
  }
  return total;
}

}  // namespace gramian
