// Sums over a warp of several floats at once, in float: each step halves the number of values a
// lane holds, so that at the end every lane owns ceil(V / 32) of the sums.
#pragma once

#include "gramian/platform/platform.cuh"

namespace gramian::nway {

// The number of sums that a lane owns when V values are summed by steps of Mask, Mask / 2, ..., 1.
__device__ __forceinline__ constexpr u32 owned_floats(u32 v, u32 mask = kWarpSize / 2) {
  return mask == 0 ? v : owned_floats((v + 1) / 2, mask / 2);
}

// Sums over all lanes; `owned` receives sums first .. first + count of the V.
template <u32 Mask, u32 V, u32 Size>
__device__ __forceinline__ void sum_floats(const float (&value)[V], u32 lane, float (&owned)[Size],
                                           u32& first, u32& count) {
  if constexpr (Mask == 0) {
#pragma unroll
    for (u32 t = 0; t < V; ++t) {
      owned[t] = value[t];
    }
  } else {
    constexpr u32 kHalf = (V + 1) / 2;
    const bool upper = (lane & Mask) != 0;
    float sum[kHalf];
#pragma unroll
    for (u32 t = 0; t < kHalf; ++t) {
      const float low = value[t];
      const float high = t + kHalf < V ? value[t + kHalf < V ? t + kHalf : 0] : 0.0f;
      sum[t] = (upper ? high : low) + __shfl_xor_sync(kFullMask, upper ? low : high, Mask);
    }
    const u32 lower = count < kHalf ? count : kHalf;
    first += upper ? kHalf : 0;
    count = upper ? count - lower : lower;
    sum_floats<Mask / 2, kHalf>(sum, lane, owned, first, count);
  }
}

// Sums V floats over the warp into shared or global memory; reached by all of its lanes.
template <u32 V>
__device__ __forceinline__ void store_warp_sums(const float (&value)[V], u32 lane, float* to) {
  float owned[owned_floats(V)];
  u32 first = 0;
  u32 count = V;
  sum_floats<kWarpSize / 2>(value, lane, owned, first, count);
#pragma unroll
  for (u32 t = 0; t < owned_floats(V); ++t) {
    if (t < count) {
      to[first + t] = owned[t];
    }
  }
}

}  // namespace gramian::nway
