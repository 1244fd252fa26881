// Gram matrices of a few rows and their factorisation in double, by one thread.
#pragma once

#include "gramian/device/factor.cuh"
#include "gramian/nway/modalities.cuh"

namespace gramian::nway {

// The inner product of row i of modality l with row j of modality m > l.
__device__ __forceinline__ double product_of(const Source& source, u32 l, u32 i, u32 m, u32 j) {
  const u32 pair = pair_of(l, m);
  const i64 at = static_cast<i64>(i) * source.tables.pitch[m] + j;
  return static_cast<double>(source.tables.high[pair][at]) + source.tables.low[pair][at];
}

// The Gram matrix, packed, of one row of each of the first K modalities.
template <u32 K>
__device__ __forceinline__ void read_gram(const Source& source, const u32 (&row)[K],
                                          double (&gram)[packed_size(K)]) {
#pragma unroll
  for (u32 m = 0; m < K; ++m) {
#pragma unroll
    for (u32 l = 0; l < m; ++l) {
      gram[packed(m, l)] = product_of(source, l, row[l], m, row[m]);
    }
    gram[packed(m, m)] = source.lengths.squared[m][row[m]];
  }
}

// What scores need of a Gram matrix G = L L^T. Where a pivot is dead, volume and share are 0, rest
// is 1, and the rows of the inverse from the dead one on count as 0.
template <u32 K>
struct Factor {
  double inverse[packed_size(K)];  // L^-1
  double volume;                   // sqrt(det G)
  double share;                    // det G / product of the diagonal
  double rest;                     // 1 - share, without its cancellation
};

template <u32 K>
__device__ __forceinline__ void factorize(const double (&gram)[packed_size(K)], Factor<K>& factor) {
  double(&lower)[packed_size(K)] = factor.inverse;
  u32 alive = K;
  double nothing = 0.0;
  factor.volume = 1.0;
  factor.share = 1.0;
  factor.rest = 0.0;
  double reciprocal[K];
#pragma unroll
  for (u32 i = 0; i < K; ++i) {
    double explained = 0.0;
#pragma unroll
    for (u32 j = 0; j < i; ++j) {
      double sum = gram[packed(i, j)];
#pragma unroll
      for (u32 l = 0; l < j; ++l) {
        sum -= lower[packed(i, l)] * lower[packed(j, l)];
      }
      sum *= reciprocal[j];
      lower[packed(i, j)] = sum;
      explained += sum * sum;
    }
    const double squared = gram[packed(i, i)];
    const double pivot = squared - explained;
    alive = alive == K && is_dead(pivot, squared) ? i : alive;
    nothing += 0.0 * squared;
    const double root = sqrt(pivot);
    reciprocal[i] = 1.0 / root;
    const double over = 1.0 / squared;
    factor.volume *= root;
    factor.rest += factor.share * (explained * over);
    factor.share *= pivot * over;
  }
  // L^-1 takes the place of L column by column: each needs that and later columns of L only.
#pragma unroll
  for (u32 column = 0; column < K; ++column) {
    double x[K];
#pragma unroll
    for (u32 i = column; i < K; ++i) {
      double sum = i == column ? 1.0 : 0.0;
#pragma unroll
      for (u32 l = column; l < i; ++l) {
        sum -= lower[packed(i, l)] * x[l];
      }
      x[i] = sum * reciprocal[i];
    }
#pragma unroll
    for (u32 i = column; i < K; ++i) {
      lower[packed(i, column)] = x[i];
    }
  }
  if (alive < K) {
#pragma unroll
    for (u32 i = 0; i < K; ++i) {
#pragma unroll
      for (u32 j = 0; j <= i; ++j) {
        factor.inverse[packed(i, j)] = i < alive ? factor.inverse[packed(i, j)] : 0.0;
      }
    }
    // NaN where a row is not finite.
    factor.volume = nothing;
    factor.share = nothing;
    factor.rest = 1.0 + nothing;
  }
}

// Entry (i, j), j <= i, of G^-1 = L^-T L^-1.
template <u32 K, typename Real>
__device__ __forceinline__ Real inverse_gram(const Real (&inverse)[packed_size(K)], u32 i, u32 j) {
  Real sum = 0;
#pragma unroll
  for (u32 l = 0; l < K; ++l) {
    if (l >= i) {
      sum += inverse[packed(l, i)] * inverse[packed(l, j)];
    }
  }
  return sum;
}

}  // namespace gramian::nway
