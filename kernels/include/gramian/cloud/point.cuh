// a1 <x, y> + a2 kappa(|x - y|^2) of two points after normalisation, with a Gaussian or an inverse
// multiquadric kernel kappa.
#pragma once

#include "gramian/pair/score/score.cuh"

namespace gramian {

// Pairs that are made again in double want the digits of the distance, which the argument has; the
// value needs no more than those of float.
template <typename Real>
__device__ __forceinline__ Real exponential(Real x) {
  return fast_exp2(static_cast<float>(x * Real(1.4426950408889634)));
}

template <typename Real>
__device__ __forceinline__ Real inverse_root(Real x) {
  return fast_rsqrt(static_cast<float>(x));
}

// exp(-rate r^2).
struct GaussianKernel {
  template <typename Real>
  static __device__ __forceinline__ Real value(Real square, Real rate) {
    return exponential(-rate * square);
  }

  // The derivative by the squared distance.
  template <typename Real>
  static __device__ __forceinline__ Real slope(Real, Real rate, Real value) {
    return -rate * value;
  }
};

// (1 + rate r^2)^(-1/2).
struct MultiquadricKernel {
  template <typename Real>
  static __device__ __forceinline__ Real value(Real square, Real rate) {
    return inverse_root(Real(1) + rate * square);
  }

  template <typename Real>
  static __device__ __forceinline__ Real slope(Real, Real rate, Real value) {
    return Real(-0.5) * rate * value * value * value;
  }
};

template <typename Kernel>
struct PointScore {
  static constexpr u32 kMembers = 1;
  // Squared norm and factor of normalisation; a1, a2 and the rate of the kernel.
  static constexpr u32 kFactors = 5;
  static constexpr u32 kSums = 1;
  static constexpr bool kHasNorm = true;
  static constexpr bool kMayCancel = true;
  static constexpr bool kByDifferences = false;

  template <typename Real>
  static __device__ __forceinline__ AnchorValue<Real> anchor(double norm, double scale) {
    return {static_cast<Real>(norm), static_cast<Real>(scale)};
  }

  // `floor`: the squared distance below which a narrow kernel magnifies its rounding too much.
  template <typename Real>
  static __device__ __forceinline__ void evaluate(const AnchorValue<Real>& anchor,
                                                  const Real* factor, const Real (&c)[1],
                                                  Real floor, PairState<Real, 1>& state) {
    const Real inner = anchor.y * factor[1] * c[0];
    const Real square = anchor.x + factor[0] - 2 * inner;
    state.cancels = square < floor;
    // A comparison with NaN is false: NaN stays.
    state.rest = square < 0 ? 0 : square;
    state.y[0] = Kernel::value(state.rest, factor[4]);
    state.score = factor[2] * inner + factor[3] * state.y[0];
  }

  template <typename Real>
  static __device__ __forceinline__ Real gradient(const AnchorValue<Real>& anchor,
                                                  const Real* factor,
                                                  const PairState<Real, 1>& state, Real,
                                                  Real weight, Real (&t)[1], Real (&sums)[1]) {
    const Real ofSquare = weight * factor[3] * Kernel::slope(state.rest, factor[4], state.y[0]);
    t[0] = (weight * factor[2] - 2 * ofSquare) * anchor.y * factor[1];
    sums[0] = ofSquare;
    return ofSquare * anchor.y * anchor.y;
  }

  static __device__ __forceinline__ void own(const double (&)[1], const double (&sums)[1],
                                             double (&k)[1][1]) {
    k[0][0] = 2 * sums[0];
  }
};

}  // namespace gramian
