// -V, V = sqrt(det G) sqrt(|a|^2 - |y|^2), y = L^-1 c: the negative volume of the parallelotope of
// anchor and tuple by Schur's complement (GRAM, arXiv 2412.11959). Both roots have the range of
// volumes, which their squares do not have.
#pragma once

#include "gramian/pair/score/gram_score.cuh"

namespace gramian {

template <u32 N>
struct VolumeScore {
  static constexpr u32 kMembers = N;
  static constexpr u32 kFactors = packed_size(N) + 2;
  static constexpr u32 kSums = 1;
  static constexpr bool kHasNorm = true;
  static constexpr bool kMayCancel = true;
  static constexpr bool kByDifferences = false;

  static constexpr u32 kBase = packed_size(N);
  static constexpr u32 kThreshold = packed_size(N) + 1;

  // Where the residual is less of |a|^2, float products leave too few of its digits; the same per
  // growth of errors from c to y, for members that nearly depend on each other.
  static constexpr double kCancellation = 1.5e-2;
  static constexpr double kGrowth = 1.5e-3;
  // No residual is less.
  static constexpr double kNever = -1e30;

  static __device__ __forceinline__ void prepare(const double (&gram)[packed_size(N)],
                                                 const double (&scale)[N], double* factor) {
    const TupleFactor<N> tuple(gram);
    double growth = 0.0;
#pragma unroll
    for (u32 l = 0; l < N; ++l) {
#pragma unroll
      for (u32 m = 0; m <= l; ++m) {
        const double entry = tuple.inverse[packed(l, m)];
        growth += entry * entry * gram[packed(m, m)];
        factor[packed(l, m)] = entry * scale[m];
      }
    }
    factor[kBase] = tuple.volume;
    const double threshold = fmin(fmax(kCancellation, kGrowth * sqrt(growth)), 1.0);
    factor[kThreshold] = tuple.volume == 0.0 ? kNever : threshold;
  }

  template <typename Real>
  static __device__ __forceinline__ AnchorValue<Real> anchor(double norm, double scale) {
    return {static_cast<Real>(norm <= kDeadDiagonal ? 0.0 : norm / (scale * scale)),
            static_cast<Real>(scale)};
  }

  template <typename Real>
  static __device__ __forceinline__ void evaluate(const AnchorValue<Real>& anchor,
                                                  const Real* factor, const Real (&c)[N], Real,
                                                  PairState<Real, N>& state) {
    Real rest = anchor.x - lower_product(factor, c, state.y);
    const Real base = factor[kBase] * anchor.y;
    state.cancels = rest < factor[kThreshold] * anchor.x;
    if constexpr (sizeof(Real) == 8) {
      rest = is_dead(rest, anchor.x) ? -1.0 : rest;
    }
    state.rest = rest;
    // max(NaN, 0) would hide a NaN.
    state.score = -base * square_root(rest < 0 ? Real(0) : rest);
  }

  template <typename Real>
  static __device__ __forceinline__ Real gradient(const AnchorValue<Real>& anchor,
                                                  const Real* factor,
                                                  const PairState<Real, N>& state, Real floor,
                                                  Real weight, Real (&t)[N], Real (&sums)[kSums]) {
    const Real volume = -state.score;
    const Real base = factor[kBase] * anchor.y;
    const Real share = state.rest < 0 ? 0 : weight / (volume > floor ? volume : floor);
    const Real phi = share * base * base;
    upper_product(factor, state.y, phi, t);
    sums[0] = share * volume * volume;
    return Real(-0.5) * phi;
  }

  static __device__ __forceinline__ void own(const double (&gram)[packed_size(N)],
                                             const double (&sums)[kSums], double (&k)[N][N]) {
    gram_own<N, false>(gram, sums[0], k);
  }
};

}  // namespace gramian
