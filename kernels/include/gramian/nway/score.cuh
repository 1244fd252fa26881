// A score functor of index tuples, and what those in score/ have in common. It has
//
//   kHasTrace       whether outer rows take part of their gradient from Moments::trace
//   kIsRelative     whether the score divides by the squared lengths of the rows
//   prepare         from the Gram matrix of the outer rows, what Outer keeps of them, in double
//   evaluate        scores of an outer tuple with W rows of the last modality, in float; bit k of
//   the
//                   result is set where score k has to be computed in double
//   exact           the score of a Gram matrix of all rows, in double
//   partials        adds what a tuple with that weight is worth to moments and partials, in float,
//   or
//                   says that it has to be computed in double
//   exact_partials  the same in double
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

  float c[kRows];   // inner products
  float g[kRows];   // what y of these rows adds to g = L^-T y
  float explained;  // |y|^2 of these rows
};

// From the inner products `lead.c` to the rest of `lead`.
template <u32 N>
__device__ __forceinline__ void complete(const float (&inverse)[Outer<N>::kLead],
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

// Sums over rows of the last modality, for one outer tuple.
template <u32 N>
struct Moments {
  static constexpr u32 kEntries = packed_size(N - 1);
  static constexpr u32 kTrace = kEntries;
  static constexpr u32 kCount = kEntries + 1;

  float value[kCount];  // entries of the outer Gram matrix, packed; then the trace
};

// What one index tuple adds.
template <u32 N>
struct Partials {
  float cross[N - 1];  // inner products of the last row with the outer rows
  float last;          // squared length of the last row
};

}  // namespace gramian::nway
