// The score of an index tuple: in float from the factor of its outer rows, and in double from the
// inner products alone where float leaves too few digits.
#pragma once

#include "gramian/nway/outer.cuh"

namespace gramian::nway {

// A row of the last modality, as scores see it.
struct Inner {
  float squared;     // |x|^2
  float reciprocal;  // 1 / |x|^2; 0 for a row that counts as zero
};

__device__ __forceinline__ Inner inner_row(const Source& source, u32 modality, u32 row) {
  const double squared = source.lengths.squared[modality][row];
  return Inner{static_cast<float>(squared),
               squared <= kDeadDiagonal ? 0.0f : static_cast<float>(1.0 / squared)};
}

// A score from the factor of the outer rows and the inner products c of the last row with them.
// `refine` is set where it has to be computed in double.
template <u32 N>
__device__ __forceinline__ float score(u32 kind, const Outer<N>& outer, const Inner& inner,
                                       const float (&c)[N - 1], bool& refine) {
  if constexpr (N == 2) {
    if (kind == kCosine) {
      refine = false;
      return c[0];
    }
  }
  if constexpr (N == 3) {
    if (kind == kArea) {
      const float side = fmaf(-2.0f, c[0], outer.share + inner.squared);
      const float mixed = outer.rest - c[0] + c[1];
      const float determinant = fmaf(outer.base, side, -mixed * mixed);
      refine = determinant <= outer.threshold * (outer.share + inner.squared);
      return -0.5f * determinant;
    }
  }
  float explained = 0.0f;
#pragma unroll
  for (u32 i = 0; i < N - 1; ++i) {
    float y = 0.0f;
#pragma unroll
    for (u32 j = 0; j <= i; ++j) {
      y = fmaf(outer.inverse[packed(i, j)], c[j], y);
    }
    explained = fmaf(y, y, explained);
  }
  const float residual = inner.squared - explained;
  refine = residual <= outer.threshold * inner.squared;
  if (kind == kVolume) {
    return -outer.base * fast_sqrt(residual);
  }
  const float squared = fmaf(outer.share, explained * inner.reciprocal, outer.rest);
  return kind == kJgcs ? fast_sqrt(squared) : squared;
}

// <u, w> of area for the Gram matrix of (a, m_1, m_2), and the squared sides.
struct Sides {
  double u;
  double w;
  double mixed;
};

__device__ __forceinline__ Sides sides_of(const double (&gram)[packed_size(3)]) {
  const double a = gram[packed(0, 0)];
  return Sides{a + gram[packed(1, 1)] - 2.0 * gram[packed(1, 0)],
               a + gram[packed(2, 2)] - 2.0 * gram[packed(2, 0)],
               a - gram[packed(2, 0)] - gram[packed(1, 0)] + gram[packed(2, 1)]};
}

// The score of a Gram matrix of N rows, other than kCosine.
template <u32 N>
__device__ __forceinline__ double exact_score(u32 kind, const double (&gram)[packed_size(N)]) {
  if constexpr (N == 3) {
    if (kind == kArea) {
      const Sides sides = sides_of(gram);
      return -0.5 * (sides.u * sides.w - sides.mixed * sides.mixed);
    }
  }
  Factor<N> factor;
  factorize<N>(gram, factor);
  if (kind == kVolume) {
    return -factor.volume;
  }
  return kind == kJgcs ? sqrt(factor.rest) : factor.rest;
}

}  // namespace gramian::nway
