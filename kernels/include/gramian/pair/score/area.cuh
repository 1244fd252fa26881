// -(|u|^2 |w|^2 - (u.w)^2) / 2, u = a - m_1, w = a - m_2: the negative squared area of the triangle
// (TRIANGLE, arXiv 2509.24734, as its code computes it).
#pragma once

#include "gramian/device/transposing_sum.cuh"
#include "gramian/pair/score/score.cuh"

namespace gramian {

struct AreaScore {
  static constexpr u32 kMembers = 2;
  static constexpr u32 kFactors = 5;
  static constexpr u32 kSums = 3;
  static constexpr bool kHasNorm = true;
  static constexpr bool kMayCancel = true;
  static constexpr bool kByDifferences = true;

  // Where an edge is a smaller part of its rows, or the area of its edges, float products leave too
  // few digits.
  static constexpr float kCancellation = 1e-2f;

  // The factors of normalisation, then |m_1|^2, <m_1, m_2>, |m_2|^2.
  static __device__ __forceinline__ void prepare(const double (&gram)[3], const double (&scale)[2],
                                                 double* factor) {
    factor[0] = scale[0];
    factor[1] = scale[1];
    factor[2] = gram[0];
    factor[3] = gram[1];
    factor[4] = gram[2];
  }

  template <typename Real>
  static __device__ __forceinline__ AnchorValue<Real> anchor(double norm, double scale) {
    return {static_cast<Real>(norm), static_cast<Real>(scale)};
  }

  // y holds |u|^2 and |w|^2, rest u.w.
  template <typename Real>
  static __device__ __forceinline__ void evaluate(const AnchorValue<Real>& anchor,
                                                  const Real* factor, const Real (&c)[2], Real,
                                                  PairState<Real, 2>& state) {
    const Real c1 = anchor.y * factor[0] * c[0];
    const Real c2 = anchor.y * factor[1] * c[1];
    state.y[0] = anchor.x - 2 * c1 + factor[2];
    state.y[1] = anchor.x - 2 * c2 + factor[4];
    state.rest = anchor.x - c1 - c2 + factor[3];
    state.score = Real(-0.5) * (state.y[0] * state.y[1] - state.rest * state.rest);
    state.cancels = state.y[0] <= Real(kCancellation) * (anchor.x + factor[2]) ||
                    state.y[1] <= Real(kCancellation) * (anchor.x + factor[4]) ||
                    Real(-2) * state.score <= Real(kCancellation) * state.y[0] * state.y[1];
  }

  // -|u|^2 |r|^2 / 2, r what is left of w without its part along u. An absent member is a unit
  // vector of a dimension of its own.
  template <typename Rows>
  static __device__ __forceinline__ void exact(const Rows& rows, u32 depth, u32 lane,
                                               PairState<double, 2>& state) {
    const double first = rows.scale[0] == 0.0 ? 1.0 : 0.0;
    const double second = rows.scale[1] == 0.0 ? 1.0 : 0.0;
    double uu = 0.0;
    double uw = 0.0;
    double ww = 0.0;
#pragma unroll 1
    for (u32 k = lane; k < depth; k += kWarpSize) {
      const double a = rows.anchor(k);
      const double u = a - rows.member(0, k);
      const double w = a - rows.member(1, k);
      uu = fma(u, u, uu);
      uw = fma(u, w, uw);
      ww = fma(w, w, ww);
    }
    uu = warp_sum(uu) + first;
    uw = warp_sum(uw);
    ww = warp_sum(ww) + second;
    const double share = uu == 0.0 ? 0.0 : uw / uu;
    double rest = 0.0;
#pragma unroll 1
    for (u32 k = lane; k < depth; k += kWarpSize) {
      const double a = rows.anchor(k);
      const double r = a - rows.member(1, k) - share * (a - rows.member(0, k));
      rest = fma(r, r, rest);
    }
    rest = warp_sum(rest) + first * share * share + second;
    state.y[0] = uu;
    state.y[1] = ww;
    state.rest = uw;
    state.score = -0.5 * uu * rest;
    state.cancels = false;
  }

  template <typename Real>
  static __device__ __forceinline__ Real gradient(const AnchorValue<Real>& anchor,
                                                  const Real* factor,
                                                  const PairState<Real, 2>& state, Real,
                                                  Real weight, Real (&t)[2], Real (&sums)[3]) {
    const Real uu = state.y[0];
    const Real ww = state.y[1];
    const Real uw = state.rest;
    t[0] = weight * (ww - uw) * anchor.y * factor[0];
    t[1] = weight * (uu - uw) * anchor.y * factor[1];
    sums[0] = Real(-0.5) * weight * ww;
    sums[1] = weight * uw;
    sums[2] = Real(-0.5) * weight * uu;
    return Real(-0.5) * weight * (uu + ww - 2 * uw) * anchor.y * anchor.y;
  }

  static __device__ __forceinline__ void own(const double (&)[3], const double (&sums)[3],
                                             double (&k)[2][2]) {
    k[0][0] = 2 * sums[0];
    k[0][1] = sums[1];
    k[1][0] = sums[1];
    k[1][1] = 2 * sums[2];
  }
};

}  // namespace gramian
