// Storage types of 16 bits and their conversions, all to nearest even.
#pragma once

#include "gramian/platform/language.cuh"

namespace gramian {

struct bf16 {
  u16 bits;
};

struct f16 {
  u16 bits;
};

__device__ __forceinline__ float to_float(float x) { return x; }

__device__ __forceinline__ float to_float(bf16 x) {
  return __uint_as_float(static_cast<u32>(x.bits) << 16);
}

__device__ __forceinline__ float to_float(f16 x) {
  float y;
  asm("cvt.f32.f16 %0, %1;" : "=f"(y) : "h"(x.bits));
  return y;
}

// Rounds a float to T (float, bf16 or f16). NaN stays NaN; overflow of f16 is infinity.
template <typename T>
__device__ __forceinline__ T from_float(float x);

template <>
__device__ __forceinline__ float from_float<float>(float x) {
  return x;
}

template <>
__device__ __forceinline__ bf16 from_float<bf16>(float x) {
  bf16 y;
  asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(y.bits) : "f"(x));
  return y;
}

template <>
__device__ __forceinline__ f16 from_float<f16>(float x) {
  f16 y;
  asm("cvt.rn.f16.f32 %0, %1;" : "=h"(y.bits) : "f"(x));
  return y;
}

// Rounds two floats and packs them; `low` takes the lower 16 bits (the lower address).
template <typename T>
__device__ __forceinline__ u32 pack(float low, float high);

template <>
__device__ __forceinline__ u32 pack<bf16>(float low, float high) {
  u32 y;
  asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(y) : "f"(high), "f"(low));
  return y;
}

template <>
__device__ __forceinline__ u32 pack<f16>(float low, float high) {
  u32 y;
  asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(y) : "f"(high), "f"(low));
  return y;
}

// The two numbers of a packed pair.
template <typename T>
__device__ __forceinline__ float unpack_low(u32 pair) {
  return to_float(T{static_cast<u16>(pair)});
}

template <typename T>
__device__ __forceinline__ float unpack_high(u32 pair) {
  return to_float(T{static_cast<u16>(pair >> 16)});
}

}  // namespace gramian
