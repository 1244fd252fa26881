// Sums over the 32 lanes of a warp; of N values at once in about N shuffles rather than 5 N: each
// step halves the number of values a lane holds while it adds its partner's, so that at the end
// every lane owns ceil(N / 32) of the sums.
#pragma once

#include "gramian/platform/platform.cuh"

namespace gramian {

// Some of the N sums: value[t] is sum number first + t, for t < count. Lanes share no sum.
template <u32 Size>
struct OwnedSums {
  double value[Size];
  u32 first;
  u32 count;
};

__device__ __forceinline__ float shuffle_xor(float x, u32 mask) {
  return __shfl_xor_sync(kFullMask, x, mask);
}

__device__ __forceinline__ double shuffle_xor(double x, u32 mask) {
  return __shfl_xor_sync(kFullMask, x, mask);
}

// Sums one value over the warp, the same on every lane; reached by all of its lanes.
__device__ __forceinline__ double warp_sum(double value) {
#pragma unroll
  for (u32 mask = kWarpSize / 2; mask > 0; mask /= 2) {
    value += shuffle_xor(value, mask);
  }
  return value;
}

// The number of sums that a lane owns when N values are summed by steps of Mask, Mask / 2, ..., 1.
__device__ __forceinline__ constexpr u32 owned_size(u32 n, u32 mask = kWarpSize / 2) {
  return mask == 0 ? n : owned_size((n + 1) / 2, mask / 2);
}

// Sums `value` over all lanes. Additions of floats of two lanes are in float, as those before them
// within a lane; all others are in double. `first` and `count` say which of the sums the lane is
// answerable for so far.
template <u32 Mask, u32 N, typename Real>
__device__ __forceinline__ OwnedSums<owned_size(N, Mask)> transposing_sum(const Real (&value)[N],
                                                                          u32 lane, u32 first,
                                                                          u32 count) {
  if constexpr (Mask == 0) {
    OwnedSums<N> owned;
#pragma unroll
    for (u32 t = 0; t < N; ++t) {
      owned.value[t] = value[t];
    }
    owned.first = first;
    owned.count = count;
    return owned;
  } else {
    constexpr u32 kHalf = (N + 1) / 2;
    const bool upper = (lane & Mask) != 0;
    double sum[kHalf];
#pragma unroll
    for (u32 t = 0; t < kHalf; ++t) {
      const Real low = value[t];
      const Real high = t + kHalf < N ? value[t + kHalf < N ? t + kHalf : 0] : Real(0);
      const Real kept = upper ? high : low;
      const Real sent = upper ? low : high;
      sum[t] = kept + shuffle_xor(sent, Mask);
    }
    const u32 lower_count = count < kHalf ? count : kHalf;
    return transposing_sum<Mask / 2, kHalf, double>(sum, lane, upper ? first + kHalf : first,
                                                    upper ? count - lower_count : lower_count);
  }
}

// Sums N values over the warp; reached by all of its lanes.
template <u32 N, typename Real>
__device__ __forceinline__ OwnedSums<owned_size(N)> transposing_sum(const Real (&value)[N],
                                                                    u32 lane) {
  return transposing_sum<kWarpSize / 2, N, Real>(value, lane, 0, N);
}

}  // namespace gramian
