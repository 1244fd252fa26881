// The partial derivatives of a score with respect to inner products and squared lengths, times the
// weight of the score.
//
// With M the Gram matrix of all rows, d(score) = k r tr(M^-1 dM) [- k r dM_ii / M_ii of each i for
// jgcs], r = |x|^2 - |y|^2 of the last row x. By blocks, M^-1 has G^-1 + g g^T / r for the outer
// rows, -g / r beside them and 1 / r at the end, where g = G^-1 c. So a tuple adds k g_l g_m to the
// outer entry (l, m), k r to `trace`, which multiplies G^-1 once all are added, and -2 k g_l to the
// inner product of x with outer row l.
#pragma once

#include "gramian/nway/score.cuh"

namespace gramian::nway {

// Sums over rows of the last modality, for one outer tuple.
template <u32 N>
struct Moments {
  static constexpr u32 kEntries = packed_size(N - 1);
  static constexpr u32 kCount = kEntries + 1;

  float value[kCount];  // entries of the outer Gram matrix, packed; then the trace
};

// What one index tuple adds.
template <u32 N>
struct Partials {
  float cross[N - 1];  // inner products of the last row with the outer rows
  float last;          // squared length of the last row
};

// The same in double, from the Gram matrix of all rows.
template <u32 N>
__device__ __forceinline__ void exact_partials(u32 kind, double minimum,
                                               const double (&gram)[packed_size(N)], float weight,
                                               float* moments, Partials<N>& partials) {
  constexpr u32 kLast = N - 1;
  if constexpr (N == 3) {
    if (kind == kArea) {
      const Sides sides = sides_of(gram);
      moments[packed(0, 0)] +=
          static_cast<float>(weight * (sides.mixed - 0.5 * (sides.u + sides.w)));
      moments[packed(1, 0)] += static_cast<float>(0.5 * weight * (sides.w - sides.mixed));
      moments[packed(1, 1)] += static_cast<float>(-0.5 * weight * sides.w);
      partials.cross[0] = static_cast<float>(weight * (sides.u - sides.mixed));
      partials.cross[1] = static_cast<float>(weight * sides.mixed);
      partials.last = static_cast<float>(-0.5 * weight * sides.u);
      return;
    }
  }
  Factor<N> factor;
  factorize<N>(gram, factor);
  double scale;
  double projected = 0.0;
  if (kind == kVolume) {
    const double volume = factor.volume;
    scale = -0.5 * weight * volume * (volume < minimum ? volume / minimum : 1.0);
  } else {
    const double score = sqrt(factor.rest);
    scale = -weight * factor.share;
    scale *= kind == kJgcs ? 0.5 / fmax(score, minimum) : 1.0;
    projected = scale == 0.0 ? 0.0 : scale;
  }
#pragma unroll
  for (u32 i = 0; i < N; ++i) {
#pragma unroll
    for (u32 j = 0; j <= i; ++j) {
      double entry = scale * inverse_gram<N>(factor.inverse, i, j);
      if (i == j && projected != 0.0) {
        entry -= projected / gram[packed(i, i)];
      }
      if (i < kLast) {
        moments[packed(i, j)] += static_cast<float>(entry);
      } else if (j < kLast) {
        partials.cross[j] = static_cast<float>(2.0 * entry);
      } else {
        partials.last = static_cast<float>(entry);
      }
    }
  }
}

// Adds to `moments` and gives `partials`; `refine` is set where nothing was added because it has
// to be computed in double.
template <u32 N>
__device__ __forceinline__ void partials_of(u32 kind, float minimum, const Outer<N>& outer,
                                            const Leading<N>& lead, const Inner& inner, float c,
                                            float weight, float* moments, Partials<N>& partials,
                                            bool& refine) {
  constexpr u32 kOuter = N - 1;
  if constexpr (N == 3) {
    if (kind == kArea) {
      const FloatSides sides = sides_of(outer, lead, inner, c);
      refine = needs_double(sides, outer, inner);
      const float w = refine ? 0.0f : weight;
      moments[packed(0, 0)] =
          fmaf(w, sides.mixed - 0.5f * (outer.base + sides.w), moments[packed(0, 0)]);
      moments[packed(1, 0)] = fmaf(0.5f * w, sides.w - sides.mixed, moments[packed(1, 0)]);
      moments[packed(1, 1)] = fmaf(-0.5f * w, sides.w, moments[packed(1, 1)]);
      partials.cross[0] = w * (outer.base - sides.mixed);
      partials.cross[1] = w * sides.mixed;
      partials.last = -0.5f * w * outer.base;
      return;
    }
  }
  const float y = last_y<N>(outer, lead, c);
  const float explained = fmaf(y, y, lead.explained);
  const float residual = inner.squared - explained;
  refine = residual <= outer.threshold * inner.squared;
  float k;
  if (kind == kVolume) {
    const float reciprocal = fast_rsqrt(residual);
    const float volume = outer.base * residual * reciprocal;
    k = -0.5f * weight * outer.base * reciprocal;
    k *= volume < minimum ? volume / minimum : 1.0f;
  } else {
    k = -weight * outer.share * inner.reciprocal;
    if (kind == kJgcs) {
      const float squared = fmaf(outer.share, explained * inner.reciprocal, outer.rest);
      k *= 0.5f / fmaxf(fast_sqrt(squared), minimum);
    }
  }
  k = refine ? 0.0f : k;
  float g[kOuter];
#pragma unroll
  for (u32 i = 0; i < kOuter; ++i) {
    g[i] = i < Leading<N>::kRows ? fmaf(outer.last[i], y, lead.g[i < Leading<N>::kRows ? i : 0])
                                 : outer.last[i] * y;
    const float kg = k * g[i];
    partials.cross[i] = -2.0f * kg;
#pragma unroll
    for (u32 j = 0; j <= i; ++j) {
      moments[packed(i, j)] = fmaf(kg, g[j], moments[packed(i, j)]);
    }
  }
  const float kr = k * residual;
  moments[Moments<N>::kEntries] += kr;
  partials.last = kind == kVolume ? k : fmaf(-kr, inner.reciprocal, k);
}

}  // namespace gramian::nway
