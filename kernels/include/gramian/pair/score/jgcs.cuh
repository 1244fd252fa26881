// sqrt(1 - q) or, where the floor is 0, 1 - q, q = det Gram / product of the squared norms: the
// joint generalised cosine (our reading of JGCS, arXiv 2505.03532). As 1 - q = rest + share |y|^2 /
// |a|^2, nothing cancels.
#pragma once

#include "gramian/pair/score/gram_score.cuh"

namespace gramian {

template <u32 N>
struct JgcsScore {
  static constexpr u32 kMembers = N;
  static constexpr u32 kFactors = packed_size(N) + 2;
  static constexpr u32 kSums = 1;
  static constexpr bool kHasNorm = true;
  static constexpr bool kMayCancel = false;

  static constexpr u32 kShare = packed_size(N);
  static constexpr u32 kRest = packed_size(N) + 1;

  static __device__ __forceinline__ void prepare(const double (&gram)[packed_size(N)],
                                                 const double (&scale)[N], double* factor) {
    const TupleFactor<N> tuple(gram);
#pragma unroll
    for (u32 l = 0; l < N; ++l) {
#pragma unroll
      for (u32 m = 0; m <= l; ++m) {
        factor[packed(l, m)] = tuple.inverse[packed(l, m)] * scale[m];
      }
    }
    factor[kShare] = tuple.share;
    factor[kRest] = tuple.rest;
  }

  // 1 / |a|^2; 0 for no anchor at all.
  template <typename Real>
  static __device__ __forceinline__ AnchorValue<Real> anchor(double norm, double scale) {
    return {static_cast<Real>(norm <= kDeadDiagonal ? 0.0 : scale * scale / norm), Real(0)};
  }

  template <typename Real>
  static __device__ __forceinline__ void evaluate(const AnchorValue<Real>& anchor,
                                                  const Real* factor, const Real (&c)[N],
                                                  Real floor, PairState<Real, N>& state) {
    const Real square = lower_product(factor, c, state.y);
    state.rest = anchor.x == 0 ? 1 : square * anchor.x;
    const Real square_of_score = factor[kRest] + factor[kShare] * state.rest;
    state.score = floor == 0 ? square_of_score : square_root(square_of_score);
    state.cancels = false;
  }

  template <typename Real>
  static __device__ __forceinline__ Real gradient(const AnchorValue<Real>& anchor,
                                                  const Real* factor,
                                                  const PairState<Real, N>& state, Real floor,
                                                  Real weight, Real (&t)[N], Real (&sums)[kSums]) {
    const Real least = state.score > floor ? state.score : floor;
    const Real of_square = (floor == 0 ? 2 * weight : weight / least) * factor[kShare];
    upper_product(factor, state.y, of_square * anchor.x, t);
    sums[0] = of_square * (1 - state.rest);
    return Real(-0.5) * of_square * anchor.x * state.rest;
  }

  static __device__ __forceinline__ void own(const double (&gram)[packed_size(N)],
                                             const double (&sums)[kSums], double (&k)[N][N]) {
    gram_own<N, true>(gram, sums[0], k);
  }
};

}  // namespace gramian
