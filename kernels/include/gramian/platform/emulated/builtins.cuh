// Twins of the CUDA built-ins that kernels use, by CUDA's own names.
#pragma once

#include <math.h>

#include "gramian/platform/language.cuh"

#define threadIdx (gramianEmulated_threadIdx())
#define blockIdx (gramianEmulated_blockIdx())
#define blockDim (gramianEmulated_blockDim())
#define gridDim (gramianEmulated_gridDim())

// ---- vector types

struct alignas(8) float2 {
  float x, y;
};
struct alignas(16) float4 {
  float x, y, z, w;
};
struct alignas(16) double2 {
  double x, y;
};
struct alignas(8) uint2 {
  unsigned x, y;
};
struct alignas(16) uint4 {
  unsigned x, y, z, w;
};

inline float2 make_float2(float x, float y) { return {x, y}; }
inline float4 make_float4(float x, float y, float z, float w) { return {x, y, z, w}; }
inline double2 make_double2(double x, double y) { return {x, y}; }
inline uint2 make_uint2(unsigned x, unsigned y) { return {x, y}; }
inline uint4 make_uint4(unsigned x, unsigned y, unsigned z, unsigned w) { return {x, y, z, w}; }

// ---- bits

inline float __uint_as_float(unsigned x) { return __builtin_bit_cast(float, x); }
inline unsigned __float_as_uint(float x) { return __builtin_bit_cast(unsigned, x); }
inline float __int_as_float(int x) { return __builtin_bit_cast(float, x); }
inline int __float_as_int(float x) { return __builtin_bit_cast(int, x); }
inline double __longlong_as_double(long long x) { return __builtin_bit_cast(double, x); }
inline long long __double_as_longlong(double x) { return __builtin_bit_cast(long long, x); }
inline int __popc(unsigned x) { return __builtin_popcount(x); }
inline int __popcll(unsigned long long x) { return __builtin_popcountll(x); }
inline int __clz(int x) { return x == 0 ? 32 : __builtin_clz(static_cast<unsigned>(x)); }
inline int __ffs(int x) { return __builtin_ffs(x); }
inline unsigned __brev(unsigned x) {
  unsigned y = 0;
  for (int i = 0; i < 32; ++i) {
    y |= ((x >> i) & 1u) << (31 - i);
  }
  return y;
}
inline unsigned __umulhi(unsigned a, unsigned b) {
  return static_cast<unsigned>((static_cast<unsigned long long>(a) * b) >> 32);
}

// ---- arithmetic

