// The sums of an online softmax: of 2^z, relative to the greatest z so far, or to a fixed shift, so
// that they cannot overflow.
#pragma once

#include "gramian/pair/params.cuh"

namespace gramian {

// The peak of an empty sum: below all scores, and finite, so that no difference is NaN.
constexpr float kLeastPeak = -1e30f;

__device__ __forceinline__ RunningSum empty_sum(const PairScalars& scalars) {
  return {scalars.isFixed != 0 ? scalars.shift2 : kLeastPeak, 0.0f};
}

// The sum of both. A NaN in either stays.
__device__ __forceinline__ RunningSum merge(const RunningSum& a, const RunningSum& b) {
  const float peak = fmaxf(a.peak, b.peak);
  return {peak, a.sum * fast_exp2(a.peak - peak) + b.sum * fast_exp2(b.peak - peak)};
}

}  // namespace gramian
