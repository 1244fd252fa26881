// The sums of an online softmax, relative to the exponential of the greatest score so far, or of a
// fixed shift, so that they cannot overflow.
#pragma once

#include "gramian/pair/params.cuh"

namespace gramian {

// The peak of an empty sum: below all scores, and finite, so that no difference is NaN.
constexpr float kLeastPeak = -3.402823466e38f;

__device__ __forceinline__ RunningSum empty_sum(const PairScalars& scalars) {
  return {scalars.isFixed != 0 ? scalars.shift2 : kLeastPeak, 0.0f};
}

// The sum of both, `scale` taking differences of peaks to exponents. A NaN in either stays.
__device__ __forceinline__ RunningSum merge(const RunningSum& a, const RunningSum& b, float scale) {
  const float peak = fmaxf(a.peak, b.peak);
  return {peak, a.sum * fast_exp2((a.peak - peak) * fabsf(scale)) +
                    b.sum * fast_exp2((b.peak - peak) * fabsf(scale))};
}

}  // namespace gramian
