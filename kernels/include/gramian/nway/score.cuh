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

// What a row of the last modality has with all outer rows but the last: the same for all rows of
// the last outer modality.
template <u32 N>
struct Leading {
  static constexpr u32 kRows = N - 2;
  static constexpr u32 kSize = kRows == 0 ? 1 : kRows;

  float c[kSize];   // inner products
  float g[kSize];   // what y of these rows adds to g = L^-T y
  float explained;  // |y|^2 of these rows
};

// From the inner products `lead.c` to the rest of `lead`.
template <u32 N>
__device__ __forceinline__ void complete(const float (&inverse)[Outer<N>::kLeadSize],
                                         Leading<N>& lead) {
  lead.explained = 0.0f;
#pragma unroll
  for (u32 i = 0; i < Leading<N>::kRows; ++i) {
    float y = 0.0f;
    lead.g[i] = 0.0f;
#pragma unroll
    for (u32 j = 0; j <= i; ++j) {
      y = fmaf(inverse[packed(i, j)], lead.c[j], y);
    }
    lead.explained = fmaf(y, y, lead.explained);
#pragma unroll
    for (u32 j = 0; j <= i; ++j) {
      lead.g[j] = fmaf(inverse[packed(i, j)], y, lead.g[j]);
    }
  }
}

// The last entry of y = L^-1 c; c is the inner product with the last outer row.
template <u32 N>
__device__ __forceinline__ float last_y(const Outer<N>& outer, const Leading<N>& lead, float c) {
  float y = outer.last[N - 2] * c;
#pragma unroll
  for (u32 j = 0; j < Leading<N>::kRows; ++j) {
    y = fmaf(outer.last[j], lead.c[j], y);
  }
  return y;
}

// The squared side w of area, <u, w> and |u|^2 |w|^2 - <u, w>^2.
struct FloatSides {
  float w;
  float mixed;
  float determinant;
};

__device__ __forceinline__ FloatSides sides_of(const Outer<3>& outer, const Leading<3>& lead,
                                               const Inner& inner, float c) {
  FloatSides sides;
  sides.w = fmaf(-2.0f, lead.c[0], outer.share + inner.squared);
  sides.mixed = outer.rest - lead.c[0] + c;
  sides.determinant = fmaf(outer.base, sides.w, -sides.mixed * sides.mixed);
  return sides;
}

__device__ __forceinline__ bool needs_double(const FloatSides& sides, const Outer<3>& outer,
                                             const Inner& inner) {
  return sides.determinant <= outer.threshold * (outer.share + inner.squared);
}

// The scores of an outer tuple with W rows of the last modality. Bit k of the result is set where
// score k has to be computed in double.
template <u32 N, u32 W>
__device__ __forceinline__ u32 scores_of(u32 kind, const Outer<N>& outer, const Inner (&inner)[W],
                                         const Leading<N> (&lead)[W], const float (&c)[W],
                                         float (&score)[W]) {
  u32 refine = 0;
  if constexpr (N == 3) {
    if (kind == kArea) {
#pragma unroll
      for (u32 k = 0; k < W; ++k) {
        const FloatSides sides = sides_of(outer, lead[k], inner[k], c[k]);
        refine |= needs_double(sides, outer, inner[k]) ? 1u << k : 0u;
        score[k] = -0.5f * sides.determinant;
      }
      return refine;
    }
  }
#pragma unroll
  for (u32 k = 0; k < W; ++k) {
    const float y = last_y<N>(outer, lead[k], c[k]);
    score[k] = fmaf(y, y, lead[k].explained);
    const float residual = inner[k].squared - score[k];
    refine |= residual <= outer.threshold * inner[k].squared ? 1u << k : 0u;
    score[k] = kind == kVolume ? residual : score[k];
  }
  if (kind == kVolume) {
#pragma unroll
    for (u32 k = 0; k < W; ++k) {
      score[k] = -outer.base * fast_sqrt(score[k]);
    }
    return refine;
  }
#pragma unroll
  for (u32 k = 0; k < W; ++k) {
    score[k] = fmaf(outer.share, score[k] * inner[k].reciprocal, outer.rest);
  }
  if (kind == kJgcs) {
#pragma unroll
    for (u32 k = 0; k < W; ++k) {
      score[k] = fast_sqrt(score[k]);
    }
  }
  return refine;
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

// The score of a Gram matrix of N rows.
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
