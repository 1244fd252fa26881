// Fast approximations of single precision. The exact functions (fmaf, sqrtf, sqrt, expf, ...) are
// CUDA built-ins and are used by their own names.
#pragma once

#include "gramian/platform/language.cuh"

namespace gramian {

// 2^x; relative error 2^-22, flushes subnormals to zero.
__device__ __forceinline__ float fast_exp2(float x) {
#ifdef GRAMIAN_EMULATED
  return __builtin_exp2f(x);
#else
  float y;
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
#endif
}

// log2(x); absolute error 2^-22 near 1.
__device__ __forceinline__ float fast_log2(float x) {
#ifdef GRAMIAN_EMULATED
  return __builtin_log2f(x);
#else
  float y;
  asm("lg2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
#endif
}

// 1/x; error 1 ulp.
__device__ __forceinline__ float fast_rcp(float x) {
#ifdef GRAMIAN_EMULATED
  return 1.0f / x;
#else
  float y;
  asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
#endif
}

// 1/sqrt(x); relative error 2^-22.
__device__ __forceinline__ float fast_rsqrt(float x) {
#ifdef GRAMIAN_EMULATED
  return 1.0f / __builtin_sqrtf(x);
#else
  float y;
  asm("rsqrt.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
#endif
}

// sqrt(x); relative error 2^-23, 0 gives 0.
__device__ __forceinline__ float fast_sqrt(float x) {
#ifdef GRAMIAN_EMULATED
  return __builtin_sqrtf(x);
#else
  float y;
  asm("sqrt.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
#endif
}

}  // namespace gramian