template <typename T>
inline T min(T a, T b) {
  return b < a ? b : a;
}
template <typename T>
inline T max(T a, T b) {
  return a < b ? b : a;
}
inline float min(float a, float b) { return fminf(a, b); }
inline float max(float a, float b) { return fmaxf(a, b); }
inline double min(double a, double b) { return fmin(a, b); }
inline double max(double a, double b) { return fmax(a, b); }
inline float rsqrtf(float x) { return 1.0f / sqrtf(x); }
inline double rsqrt(double x) { return 1.0 / sqrt(x); }
inline float __fmaf_rn(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
inline float __fadd_rn(float a, float b) { return a + b; }
inline float __fmul_rn(float a, float b) { return a * b; }
inline double __dadd_rn(double a, double b) { return a + b; }
inline double __dmul_rn(double a, double b) { return a * b; }
inline float __expf(float x) { return expf(x); }
inline float __logf(float x) { return logf(x); }
inline float __fdividef(float a, float b) { return a / b; }

// ---- barriers

inline void __syncthreads() { gramianEmulated_barrier(kGramianBarrierPlain, 0); }
inline int __syncthreads_count(int predicate) {
  return static_cast<int>(gramianEmulated_barrier(kGramianBarrierCount, predicate != 0));
}
inline int __syncthreads_and(int predicate) {
  return static_cast<int>(gramianEmulated_barrier(kGramianBarrierAnd, predicate != 0));
}
inline int __syncthreads_or(int predicate) {
  return static_cast<int>(gramianEmulated_barrier(kGramianBarrierOr, predicate != 0));
}
inline void __syncwarp(unsigned mask = 0xffffffffu) { gramianEmulated_syncWarp(mask); }

// A fence orders nothing here: accesses of two threads are ordered by a barrier or they race.
inline void __threadfence() {}
inline void __threadfence_block() {}

// ---- warp shuffles and votes

template <typename T>
inline T gramianEmulatedShuffle(unsigned kind, unsigned mask, T value, unsigned lane, int width) {
  static_assert(sizeof(T) == 4 || sizeof(T) == 8, "a shuffle moves 32 or 64 bits");
  if constexpr (sizeof(T) == 4) {
    const unsigned bits = __builtin_bit_cast(unsigned, value);
    return __builtin_bit_cast(T, static_cast<unsigned>(gramianEmulated_shuffle(
                                     kind, mask, bits, lane, static_cast<unsigned>(width))));
  } else {
    const unsigned long long bits = __builtin_bit_cast(unsigned long long, value);
    return __builtin_bit_cast(
        T, gramianEmulated_shuffle(kind, mask, bits, lane, static_cast<unsigned>(width)));
  }
}

template <typename T>
inline T __shfl_sync(unsigned mask, T value, int lane, int width = 32) {
  return gramianEmulatedShuffle(kGramianShuffleIdx, mask, value, static_cast<unsigned>(lane),
                                width);
}
template <typename T>
inline T __shfl_up_sync(unsigned mask, T value, unsigned delta, int width = 32) {
  return gramianEmulatedShuffle(kGramianShuffleUp, mask, value, delta, width);
}
template <typename T>
inline T __shfl_down_sync(unsigned mask, T value, unsigned delta, int width = 32) {
  return gramianEmulatedShuffle(kGramianShuffleDown, mask, value, delta, width);
}
template <typename T>
inline T __shfl_xor_sync(unsigned mask, T value, int lanes, int width = 32) {
  return gramianEmulatedShuffle(kGramianShuffleXor, mask, value, static_cast<unsigned>(lanes),
                                width);
}

inline int __all_sync(unsigned mask, int predicate) {
  return static_cast<int>(gramianEmulated_vote(kGramianVoteAll, mask, predicate != 0));
}
inline int __any_sync(unsigned mask, int predicate) {
  return static_cast<int>(gramianEmulated_vote(kGramianVoteAny, mask, predicate != 0));
}
inline unsigned __ballot_sync(unsigned mask, int predicate) {
  return gramianEmulated_vote(kGramianVoteBallot, mask, predicate != 0);
}

// ---- atomics (unsigned integers only: floating-point ones would make results vary)

template <typename T>
inline T gramianEmulatedAtomic(unsigned op, T* p, T value, T compare = 0) {
  return static_cast<T>(gramianEmulated_atomic(op, p, sizeof(T), value, compare));
}

#define GRAMIAN_EMULATED_ATOMICS(T)                                                              \
  inline T atomicAdd(T* p, T v) { return gramianEmulatedAtomic(kGramianAtomicAdd, p, v); }       \
  inline T atomicMax(T* p, T v) { return gramianEmulatedAtomic(kGramianAtomicMax, p, v); }       \
  inline T atomicMin(T* p, T v) { return gramianEmulatedAtomic(kGramianAtomicMin, p, v); }       \
  inline T atomicExch(T* p, T v) { return gramianEmulatedAtomic(kGramianAtomicExchange, p, v); } \
  inline T atomicCAS(T* p, T compare, T v) {                                                     \
    return gramianEmulatedAtomic(kGramianAtomicCompareSwap, p, v, compare);                      \
  }
GRAMIAN_EMULATED_ATOMICS(unsigned)
GRAMIAN_EMULATED_ATOMICS(unsigned long long)
#undef GRAMIAN_EMULATED_ATOMICS

// ---- errors

inline void __trap() { gramianEmulated_trap("__trap()"); }
