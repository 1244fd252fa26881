// Forward: all scores once, streamed into an objective; nothing of the size of all pairs is kept.
// Block (s, r) goes through slice r of the anchors and, for each tile of it, slice s of the tuples.
#pragma once

#include "gramian/pair/exact.cuh"
#include "gramian/pair/objective/objective.cuh"

namespace gramian {

// The epilogue of a tile: turns its inner products into scores in shared memory. Reached by all
// threads; the caller puts a barrier after it.
template <typename T, typename Score>
__device__ __forceinline__ void score_tile(const PairProblem& p, const TilePlace& place,
                                           PairTile<T, Score>& tile,
                                           const TileFactors<Score, PairTile<T, Score>::kTuples>& f,
                                           PairMarks<PairTile<T, Score>::kThreadPairs>& marks,
                                           float* scores) {
  using Tile = PairTile<T, Score>;
  using Scores = ScoreTile<Tile::kTuples>;
  const u32 thread = threadIdx.x;
  bool any = false;
  if constexpr (Score::kMayCancel) {
    marks.clear();
  }
#pragma unroll
  for (u32 column = 0; column < Tile::kThreadColumns; ++column) {
    const u32 tuple = Tile::pair(thread, column, 0).column;
    float factor[Score::kFactors];
#pragma unroll
    for (u32 t = 0; t < Score::kFactors; ++t) {
      factor[t] = f.tuple[tuple * Score::kFactors + t];
    }
#pragma unroll
    for (u32 row = 0; row < Tile::kThreadRows; ++row) {
      const TilePair at = Tile::pair(thread, column, row);
      float c[Tile::kMembers];
#pragma unroll
      for (u32 l = 0; l < Tile::kMembers; ++l) {
        c[l] = tile.at(l, column, row);
      }
      PairState<float, Tile::kMembers> state;
      Score::evaluate(f.anchor[at.row], factor, c, p.scoreFloor, state);
      scores[Scores::at(at.row, at.column)] = state.score;
      if constexpr (Score::kMayCancel) {
        if (state.cancels && place.has(at)) {
          marks.mark(column * Tile::kThreadRows + row);
          any = true;
        }
      }
    }
  }
  if constexpr (Score::kMayCancel) {
    const u32 lane = thread % kWarpSize;
    u32 own = any ? marks.take() : Tile::kThreadPairs;
    MarkedPair marked;
#pragma unroll 1
    while (next_marked(marks, lane, own, marked)) {
      const TilePair at = Tile::pair(thread - lane + marked.lane, marked.pair / Tile::kThreadRows,
                                     marked.pair % Tile::kThreadRows);
      AnchorValue<double> value;
      PairState<double, Tile::kMembers> state;
      exact_score<Score>(p, place.anchor + at.row, place.tuple + at.column, lane, value, state);
      if (lane == marked.lane) {
        scores[Scores::at(at.row, at.column)] = static_cast<float>(state.score);
        if (p.hasNear != nullptr && state.rest != 0.0) {
          atomicOr(p.hasNear, 1u);
        }
      }
    }
  }
}

template <typename T, typename Score, typename Objective>
__device__ __forceinline__ void pair_forward(const typename Objective::ForwardParams& p) {
  using Tile = PairTile<T, Score>;
  using Factors = TileFactors<Score, Tile::kTuples>;
  GRAMIAN_SHARED(Factors, factors, 1);
  GRAMIAN_SHARED(PairMarks<Tile::kThreadPairs>, marks, 1);
  typename Objective::template Forward<Tile::kTuples> objective;
  float* scores = dynamic_shared<float>();
  const u32 first_anchor = p.anchorBegin + blockIdx.y * p.anchorTiles * kGemmRows;
  const u32 first_tuple = p.tupleBegin + blockIdx.x * p.tupleTiles * Tile::kTuples;
#pragma unroll 1
  for (u32 a = 0; a < p.anchorTiles; ++a) {
    TilePlace place;
    place.anchor = first_anchor + a * kGemmRows;
    if (place.anchor >= p.anchorEnd) {
      break;
    }
    place.anchors = min(p.anchorEnd - place.anchor, kGemmRows);
    factors[0].load_anchors(p.problem, place);
    objective.begin_rows(p, place);
#pragma unroll 1
    for (u32 t = 0; t < p.tupleTiles; ++t) {
      place.tuple = first_tuple + t * Tile::kTuples;
      if (place.tuple >= p.tupleEnd) {
        break;
      }
      place.tuples = min(p.tupleEnd - place.tuple, Tile::kTuples);
      if (place.anchor >= p.matched && place.tuple >= p.matched) {
        continue;
      }
      factors[0].load_tuples(p.problem, place);
      Tile tile;
      tile.multiply(p.problem, place);
      score_tile<T, Score>(p.problem, place, tile, factors[0], marks[0], scores);
      __syncthreads();
      objective.add(p, place, scores, a == 0);
      __syncthreads();
    }
    objective.end_rows(p, place);
  }
  objective.end(p);
}

}  // namespace gramian
