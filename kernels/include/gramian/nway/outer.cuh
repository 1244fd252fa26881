// What all scores of an outer tuple (one row of each modality but the last) have in common: made
// once in double, kept in shared memory in float, and read for every row of the last modality.
#pragma once

#include "gramian/nway/factor.cuh"

namespace gramian::nway {

// Where |x|^2 - |y|^2 is less than this part of |x|^2, float inner products leave too few of its
// digits, and a score is computed anew in double.
constexpr double kCancellation = 1e-3;
// The same for outer rows that nearly depend on each other, per growth of errors from c to y.
constexpr double kGrowth = 1e-4;
// The same for area: the part of |u|^2 (|a|^2 + |x|^2) that a determinant should exceed, and the
// part of |a|^2 + |m|^2 that |u|^2 should exceed.
constexpr double kAreaCancellation = 1e-2;
constexpr double kSideCancellation = 1e-3;

template <u32 N>
struct Outer {
  static constexpr u32 kRows = N - 1;
  static constexpr u32 kEntries = packed_size(kRows);
  // Of float4, so that a factor is read in few loads.
  static constexpr u32 kVectors = (kEntries + 4 + 3) / 4;

  float inverse[kEntries];  // L^-1 of the outer rows; of kArea unused
  float base;               // sqrt(det G)            of kArea: |u|^2
  float share;              // see Factor                       |a|^2
  float rest;               //                                  |a|^2 - <a, m_1>
  float threshold;          // part of |x|^2 (kArea: factor of |a|^2 + |x|^2) that needs double
};

template <u32 N>
__device__ __forceinline__ void store_outer(float4* memory, const Outer<N>& outer) {
  float values[Outer<N>::kVectors * 4];
#pragma unroll
  for (u32 i = 0; i < Outer<N>::kVectors * 4; ++i) {
    values[i] = i < Outer<N>::kEntries ? outer.inverse[i < Outer<N>::kEntries ? i : 0] : 0.0f;
  }
  values[Outer<N>::kEntries] = outer.base;
  values[Outer<N>::kEntries + 1] = outer.share;
  values[Outer<N>::kEntries + 2] = outer.rest;
  values[Outer<N>::kEntries + 3] = outer.threshold;
#pragma unroll
  for (u32 i = 0; i < Outer<N>::kVectors; ++i) {
    store_vector(memory + i, make_float4(values[4 * i], values[4 * i + 1], values[4 * i + 2],
                                         values[4 * i + 3]));
  }
}

template <u32 N>
__device__ __forceinline__ Outer<N> load_outer(const float4* memory) {
  float values[Outer<N>::kVectors * 4];
#pragma unroll
  for (u32 i = 0; i < Outer<N>::kVectors; ++i) {
    const float4 v = load_vector(memory + i);
    values[4 * i] = v.x;
    values[4 * i + 1] = v.y;
    values[4 * i + 2] = v.z;
    values[4 * i + 3] = v.w;
  }
  Outer<N> outer;
#pragma unroll
  for (u32 i = 0; i < Outer<N>::kEntries; ++i) {
    outer.inverse[i] = values[i];
  }
  outer.base = values[Outer<N>::kEntries];
  outer.share = values[Outer<N>::kEntries + 1];
  outer.rest = values[Outer<N>::kEntries + 2];
  outer.threshold = values[Outer<N>::kEntries + 3];
  return outer;
}

// The sides of the triangle of area from the Gram matrix of (a, m_1).
__device__ __forceinline__ void prepare_area(const double (&gram)[packed_size(2)],
                                             Outer<3>& outer) {
  const double squared = gram[packed(0, 0)];
  const double other = gram[packed(1, 1)];
  const double product = gram[packed(1, 0)];
  const double side = squared + other - 2.0 * product;
  const bool tiny = side <= kSideCancellation * (squared + other);
  outer.base = static_cast<float>(side);
  outer.share = static_cast<float>(squared);
  outer.rest = static_cast<float>(squared - product);
  outer.threshold = tiny ? 1e30f : static_cast<float>(kAreaCancellation * side);
}

template <u32 N>
__device__ __forceinline__ Outer<N> prepare_outer(const Source& source, const u32 (&row)[N - 1]) {
  constexpr u32 kRows = N - 1;
  double gram[packed_size(kRows)];
  read_gram<kRows>(source, row, gram);
  Outer<N> outer;
#pragma unroll
  for (u32 entry = 0; entry < Outer<N>::kEntries; ++entry) {
    outer.inverse[entry] = 0.0f;
  }
  if constexpr (N == 3) {
    if (source.kind == kArea) {
      prepare_area(gram, outer);
      return outer;
    }
  }
  Factor<kRows> factor;
  factorize<kRows>(gram, factor);
  double growth = 0.0;
#pragma unroll
  for (u32 i = 0; i < kRows; ++i) {
#pragma unroll
    for (u32 j = 0; j <= i; ++j) {
      const double element = factor.inverse[packed(i, j)];
      growth += element * element * gram[packed(j, j)];
      outer.inverse[packed(i, j)] = static_cast<float>(element);
    }
  }
  outer.base = static_cast<float>(factor.volume);
  outer.share = static_cast<float>(factor.share);
  outer.rest = static_cast<float>(factor.rest);
  outer.threshold = static_cast<float>(fmin(fmax(kCancellation, kGrowth * sqrt(growth)), 1.0));
  return outer;
}

}  // namespace gramian::nway
