// A block's tile of pairs: kGemmRows anchors with as many tuples as leave each thread all inner
// products of its pairs in registers.
#pragma once

#include "gramian/gemm/tile.cuh"
#include "gramian/pair/params.cuh"
#include "gramian/pair/score/score.cuh"

namespace gramian {

// A place in a thread's share of the tile: row of the tile and tuple of the tile.
struct TilePair {
  u32 row;
  u32 column;
};

// Where a block's tile is.
struct TilePlace {
  u32 anchor;
  u32 tuple;
  // Anchors and tuples of the tile that exist.
  u32 anchors;
  u32 tuples;

  __device__ __forceinline__ bool has(const TilePair& pair) const {
    return pair.row < anchors && pair.column < tuples;
  }
};

// Scores, weights and the like of a tile, in shared memory: one thread goes along each row, and
// threads of a warp along each column, without meeting in a bank.
template <u32 Columns>
struct ScoreTile {
  static constexpr u32 kStride = Columns + kScorePadding;

  static __device__ __forceinline__ u32 at(u32 row, u32 column) { return row * kStride + column; }

  // The order in which the thread of a row goes along it.
  static __device__ __forceinline__ u32 turn(u32 row, u32 step) { return step ^ (row >> 2 & 7u); }
};

template <typename T, typename Score>
struct PairTile {
  static constexpr u32 kMembers = Score::kMembers;
  static constexpr u32 kTuples = kTileTuples[kMembers];
  static constexpr u32 kWarpTuples = kTuples / 2;
  static constexpr u32 kRowFragments = kWarpRows / 16;
  static constexpr u32 kColumnFragments = kWarpTuples / 8;
  // Pairs of a thread: 8 rows of each of its columns.
  static constexpr u32 kThreadRows = 2 * kRowFragments;
  static constexpr u32 kRowStep = 8;
  static constexpr u32 kThreadColumns = 2 * kColumnFragments;
  static constexpr u32 kThreadPairs = kThreadRows * kThreadColumns;

  static constexpr u32 kAnchorNumbers = kGemmRows * kStageDepth;
  static constexpr u32 kStageNumbers = kAnchorNumbers + kMembers * kTuples * kStageDepth;
  static constexpr u32 kStageBytes = kStages * kStageNumbers * sizeof(T);
  static constexpr u32 kScoreBytes = kGemmRows * ScoreTile<kTuples>::kStride * sizeof(float);
  // Dynamic shared memory: stages, and after them in the same place scores.
  static constexpr u32 kSharedBytes = kStageBytes > kScoreBytes ? kStageBytes : kScoreBytes;

  FragmentC c[kMembers][kRowFragments][kColumnFragments];

  // The pair of the thread's column (below kThreadColumns) and row (below kThreadRows).
  static __device__ __forceinline__ TilePair pair(u32 thread, u32 column, u32 row) {
    const u32 lane = thread % kWarpSize;
    const u32 warp = thread / kWarpSize;
    return {warp / 2 * kWarpRows + row * kRowStep + lane / 4,
            warp % 2 * kWarpTuples + column / 2 * 8 + lane % 4 * 2 + column % 2};
  }

  // The inner product with a member of that pair. Indices are constants after unrolling.
  __device__ __forceinline__ float& at(u32 member, u32 column, u32 row) {
    return c[member][row / 2][column / 2].x[row % 2 * 2 + column % 2];
  }

