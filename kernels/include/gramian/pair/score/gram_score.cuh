// What the scores by Schur's complement share.
#pragma once

#include "gramian/pair/score/score.cuh"

namespace gramian {

// With g = G^-1 c and t = the gradient of c, the members' own part of the gradient is
// -(sum of t g^T + spread S) M, where S is G^-1, less diag(1 / G_ll) for scores that divide by the
// norms. As c = M a, the sum of t g^T is (sum of t a^T) M^T G^-1: the inner products of the
// gradients so far with the members, times G^-1. So made, rounding of the weights t leaves no part
// of them in the span of the members.
template <u32 N, bool DividesByNorms>
__device__ __forceinline__ void gram_own(const double (&gram)[packed_size(N)], double spread,
                                         double (&k)[N][N]) {
  const TupleFactor<N> tuple(gram);
#pragma unroll
  for (u32 l = 0; l < N; ++l) {
    double row[N];
#pragma unroll
    for (u32 m = 0; m < N; ++m) {
      row[m] = k[l][m];
    }
#pragma unroll
    for (u32 m = 0; m < N; ++m) {
      double entry = spread * tuple.inverse_gram(l, m);
      if (DividesByNorms && l == m && tuple.volume != 0.0) {
        entry -= spread / gram[packed(l, l)];
      }
#pragma unroll
      for (u32 q = 0; q < N; ++q) {
        entry += row[q] * tuple.inverse_gram(q, m);
      }
      k[l][m] = -entry;
    }
  }
}

__device__ __forceinline__ float square_root(float x) { return fast_sqrt(x); }
__device__ __forceinline__ double square_root(double x) { return sqrt(x); }

}  // namespace gramian
