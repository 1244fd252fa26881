// The CUDA language for both compilers: kernel declaration, shared memory, integer names.
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

#ifdef GRAMIAN_EMULATED

#ifndef GRAMIAN_ARCH
#define GRAMIAN_ARCH 800
#endif

#define __device__
#define __host__
#define __constant__
#define __forceinline__ inline __attribute__((always_inline))
#define __noinline__ __attribute__((noinline))
#define __align__(n) alignas(n)

#include "gramian/platform/emulated/image.h"

// Defines the kernel `name`; the body that follows sees its parameter as `p`.
#define GRAMIAN_KERNEL(name, Params, maxThreads)                                               \
  static void name(const Params p);                                                            \
  static void name##_thunk(const void* p) { name(*static_cast<const Params*>(p)); }            \
  extern "C" __attribute__((visibility("default"), used))                                      \
  const GramianEmulatedKernel gramian_kernel_##name = {#name, sizeof(Params), alignof(Params), \
                                                       (maxThreads), name##_thunk};            \
  static void name([[maybe_unused]] const Params p)

// Declares an array in the block's static shared memory, inside a function body.
#define GRAMIAN_SHARED(type, name, count)            \
  static const char name##_key = 0;                  \
  type(&name)[count] = *static_cast<type(*)[count]>( \
      gramianEmulated_sharedArray(&name##_key, sizeof(type) * (count)))

#else

#define GRAMIAN_ARCH __CUDA_ARCH__

// At least one block per multiprocessor: so told, ptxas uses the registers a kernel needs.
// Otherwise it aims at an occupancy of its own choice, at the price of spills.
#define GRAMIAN_KERNEL(name, Params, maxThreads) \
  extern "C" __global__ void __launch_bounds__(maxThreads, 1) name(const __grid_constant__ Params p)

#define GRAMIAN_SHARED(type, name, count) __shared__ __align__(16) type name[count]

extern __shared__ __align__(1024) unsigned char gramian_dynamic_shared[];

#endif

namespace gramian {

// The block's dynamic shared memory, aligned to 1024 bytes; its size is a launch parameter.
template <typename T>
__device__ __forceinline__ T* dynamic_shared() {
#ifdef GRAMIAN_EMULATED
  return static_cast<T*>(gramianEmulated_dynamicShared());
#else
  return reinterpret_cast<T*>(gramian_dynamic_shared);
#endif
}

#ifndef GRAMIAN_EMULATED
// The address of shared memory as PTX wants it.
__device__ __forceinline__ u32 shared_address(const void* p) {
  u32 address;
  asm("{ .reg .u64 t; cvta.to.shared.u64 t, %1; cvt.u32.u64 %0, t; }" : "=r"(address) : "l"(p));
  return address;
}
#endif

}  // namespace gramian
