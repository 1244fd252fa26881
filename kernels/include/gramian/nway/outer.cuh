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

// Of the factor L^-1 of the outer rows, outer tuples that differ in the row of the last outer
// modality alone have all rows but the last in common: those are kept apart as `lead`.
template <u32 N>
struct Outer {
  static constexpr u32 kRows = N - 1;
  static constexpr u32 kLead = packed_size(N - 2);
  static constexpr u32 kLeadSize = kLead == 0 ? 1 : kLead;
  // In shared memory: the last row, four numbers, the others; float4 each.
  static constexpr u32 kVectors = 2 + (kLead + 3) / 4;

  float last[kRows];  // the last row of L^-1; of kArea unused, as is `lead`
  float base;         // sqrt(det G)            of kArea: |u|^2
  float share;        // see Factor                       |a|^2
  float rest;         //                                  |a|^2 - <a, m_1>
  float threshold;    // part of |x|^2 (kArea: factor of |a|^2 + |x|^2) that needs double
};

template <u32 N>
__device__ __forceinline__ void store_outer(float4* memory, const Outer<N>& outer,
                                            const float (&lead)[Outer<N>::kLeadSize]) {
  float values[Outer<N>::kVectors * 4] = {};
#pragma unroll
  for (u32 i = 0; i < Outer<N>::kRows; ++i) {
    values[i] = outer.last[i];
  }
  values[4] = outer.base;
  values[5] = outer.share;
  values[6] = outer.rest;
  values[7] = outer.threshold;
#pragma unroll
  for (u32 i = 0; i < Outer<N>::kLead; ++i) {
    values[8 + i] = lead[i];
  }
#pragma unroll
  for (u32 i = 0; i < Outer<N>::kVectors; ++i) {
    store_vector(memory + i, make_float4(values[4 * i], values[4 * i + 1], values[4 * i + 2],
                                         values[4 * i + 3]));
  }
}

template <u32 N>
__device__ __forceinline__ Outer<N> load_outer(const float4* memory) {
  const float4 row = load_vector(memory);
  const float values[4] = {row.x, row.y, row.z, row.w};
  const float4 rest = load_vector(memory + 1);
  Outer<N> outer;
#pragma unroll
  for (u32 i = 0; i < Outer<N>::kRows; ++i) {
    outer.last[i] = values[i];
  }
  outer.base = rest.x;
  outer.share = rest.y;
  outer.rest = rest.z;
  outer.threshold = rest.w;
  return outer;
}

template <u32 N>
__device__ __forceinline__ void load_lead(const float4* memory,
                                          float (&lead)[Outer<N>::kLeadSize]) {
#pragma unroll
  for (u32 i = 0; i < Outer<N>::kVectors - 2; ++i) {
    const float4 v = load_vector(memory + 2 + i);
    const float values[4] = {v.x, v.y, v.z, v.w};
#pragma unroll
    for (u32 k = 0; k < 4; ++k) {
      if (4 * i + k < Outer<N>::kLead) {
        lead[4 * i + k] = values[k];
      }
    }
  }
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

// Makes the factor of an outer tuple and writes it to shared memory.
template <u32 N>
__device__ __forceinline__ void prepare_outer(const Source& source, const u32 (&row)[N - 1],
                                              float4* memory) {
  constexpr u32 kRows = N - 1;
  double gram[packed_size(kRows)];
  read_gram<kRows>(source, row, gram);
  Outer<N> outer{};
  float lead[Outer<N>::kLeadSize] = {};
  if constexpr (N == 3) {
    if (source.kind == kArea) {
      prepare_area(gram, outer);
      store_outer<N>(memory, outer, lead);
      return;
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
      if (i == kRows - 1) {
        outer.last[j] = static_cast<float>(element);
      } else {
        lead[packed(i, j)] = static_cast<float>(element);
      }
    }
  }
  outer.base = static_cast<float>(factor.volume);
  outer.share = static_cast<float>(factor.share);
  outer.rest = static_cast<float>(factor.rest);
  outer.threshold = static_cast<float>(fmin(fmax(kCancellation, kGrowth * sqrt(growth)), 1.0));
  store_outer<N>(memory, outer, lead);
}

}  // namespace gramian::nway
