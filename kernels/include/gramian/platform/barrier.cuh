// Barriers of a part of the block. __syncthreads, which all threads reach, is a built-in.
#pragma once

#include "gramian/platform/language.cuh"

namespace gramian {

// Waits until `threads` threads (a multiple of the warp size) of the block have reached the barrier
// of this number, 1 to 15; all threads of a warp reach it together. Memory accesses of these
// threads before it are seen by them after it. The barrier can be used again at once.
__device__ __forceinline__ void sync_threads(u32 barrier, u32 threads) {
  asm volatile("bar.sync %0, %1;" ::"r"(barrier), "r"(threads) : "memory");
}

}  // namespace gramian
