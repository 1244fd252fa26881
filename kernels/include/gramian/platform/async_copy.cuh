// cp.async: copies from global to shared memory that run beside the computation. The data may be
// read by the issuing thread after its group was waited for, by other threads after a barrier too.
#pragma once

#include "gramian/platform/language.cuh"

namespace gramian {

// Copies Bytes (4, 8 or 16) bytes; both addresses are multiples of Bytes. Only the first `valid`
// bytes are read from `global`, the rest of the destination becomes zero; with valid = 0 nothing
// is read.
template <u32 Bytes, typename T>
__device__ __forceinline__ void copy_async(Shared<T> to, const void* global, u32 valid = Bytes) {
  static_assert(Bytes == 4 || Bytes == 8 || Bytes == 16, "cp.async copies 4, 8 or 16 bytes");
  if constexpr (Bytes == 16) {
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(to.address), "l"(global),
                 "r"(valid)
                 : "memory");
  } else {
    asm volatile("cp.async.ca.shared.global [%0], [%1], %2, %3;" ::"r"(to.address), "l"(global),
                 "n"(Bytes), "r"(valid)
                 : "memory");
  }
}

// Closes this thread's group of copies; a group may be empty.
__device__ __forceinline__ void copy_async_commit() {
  asm volatile("cp.async.commit_group;" ::: "memory");
}

// Waits until at most the latest Pending groups of this thread are still under way.
template <u32 Pending>
__device__ __forceinline__ void copy_async_wait() {
  asm volatile("cp.async.wait_group %0;" ::"n"(Pending) : "memory");
}

}  // namespace gramian
