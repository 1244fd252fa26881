// The Gram matrix of one tuple and its Cholesky factor, in double, in the registers of a thread.
#pragma once

#include "gramian/device/factor.cuh"

namespace gramian {

// Of a positive semi-definite matrix G = L L^T, without pivoting. If a pivot is dead, the tuple has
// volume 0, its normalised determinant is 0, and L^-1 counts as 0.
template <u32 N>
struct TupleFactor {
  // L^-1, packed.
  double inverse[packed_size(N)];
  // sqrt(det G).
  double volume;
  // det G / product of the diagonal, and 1 less that without its cancellation.
  double share;
  double rest;

  __device__ __forceinline__ explicit TupleFactor(const double (&gram)[packed_size(N)]) {
    double lower[packed_size(N)];
    volume = 1.0;
    share = 1.0;
    rest = 0.0;
    bool dead = false;
#pragma unroll
    for (u32 i = 0; i < N; ++i) {
      const double diagonal = gram[packed(i, i)];
      double explained = 0.0;
#pragma unroll
      for (u32 j = 0; j < i; ++j) {
        double sum = gram[packed(i, j)];
#pragma unroll
        for (u32 l = 0; l < j; ++l) {
          sum -= lower[packed(i, l)] * lower[packed(j, l)];
        }
        lower[packed(i, j)] = sum / lower[packed(j, j)];
        explained += lower[packed(i, j)] * lower[packed(i, j)];
      }
      const double pivot = diagonal - explained;
      dead = dead || is_dead(pivot, diagonal);
      lower[packed(i, i)] = sqrt(pivot);
      volume *= lower[packed(i, i)];
      rest += share * (explained / diagonal);
      share *= pivot / diagonal;
    }
    // Columns of L^-1, from the diagonal down. All loops have the same length, or some compilers
    // leave one of them as it is, and the arrays in memory.
#pragma unroll
    for (u32 j = 0; j < N; ++j) {
#pragma unroll
      for (u32 i = 0; i < N; ++i) {
        if (i >= j) {
          double sum = i == j ? 1.0 : 0.0;
#pragma unroll
          for (u32 l = 0; l < N; ++l) {
            if (l >= j && l < i) {
              sum -= lower[packed(i, l)] * inverse[packed(l, j)];
            }
          }
          inverse[packed(i, j)] = sum / lower[packed(i, i)];
        }
      }
    }
    if (dead) {
      volume = 0.0;
      share = 0.0;
      rest = 1.0;
#pragma unroll
      for (u32 t = 0; t < packed_size(N); ++t) {
        inverse[t] = 0.0;
      }
    }
  }

  // Entry (i, j) of G^-1.
  __device__ __forceinline__ double inverse_gram(u32 i, u32 j) const {
    double sum = 0.0;
#pragma unroll
    for (u32 l = 0; l < N; ++l) {
      if (l >= i && l >= j) {
        sum += inverse[packed(l, i)] * inverse[packed(l, j)];
      }
    }
    return sum;
  }
};

}  // namespace gramian
