// A score of pairs of a set with itself, of which each counts once, with the tuple behind the
// anchor: a tile without such a pair makes no products, and the objective gives its pairs no
// weight.
#pragma once

#include "gramian/pair/tile.cuh"

namespace gramian {

template <typename Score>
struct Mirrored : Score {};

template <typename T, typename Score>
struct PairTile<T, Mirrored<Score>> : PairTile<T, Score> {
  using Base = PairTile<T, Score>;

  __device__ __forceinline__ void multiply(const PairProblem& p, const TilePlace& place) {
    if (place.tuple + place.tuples > place.anchor + 1) {
      Base::multiply(p, place);
      return;
    }
    // As after products: the numbers of the tile are in shared memory for all threads.
    __syncthreads();
#pragma unroll
    for (u32 l = 0; l < Base::kMembers; ++l) {
#pragma unroll
      for (u32 column = 0; column < Base::kThreadColumns; ++column) {
#pragma unroll
        for (u32 row = 0; row < Base::kThreadRows; ++row) {
          Base::at(l, column, row) = 0.0f;
        }
      }
    }
  }
};

}  // namespace gramian
