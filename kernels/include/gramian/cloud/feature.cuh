// cos(<frequency, v> + phase) of a point after normalisation: the random features of point clouds
// (WPSE, arXiv 2404.19228).
#pragma once

#include "gramian/cloud/quarter_turns.cuh"
#include "gramian/pair/score/score.cuh"

namespace gramian {

struct FeatureScore {
  static constexpr u32 kMembers = 1;
  // The phase, in quarter turns, and the unit of the frequency.
  static constexpr u32 kFactors = 2;
  static constexpr u32 kSums = 0;
  static constexpr bool kHasNorm = false;
  static constexpr bool kMayCancel = false;

  template <typename Real>
  static __device__ __forceinline__ AnchorValue<Real> anchor(double, double scale) {
    return {static_cast<Real>(scale * kQuartersPerRadian), static_cast<Real>(scale)};
  }

  static __device__ __forceinline__ void evaluate(const AnchorValue<float>& anchor,
                                                  const float* factor, const float (&c)[1], float,
                                                  PairState<float, 1>& state) {
    state.rest = fmaf(anchor.x * factor[1], c[0], factor[0]);
    state.score = cosine_of_quarters(state.rest);
    state.cancels = false;
  }

  static __device__ __forceinline__ float gradient(const AnchorValue<float>& anchor,
                                                   const float* factor,
                                                   const PairState<float, 1>& state, float,
                                                   float weight, float (&t)[1], float (&)[1]) {
    t[0] = -weight * anchor.y * factor[1] * sine_of_quarters(state.rest);
    return 0.0f;
  }
};

}  // namespace gramian
