// What every score functor has. A score is a function of the anchor's squared norm, the inner
// products of the anchor with the members of the tuple, and numbers prepared for each tuple.
//
//   kMembers        members of a tuple, n
//   kFactors        numbers prepared for each tuple
//   kSums           sums over the anchors that the gradient of a tuple's own Gram matrix needs
//   kHasNorm        whether the score depends on the anchor's squared norm
//   kMayCancel      whether a score can lose its digits, and is then made again in double
//   kByDifferences  with that: not by `evaluate`, but by
//     exact(rows, depth, lane, state)
//                   from the elements of the rows (exact.cuh), by a warp. The first factors of a
//                   tuple are then those of normalisation
//
//   prepare(gram, scale, factor)
//                   makes the numbers of a tuple from the Gram matrix of its members after
//                   normalisation (packed, double) and the factors of normalisation
//   anchor(norm, scale)
//                   the two numbers that the score wants of an anchor: out of its squared norm
//                   after normalisation and the factor of normalisation
//   evaluate(anchor, factor, c, floor, state)
//                   the score from the inner products c; `state` keeps what the gradient needs;
//                   `floor` is a parameter of the score
//   gradient(anchor, factor, state, floor, weight, t, sums)
//                   from the weight dLoss/dScore: t = the gradients of the inner products; returns
//                   that of the anchor's squared norm; sums gets this pair's part
//   own(gram, sums, k)
//                   the matrix K of the members' own part: the gradient of member l gets the sum
//                   over m of K[l][m] times member m (all after normalisation). `k` holds first the
//                   inner products of the gradients so far with the members, then K.
//
// Inner products, and the squared norm that `gradient` means, are those of rows divided by their
// units; a factor of normalisation takes such a row to what it is after normalisation, which
// without normalisation is the row as it came.
//
// evaluate and gradient are templates over the type of numbers: float for all pairs, double for
// those that cancel.
#pragma once

#include "gramian/pair/tuple_factor.cuh"

namespace gramian {

// The two numbers of an anchor.
template <typename Real>
struct AnchorValue {
  Real x;
  Real y;
};

template <typename Real, u32 N>
struct PairState {
  Real score;
  // The residual of what is compared with the threshold of cancellation, or another number of the
  // functor's own.
  Real rest;
  Real y[N];
  bool cancels;
};

// The size of an array of the sums of a score, which is never empty.
template <typename Score>
__device__ __forceinline__ constexpr u32 sum_count() {
  return Score::kSums == 0 ? 1 : Score::kSums;
}

// y = (lower triangle of factor) c; returns |y|^2.
template <typename Real, u32 N>
__device__ __forceinline__ Real lower_product(const Real* factor, const Real (&c)[N],
                                              Real (&y)[N]) {
  Real square = 0;
#pragma unroll
  for (u32 l = 0; l < N; ++l) {
    Real sum = 0;
#pragma unroll
    for (u32 m = 0; m <= l; ++m) {
      sum += factor[packed(l, m)] * c[m];
    }
    y[l] = sum;
    square += sum * sum;
  }
  return square;
}

// t = weight (upper triangle of factor^T) y.
template <typename Real, u32 N>
__device__ __forceinline__ void upper_product(const Real* factor, const Real (&y)[N], Real weight,
                                              Real (&t)[N]) {
#pragma unroll
  for (u32 m = 0; m < N; ++m) {
    Real sum = 0;
#pragma unroll
    for (u32 l = m; l < N; ++l) {
      sum += factor[packed(l, m)] * y[l];
    }
    t[m] = weight * sum;
  }
}

}  // namespace gramian
