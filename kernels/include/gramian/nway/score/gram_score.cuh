// What the scores that are made of Schur's complement have in common.
//
// With M the Gram matrix of all rows, d(score) = k r tr(M^-1 dM) [- k r dM_ii / M_ii of each i
// where the score is relative], r = |x|^2 - |y|^2 of the last row x, y = L^-1 c. By blocks, M^-1
// has G^-1 + g g^T / r for the outer rows, -g / r beside them and 1 / r at the end, where g = G^-1
// c. So a tuple adds k g_l g_m to the outer entry (l, m), k r to the trace, which multiplies G^-1
// once all are added, and -2 k g_l to the inner product of x with outer row l.
#pragma once

#include "gramian/nway/score.cuh"

namespace gramian::nway {

template <u32 N>
struct GramScore {
  static constexpr u32 kOuter = N - 1;
  static constexpr bool kHasTrace = true;

  // Where |x|^2 - |y|^2 is less than this part of |x|^2, float inner products leave too few of its
  // digits, and a score is computed anew in double.
  static constexpr double kCancellation = 1e-3;
  // The same for outer rows that nearly depend on each other, per growth of errors from c to y.
  static constexpr double kGrowth = 1e-4;

  // Places in Outer::value: sqrt(det G); share and rest of Factor; the part of |x|^2 below which a
  // residual needs double.
  static constexpr u32 kVolume = 0;
  static constexpr u32 kShare = 1;
  static constexpr u32 kRest = 2;
  static constexpr u32 kThreshold = 3;

  static __device__ __forceinline__ void prepare(const double (&gram)[packed_size(kOuter)],
                                                 Outer<N>& outer, float (&lead)[Outer<N>::kLead]) {
    Factor<kOuter> factor;
    factorize<kOuter>(gram, factor);
    double growth = 0.0;
#pragma unroll
    for (u32 i = 0; i < kOuter; ++i) {
#pragma unroll
      for (u32 j = 0; j <= i; ++j) {
        const double element = factor.inverse[packed(i, j)];
        growth += element * element * gram[packed(j, j)];
        if (i == kOuter - 1) {
          outer.last[j] = static_cast<float>(element);
        } else {
          lead[packed(i, j)] = static_cast<float>(element);
        }
      }
    }
    outer.value[kVolume] = static_cast<float>(factor.volume);
    outer.value[kShare] = static_cast<float>(factor.share);
    outer.value[kRest] = static_cast<float>(factor.rest);
    outer.value[kThreshold] =
        static_cast<float>(fmin(fmax(kCancellation, kGrowth * sqrt(growth)), 1.0));
  }

  // How a row x of the last modality lies to the outer rows.
  struct Residual {
    float y;          // the last entry of y = L^-1 c
    float explained;  // |y|^2
    float value;      // |x|^2 - |y|^2
    bool cancels;     // whether too few of its digits are left
  };

  static __device__ __forceinline__ Residual residual_of(const Outer<N>& outer, const Inner& inner,
                                                         const Leading<N>& lead, float c) {
    Residual residual;
    residual.y = outer.last[kOuter - 1] * c;
#pragma unroll
    for (u32 j = 0; j < Leading<N>::kRows; ++j) {
      residual.y = fmaf(outer.last[j], lead.c[j], residual.y);
    }
    residual.explained = fmaf(residual.y, residual.y, lead.explained);
    residual.value = inner.squared - residual.explained;
    residual.cancels = residual.value <= outer.value[kThreshold] * inner.squared;
    return residual;
  }

  // Adds the moments of a tuple with that k, and gives its inner products; the result is k r.
  static __device__ __forceinline__ float add(const Outer<N>& outer, const Leading<N>& lead,
                                              const Residual& residual, float k, float* moments,
                                              Partials<N>& partials) {
    float g[kOuter];
#pragma unroll
    for (u32 i = 0; i < kOuter; ++i) {
      g[i] = i < Leading<N>::kRows
                 ? fmaf(outer.last[i], residual.y, lead.g[i < Leading<N>::kRows ? i : 0])
                 : outer.last[i] * residual.y;
      const float kg = k * g[i];
      partials.cross[i] = -2.0f * kg;
#pragma unroll
      for (u32 j = 0; j <= i; ++j) {
        moments[packed(i, j)] = fmaf(kg, g[j], moments[packed(i, j)]);
      }
    }
    const float kr = k * residual.value;
    moments[Moments<N>::kTrace] += kr;
    return kr;
  }

  // The same in double: d(score) = scale tr(M^-1 dM) - projected dM_ii / M_ii of each i.
  static __device__ __forceinline__ void add_exact(const Factor<N>& factor,
                                                   const double (&gram)[packed_size(N)],
                                                   double scale, double projected, float* moments,
                                                   Partials<N>& partials) {
#pragma unroll
    for (u32 i = 0; i < N; ++i) {
#pragma unroll
      for (u32 j = 0; j <= i; ++j) {
        double entry = scale * inverse_gram<N>(factor.inverse, i, j);
        if (i == j && projected != 0.0) {
          entry -= projected / gram[packed(i, i)];
        }
        if (i < kOuter) {
          moments[packed(i, j)] += static_cast<float>(entry);
        } else if (j < kOuter) {
          partials.cross[j] = static_cast<float>(2.0 * entry);
        } else {
          partials.last = static_cast<float>(entry);
        }
      }
    }
  }
};

}  // namespace gramian::nway
