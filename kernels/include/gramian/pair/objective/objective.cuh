// What an objective is: a type with two class templates over the tuples of a tile,
//
//   Forward<Tuples>  begin_rows(p, place)            a new tile of anchors
//                    add(p, place, scores, isFirst)  takes a tile of scores; isFirst: of the
//                    block's
//                                                    first tile of anchors
//                    end_rows(p, place), end(p)      leave the sums of the rows, of the block
//   Weigh<Tuples>    begin_rows, end_rows, end       as above
//                    weigh(p, place, scores)         every cell of the tile gets its weight
//                                                    dLoss/dScore, cells without a pair 0
//
// ForwardParams and WeighParams, the parameters p: those of all objectives, or structs that extend
// them; and kWeighsScores: whether weights are made of scores, so that weigh recomputes them. All
// threads of the block reach every function, as they do the barriers in them. A thread has a row of
// the tile.
#pragma once

#include "gramian/device/block_sum.cuh"
#include "gramian/pair/tile.cuh"

namespace gramian {

// A score that counts for nothing.
__device__ __forceinline__ float no_score(const PairScalars& scalars) {
  return __uint_as_float(scalars.orientation < 0.0f ? 0x7f800000u : 0xff800000u);
}

// The tuple of the thread's anchor; none for a thread without one.
__device__ __forceinline__ u32 own_tuple(const i32* labels, i64 stride, const TilePlace& place) {
  const u32 anchor = place.anchor + threadIdx.x;
  return threadIdx.x >= place.anchors ? ~0u
         : labels == nullptr          ? anchor
                                      : static_cast<u32>(labels[anchor * stride]);
}

// Writes the score of the thread's anchor with its own tuple where the tile has it. `target` is the
// column of that tuple, beyond the tile where that has none.
template <u32 Tuples>
__device__ __forceinline__ void keep_target_score(const ForwardParams& p, const TilePlace& place,
                                                  const float* scores, u32 target) {
  if (p.targetScores != nullptr && target < place.tuples) {
    p.targetScores[place.anchor + threadIdx.x] = scores[ScoreTile<Tuples>::at(threadIdx.x, target)];
  }
}

// Leaves the block's sum of a number of each thread.
__device__ __forceinline__ void keep_block_sum(const ForwardParams& p, double sum) {
  const double total = block_sum<kGemmThreads>(sum);
  if (threadIdx.x == 0) {
    p.blockSums[blockIdx.y * gridDim.x + blockIdx.x] = total;
  }
}

// Two sums of each thread over all tiles of the block. In shared memory, as the products want the
// registers.
class ThreadSums {
 public:
  __device__ __forceinline__ ThreadSums() { own() = make_double2(0.0, 0.0); }

  __device__ __forceinline__ void add(double x, double y) {
    double2& sums = own();
    sums.x += x;
    sums.y += y;
  }

  // Adds the block's sums to those of earlier chunks.
  __device__ __forceinline__ void keep(const WeighParams& p) {
    if (p.blockSums != nullptr) {
      const double x = block_sum<kGemmThreads>(own().x);
      const double y = block_sum<kGemmThreads>(own().y);
      if (threadIdx.x == 0) {
        double2& kept = p.blockSums[blockIdx.y * gridDim.x + blockIdx.x];
        kept = p.isFirst != 0 ? make_double2(x, y) : make_double2(kept.x + x, kept.y + y);
      }
    }
  }

 private:
  static __device__ __forceinline__ double2& own() {
    GRAMIAN_SHARED(double2, sums, kGemmThreads);
    return sums[threadIdx.x];
  }
};

}  // namespace gramian
