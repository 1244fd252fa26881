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
#ifdef GRAMIAN_EMULATED
  return __builtin_bit_cast(float, static_cast<u32>(x.bits) << 16);
#else
  return __uint_as_float(static_cast<u32>(x.bits) << 16);
#endif
}

__device__ __forceinline__ float to_float(f16 x) {
#ifdef GRAMIAN_EMULATED
  return static_cast<float>(__builtin_bit_cast(_Float16, x.bits));
#else
  float y;
  asm("cvt.f32.f16 %0, %1;" : "=f"(y) : "h"(x.bits));
  return y;
#endif
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
#ifdef GRAMIAN_EMULATED
  const u32 bits = __builtin_bit_cast(u32, x);
  if (x != x) {
    return bf16{0x7fff};
  }
  return bf16{static_cast<u16>((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16)};
#else
  bf16 y;
  asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(y.bits) : "f"(x));
  return y;
#endif
}

template <>
__device__ __forceinline__ f16 from_float<f16>(float x) {
#ifdef GRAMIAN_EMULATED
  return f16{__builtin_bit_cast(u16, static_cast<_Float16>(x))};
#else
  f16 y;
  asm("cvt.rn.f16.f32 %0, %1;" : "=h"(y.bits) : "f"(x));
  return y;
#endif
}

// Rounds two floats and packs them; `low` takes the lower 16 bits (the lower address).
template <typename T>
__device__ __forceinline__ u32 pack(float low, float high);

template <>
__device__ __forceinline__ u32 pack<bf16>(float low, float high) {
#ifdef GRAMIAN_EMULATED
  return from_float<bf16>(low).bits | static_cast<u32>(from_float<bf16>(high).bits) << 16;
#else
  u32 y;
  asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(y) : "f"(high), "f"(low));
  return y;
#endif
}

template <>
__device__ __forceinline__ u32 pack<f16>(float low, float high) {
#ifdef GRAMIAN_EMULATED
  return from_float<f16>(low).bits | static_cast<u32>(from_float<f16>(high).bits) << 16;
#else
  u32 y;
  asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(y) : "f"(high), "f"(low));
  return y;
#endif
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
