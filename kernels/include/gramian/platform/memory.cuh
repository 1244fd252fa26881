// Vector loads and stores of 8 and 16 bytes. V is float2, float4, uint2, uint4 or double2, and the
// address is a multiple of its size.
#pragma once

#include "gramian/platform/language.cuh"

namespace gramian {

#ifdef GRAMIAN_EMULATED

template <typename V>
__forceinline__ V emulated_load(const V* p) {
  static_assert(sizeof(V) == 8 || sizeof(V) == 16);
  if constexpr (sizeof(V) == 8) {
    return __builtin_bit_cast(V, gramianEmulated_load8(p));
  } else {
    return __builtin_bit_cast(V, gramianEmulated_load16(p));
  }
}

template <typename V>
__forceinline__ void emulated_store(V* p, V v) {
  static_assert(sizeof(V) == 8 || sizeof(V) == 16);
  if constexpr (sizeof(V) == 8) {
    gramianEmulated_store8(p, __builtin_bit_cast(u64, v));
  } else {
    gramianEmulated_store16(p, __builtin_bit_cast(GramianEmulatedBits128, v));
  }
}

#endif

// Global memory that no thread writes while the kernel runs, through the read-only path.
__device__ __forceinline__ float4 load_global_nc(const float4* p) {
#ifdef GRAMIAN_EMULATED
  return emulated_load(p);
#else
  float4 v;
  asm("ld.global.nc.v4.f32 {%0, %1, %2, %3}, [%4];"
      : "=f"(v.x), "=f"(v.y), "=f"(v.z), "=f"(v.w)
      : "l"(p));
  return v;
#endif
}

__device__ __forceinline__ float2 load_global_nc(const float2* p) {
#ifdef GRAMIAN_EMULATED
  return emulated_load(p);
#else
  float2 v;
  asm("ld.global.nc.v2.f32 {%0, %1}, [%2];" : "=f"(v.x), "=f"(v.y) : "l"(p));
  return v;
#endif
}

__device__ __forceinline__ uint4 load_global_nc(const uint4* p) {
#ifdef GRAMIAN_EMULATED
  return emulated_load(p);
#else
  uint4 v;
  asm("ld.global.nc.v4.b32 {%0, %1, %2, %3}, [%4];"
      : "=r"(v.x), "=r"(v.y), "=r"(v.z), "=r"(v.w)
      : "l"(p));
  return v;
#endif
}

__device__ __forceinline__ uint2 load_global_nc(const uint2* p) {
#ifdef GRAMIAN_EMULATED
  return emulated_load(p);
#else
  uint2 v;
  asm("ld.global.nc.v2.b32 {%0, %1}, [%2];" : "=r"(v.x), "=r"(v.y) : "l"(p));
  return v;
#endif
}

__device__ __forceinline__ double2 load_global_nc(const double2* p) {
#ifdef GRAMIAN_EMULATED
  return emulated_load(p);
#else
  double2 v;
  asm("ld.global.nc.v2.f64 {%0, %1}, [%2];" : "=d"(v.x), "=d"(v.y) : "l"(p));
  return v;
#endif
}

// One vector access to shared or global memory.
template <typename V>
__device__ __forceinline__ V load_vector(const V* p) {
#ifdef GRAMIAN_EMULATED
  return emulated_load(p);
#else
  return *p;
#endif
}

template <typename V>
__device__ __forceinline__ void store_vector(V* p, V v) {
#ifdef GRAMIAN_EMULATED
  emulated_store(p, v);
#else
  *p = v;
#endif
}

// Global memory that the kernel does not read again: the line is the first to leave the cache.
__device__ __forceinline__ void store_streaming(float4* p, float4 v) {
#ifdef GRAMIAN_EMULATED
  emulated_store(p, v);
#else
  asm volatile("st.global.cs.v4.f32 [%0], {%1, %2, %3, %4};" ::"l"(p), "f"(v.x), "f"(v.y), "f"(v.z),
               "f"(v.w)
               : "memory");
#endif
}

__device__ __forceinline__ void store_streaming(uint4* p, uint4 v) {
#ifdef GRAMIAN_EMULATED
  emulated_store(p, v);
#else
  asm volatile("st.global.cs.v4.b32 [%0], {%1, %2, %3, %4};" ::"l"(p), "r"(v.x), "r"(v.y), "r"(v.z),
               "r"(v.w)
               : "memory");
#endif
}

__device__ __forceinline__ void store_streaming(uint2* p, uint2 v) {
#ifdef GRAMIAN_EMULATED
  emulated_store(p, v);
#else
  asm volatile("st.global.cs.v2.b32 [%0], {%1, %2};" ::"l"(p), "r"(v.x), "r"(v.y) : "memory");
#endif
}

__device__ __forceinline__ void store_streaming(float* p, float v) {
#ifdef GRAMIAN_EMULATED
  *p = v;
#else
  asm volatile("st.global.cs.f32 [%0], %1;" ::"l"(p), "f"(v) : "memory");
#endif
}

}  // namespace gramian
