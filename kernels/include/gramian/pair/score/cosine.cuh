// <a, m>: cosine similarity (CLIP, arXiv 2103.00020) of unit vectors, and with the elementwise
// product of a tuple as m the multilinear inner product (Symile, arXiv 2411.01053).
#pragma once

#include "gramian/pair/score/score.cuh"

namespace gramian {

struct CosineScore {
  static constexpr u32 kMembers = 1;
  static constexpr u32 kFactors = 1;
  static constexpr u32 kSums = 0;
  static constexpr bool kHasNorm = false;
  static constexpr bool kMayCancel = false;

  static __device__ __forceinline__ void prepare(const double (&)[1], const double (&scale)[1],
                                                 double* factor) {
    factor[0] = scale[0];
  }

  template <typename Real>
  static __device__ __forceinline__ AnchorValue<Real> anchor(double, double scale) {
    return {static_cast<Real>(scale), Real(0)};
  }

  template <typename Real>
  static __device__ __forceinline__ void evaluate(const AnchorValue<Real>& anchor,
                                                  const Real* factor, const Real (&c)[1], Real,
                                                  PairState<Real, 1>& state) {
    state.score = anchor.x * factor[0] * c[0];
    state.cancels = false;
  }

  template <typename Real>
  static __device__ __forceinline__ Real gradient(const AnchorValue<Real>& anchor,
                                                  const Real* factor, const PairState<Real, 1>&,
                                                  Real, Real weight, Real (&t)[1], Real (&)[1]) {
    t[0] = weight * anchor.x * factor[0];
    return 0;
  }

  static __device__ __forceinline__ void own(const double (&)[1], const double (&)[1],
                                             double (&k)[1][1]) {
    k[0][0] = 0.0;
  }
};

}  // namespace gramian
