// Kernel declaration, shared memory, integer names.
#pragma once

namespace gramian {

using u8 = unsigned char;
using u16 = unsigned short;
using u32 = unsigned int;
using u64 = unsigned long long;
using i32 = int;
using i64 = long long;
// 0 or 1.
using bool32 = u32;

}  // namespace gramian

#include "gramian/platform/params.cuh"

// At least one block per multiprocessor: so told, ptxas uses the registers a kernel needs.
// Otherwise it aims at an occupancy of its own choice, at the price of spills.
#define GRAMIAN_KERNEL(name, Params, maxThreads) \
  extern "C" __global__ void __launch_bounds__(maxThreads, 1) name(const __grid_constant__ Params p)

#define GRAMIAN_SHARED(type, name, count) __shared__ __align__(16) type name[count]

extern __shared__ __align__(1024) unsigned char gramian_dynamic_shared[];

namespace gramian {

// The block's dynamic shared memory, aligned to 1024 bytes; its size is a launch parameter.
template <typename T>
__device__ __forceinline__ T* dynamic_shared() {
  return reinterpret_cast<T*>(gramian_dynamic_shared);
}

// The address of shared memory as PTX wants it.
__device__ __forceinline__ u32 shared_address(const void* p) {
  u32 address;
  asm("{ .reg .u64 t; cvta.to.shared.u64 t, %1; cvt.u32.u64 %0, t; }" : "=r"(address) : "l"(p));
  return address;
}

// A place in shared memory by the address that PTX wants: 32 bits to compute with, where a pointer
// has 64 that are converted at each use.
template <typename T>
struct Shared {
  u32 address;

  __device__ __forceinline__ Shared operator+(u32 count) const {
    return {address + count * static_cast<u32>(sizeof(T))};
  }
};

template <typename T>
__device__ __forceinline__ Shared<T> shared(const T* p) {
  return {shared_address(p)};
}

}  // namespace gramian