  // Multiplies the rows, divided by their units. Reached by all threads; ends with a barrier.
  __device__ __forceinline__ void multiply(const PairProblem& p, const TilePlace& place) {
    const Shared<T> stages = shared(dynamic_shared<T>());
    const u32 thread = threadIdx.x;
#pragma unroll
    for (u32 l = 0; l < kMembers; ++l) {
#pragma unroll
      for (u32 r = 0; r < kRowFragments; ++r) {
#pragma unroll
        for (u32 s = 0; s < kColumnFragments; ++s) {
          c[l][r][s] = FragmentC{{0.0f, 0.0f, 0.0f, 0.0f}};
        }
      }
    }
    const u32 steps_of_pair = (p.depth + kStageDepth - 1) / kStageDepth;
    u32 product = 0;
    u32 depth = 0;
    const auto load = [&](u32, u32 stage) {
      const Shared<T> to = stages + stage * kStageNumbers;
      const u32 planes = p.planePair[product];
      load_anchors(p, place, to, planes & 15u, depth, thread);
      load_members(p, place, to + kAnchorNumbers, planes >> 4, depth, thread);
      depth += kStageDepth;
      if (depth >= p.depth) {
        depth = 0;
        ++product;
      }
    };
    const auto step = [&](u32 stage) {
      const Shared<T> anchors = stages + stage * kStageNumbers;
      const u32 lane = thread % kWarpSize;
      const u32 warp = thread / kWarpSize;
      multiply_stage(c, anchors, DepthMajorTile(), warp / 2 * kWarpRows, anchors + kAnchorNumbers,
                     DepthMajorTile(), warp % 2 * kWarpTuples, kTuples, lane);
    };
    run_stages(p.planePairs * steps_of_pair, load, step);
  }

 private:
  static __device__ __forceinline__ void load_anchors(const PairProblem& p, const TilePlace& place,
                                                      Shared<T> to, u32 plane, u32 depth,
                                                      u32 thread) {
    const T* rows = static_cast<const T*>(p.anchor.plane[plane]);
    const u32 chunk = thread % 4;
#pragma unroll
    for (u32 t = 0; t < kGemmRows / 32; ++t) {
      const u32 row = thread / 4 + t * 32;
      const bool inside = row < place.anchors;
      copy_chunk(to + DepthMajorTile::offset(row, chunk),
                 rows + (place.anchor + row) * p.anchor.stride, depth + chunk * kChunk, p.depth,
                 inside);
    }
  }

  static __device__ __forceinline__ void load_members(const PairProblem& p, const TilePlace& place,
                                                      Shared<T> to, u32 plane, u32 depth,
                                                      u32 thread) {
    constexpr u32 kRows = kMembers * kTuples;
    const u32 chunk = thread % 4;
#pragma unroll
    for (u32 t = 0; t < (kRows + 31) / 32; ++t) {
      const u32 row = thread / 4 + t * 32;
      if (kRows % 32 != 0 && row >= kRows) {
        break;
      }
      const PlaneRows& member = p.member[row / kTuples];
      const u32 tuple = row % kTuples;
      const bool inside = tuple < place.tuples;
      copy_chunk(to + DepthMajorTile::offset(row, chunk),
                 static_cast<const T*>(member.plane[plane]) + (place.tuple + tuple) * member.stride,
                 depth + chunk * kChunk, p.depth, inside);
    }
  }
};

// The numbers of the anchors and tuples of a tile, in shared memory.
template <typename Score, u32 Tuples>
struct TileFactors {
  AnchorValue<float> anchor[kGemmRows];
  float tuple[Tuples * Score::kFactors];

  __device__ __forceinline__ void load_anchors(const PairProblem& p, const TilePlace& place) {
    const u32 row = threadIdx.x;
    const double2 factors = row < place.anchors
                                ? load_global_nc(p.anchorFactors + place.anchor + row)
                                : make_double2(0.0, 0.0);
    anchor[row] = Score::template anchor<float>(factors.x, factors.y);
  }

  __device__ __forceinline__ void load_tuples(const PairProblem& p, const TilePlace& place) {
    const u32 count = place.tuples * Score::kFactors;
    const double* from = p.tupleFactors + static_cast<i64>(place.tuple) * Score::kFactors;
#pragma unroll 1
    for (u32 t = threadIdx.x; t < Tuples * Score::kFactors; t += kGemmThreads) {
      tuple[t] = t < count ? static_cast<float>(from[t]) : 0.0f;
    }
  }
};

}  // namespace gramian
