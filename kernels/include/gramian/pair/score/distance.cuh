// -|x - y|^2 = -(|x|^2 + |y|^2 - 2 <x, y>), at most 0: the score of kernel means.
#pragma once

#include "gramian/pair/score/score.cuh"

namespace gramian {

struct DistanceScore {
  static constexpr u32 kMembers = 1;
  static constexpr u32 kFactors = 2;
  static constexpr u32 kSums = 1;
  static constexpr bool kHasNorm = true;
  static constexpr bool kMayCancel = true;
  static constexpr bool kByDifferences = false;

  // Where the squared distance is less of |x|^2 + |y|^2, float products leave too few of its
  // digits.
  static constexpr float kCancellation = 4e-3f;

  // Gradients have too few digits where the squared distance is less of the same, but not nothing.
  static constexpr float kNearness = 1e-4f;

  static __device__ __forceinline__ void prepare(const double (&gram)[1], const double (&scale)[1],
                                                 double* factor) {
    factor[0] = gram[0];
    factor[1] = scale[0];
  }

  template <typename Real>
  static __device__ __forceinline__ AnchorValue<Real> anchor(double norm, double scale) {
    return {static_cast<Real>(norm), static_cast<Real>(scale)};
  }

  template <typename Real>
  static __device__ __forceinline__ void evaluate(const AnchorValue<Real>& anchor,
                                                  const Real* factor, const Real (&c)[1], Real,
                                                  PairState<Real, 1>& state) {
    const Real norms = anchor.x + factor[0];
    const Real square = norms - 2 * anchor.y * factor[1] * c[0];
    state.cancels = square < Real(kCancellation) * norms;
    state.rest = square <= Real(kNearness) * norms && square > 0 ? 1 : 0;
    // A comparison with NaN is false: NaN stays.
    state.score = square < 0 ? 0 : -square;
  }

  template <typename Real>
  static __device__ __forceinline__ Real gradient(const AnchorValue<Real>& anchor,
                                                  const Real* factor,
                                                  const PairState<Real, 1>& state, Real,
                                                  Real ofScore, Real (&t)[1], Real (&sums)[1]) {
    // Between equal points there is no direction: terms that cancel would leave their rounding.
    const Real weight = state.score == 0 ? 0 : ofScore;
    t[0] = 2 * weight * anchor.y * factor[1];
    sums[0] = -weight;
    return -weight * anchor.y * anchor.y;
  }

  static __device__ __forceinline__ void own(const double (&)[1], const double (&sums)[1],
                                             double (&k)[1][1]) {
    k[0][0] = 2 * sums[0];
  }
};

}  // namespace gramian
