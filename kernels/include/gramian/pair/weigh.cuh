// Backward: recompute of the scores of a chunk of pairs; the epilogue turns them into weights
// dLoss/dScore and these into the gradients of the inner products, which are written for the two
// products that follow, beside sums for the gradients of squared norms.
#pragma once

#include "gramian/pair/forward.cuh"

namespace gramian {

// The sum over the 8 lanes that hold rows of the same columns, the same on all of them.
__device__ __forceinline__ float sum_over_rows(float value) {
  value += __shfl_xor_sync(kFullMask, value, 4);
  value += __shfl_xor_sync(kFullMask, value, 8);
  value += __shfl_xor_sync(kFullMask, value, 16);
  return value;
}

template <typename T, typename Score>
class WeighTile {
  using Tile = PairTile<T, Score>;
  using Scores = ScoreTile<Tile::kTuples>;
  using Factors = TileFactors<Score, Tile::kTuples>;
  static constexpr u32 kMembers = Tile::kMembers;
  static constexpr u32 kSums = sum_count<Score>();
  // So many leave no registers for numbers that rows have in common, nor for two pairs at a time.
  static constexpr bool kHasManySums = kSums > 24;

  const WeighParams& p;
  const TilePlace& place;
  const Factors& factors;
  // The tuple of each row of the tile whose weights are wanted unrounded, if any.
  const u32* own;
  PairMarks<Tile::kThreadPairs>& marks;
  float* weights;
  u32 thread;

 public:
  // The parts of the column sums that each row of warps makes.
  struct ColumnParts {
    float value[2][Tile::kTuples * kSums];
  };

  __device__ __forceinline__ WeighTile(const WeighParams& params, const TilePlace& where,
                                       const Factors& numbers, const u32* ownTuples,
                                       PairMarks<Tile::kThreadPairs>& pairMarks, float* tile)
      : p(params),
        place(where),
        factors(numbers),
        own(ownTuples),
        marks(pairMarks),
        weights(tile),
        thread(threadIdx.x) {}

  // Writes the gradients of the inner products; weights become the gradients of squared norms.
  __device__ __forceinline__ void write(Tile& tile, ColumnParts& parts) {
    bool any = false;
    if constexpr (Score::kMayCancel) {
      marks.clear();
    }
#pragma unroll
    for (u32 column = 0; column < Tile::kThreadColumns; ++column) {
      write_column(tile, column, parts, any);
      // The second of two neighbouring columns: both are in the registers of the tile.
      if (column % 2 == 1) {
        store_pairs(tile, column - 1);
      }
    }
    if constexpr (Score::kMayCancel) {
      __syncwarp();
      mend(any, parts);
    }
  }

 private:
  __device__ __forceinline__ void write_column(Tile& tile, u32 column, ColumnParts& parts,
                                               bool& any) {
    const u32 tuple = Tile::pair(thread, column, 0).column;
    float factor[Score::kFactors];
#pragma unroll
    for (u32 t = 0; t < Score::kFactors; ++t) {
      factor[t] = factors.tuple[tuple * Score::kFactors + t];
    }
    float sums[kSums] = {};
#pragma unroll
    for (u32 row = 0; row < Tile::kThreadRows; ++row) {
      if constexpr (kHasManySums) {
        // Another number, as far as the compiler knows: addresses are made again for each row.
        asm volatile("" : "+r"(thread));
      }
      const TilePair at = Tile::pair(thread, column, row);
      float c[kMembers];
#pragma unroll
      for (u32 l = 0; l < kMembers; ++l) {
        c[l] = tile.at(l, column, row);
      }
      PairState<float, kMembers> state;
      Score::evaluate(factors.anchor[at.row], factor, c, p.problem.scoreFloor, state);
      float& cell = weights[Scores::at(at.row, at.column)];
      float part[kSums] = {};
      float t[kMembers];
      const float ofNorm = Score::gradient(factors.anchor[at.row], factor, state,
                                           p.problem.scoreFloor, cell, t, part);
      bool isMended = false;
      if constexpr (Score::kMayCancel) {
        isMended = state.cancels && place.has(at);
        if (isMended) {
          marks.mark(column * Tile::kThreadRows + row);
          any = true;
        }
      }
#pragma unroll
      for (u32 l = 0; l < kMembers; ++l) {
        tile.at(l, column, row) = isMended ? 0.0f : t[l];
      }
      if constexpr (kHasManySums) {
        // Before the branch, across which all of them would be kept.
#pragma unroll
        for (u32 s = 0; s < Score::kSums; ++s) {
          sums[s] += isMended ? 0.0f : part[s];
        }
      }
      if (!isMended) {
        cell = ofNorm;
        keep_target(at, t);
        if constexpr (!kHasManySums) {
#pragma unroll
          for (u32 s = 0; s < Score::kSums; ++s) {
            sums[s] += part[s];
          }
        }
      }
    }
#pragma unroll
    for (u32 s = 0; s < Score::kSums; ++s) {
      const float sum = sum_over_rows(sums[s]);
      if (thread % kWarpSize / 4 == 0) {
        parts.value[thread / kWarpSize / 2][tuple * kSums + s] = sum;
      }
    }
  }

  template <typename Real>
  __device__ __forceinline__ void keep_target(const TilePair& at, const Real (&t)[kMembers]) {
    if (own[at.row] == place.tuple + at.column) {
      float* to = p.targetWeights + static_cast<i64>(place.anchor + at.row) * kMembers;
#pragma unroll
      for (u32 l = 0; l < kMembers; ++l) {
        to[l] = static_cast<float>(t[l]);
      }
    }
  }

  __device__ __forceinline__ bf16* weight_of(u32 row, u32 column, u32 member) {
    return p.weights + static_cast<i64>(place.anchor - p.anchorBegin + row) * p.weightsStride +
           member * p.memberStride + (place.tuple - p.tupleBegin) + column;
  }

  // Two neighbouring columns of all rows; those beyond the last tuple are in the padding of a row.
  __device__ __forceinline__ void store_pairs(Tile& tile, u32 column) {
    const TilePair first = Tile::pair(thread, column, 0);
    bf16* to = weight_of(first.row, first.column, 0);
#pragma unroll
    for (u32 row = 0; row < Tile::kThreadRows; ++row) {
      if (first.row + row * Tile::kRowStep < place.anchors) {
#pragma unroll
        for (u32 l = 0; l < kMembers; ++l) {
          store(to + l * p.memberStride, tile.at(l, column, row), tile.at(l, column + 1, row));
        }
      }
      to += Tile::kRowStep * p.weightsStride;
    }
  }

  // The numbers of two neighbouring columns, as sums of their planes.
  __device__ __forceinline__ void store(bf16* to, float low, float high) {
    u32 both = pack<bf16>(low, high);
    *reinterpret_cast<u32*>(to) = both;
#pragma unroll 1
    for (u32 plane = 1; plane < p.weightPlanes; ++plane) {
      low -= unpack_low<bf16>(both);
      high -= unpack_high<bf16>(both);
      both = pack<bf16>(low, high);
      to += p.weightsPlane;
      *reinterpret_cast<u32*>(to) = both;
    }
  }

  // Pairs whose score lost its digits: everything in double.
  __device__ __forceinline__ void mend(bool any, ColumnParts& parts) {
    const u32 lane = thread % kWarpSize;
    u32 next = any ? marks.take() : Tile::kThreadPairs;
    MarkedPair marked;
#pragma unroll 1
    while (next_marked(marks, lane, next, marked)) {
      const TilePair at = Tile::pair(thread - lane + marked.lane, marked.pair / Tile::kThreadRows,
                                     marked.pair % Tile::kThreadRows);
      AnchorValue<double> value;
      PairState<double, kMembers> state;
      const u32 tuple = place.tuple + at.column;
      exact_score<Score>(p.problem, place.anchor + at.row, tuple, lane, value, state);
      if (lane == marked.lane) {
        float& cell = weights[Scores::at(at.row, at.column)];
        double t[kMembers];
        double part[kSums] = {};
        cell = static_cast<float>(Score::template gradient<double>(
            value, p.problem.tupleFactors + static_cast<i64>(tuple) * Score::kFactors, state,
            p.problem.scoreFloor, cell, t, part));
        keep_target(at, t);
#pragma unroll
        for (u32 s = 0; s < Score::kSums; ++s) {
          parts.value[thread / kWarpSize / 2][at.column * kSums + s] += static_cast<float>(part[s]);
        }
#pragma unroll
        for (u32 l = 0; l < kMembers; ++l) {
          float rest = static_cast<float>(t[l]);
          bf16* to = weight_of(at.row, at.column, l);
#pragma unroll 1
          for (u32 plane = 0; plane < p.weightPlanes; ++plane) {
            *to = from_float<bf16>(rest);
            rest -= to_float(*to);
            to += p.weightsPlane;
          }
        }
      }
      __syncwarp();
    }
  }
};

template <typename T, typename Score, typename Objective>
__device__ __forceinline__ void pair_weigh(const typename Objective::WeighParams& p) {
  using Tile = PairTile<T, Score>;
  using Scores = ScoreTile<Tile::kTuples>;
  using Factors = TileFactors<Score, Tile::kTuples>;
  using Weigh = WeighTile<T, Score>;
  constexpr u32 kSums = sum_count<Score>();
  GRAMIAN_SHARED(Factors, factors, 1);
  GRAMIAN_SHARED(typename Weigh::ColumnParts, parts, 1);
  GRAMIAN_SHARED(u32, own, kGemmRows);
  GRAMIAN_SHARED(PairMarks<Tile::kThreadPairs>, marks, 1);
  typename Objective::template Weigh<Tile::kTuples> objective;
  float* scores = dynamic_shared<float>();
  const u32 thread = threadIdx.x;
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
    own[thread] = p.targetWeights == nullptr ? ~0u : own_tuple(p.labels, p.labelStride, place);
    float ofNorm = 0.0f;
#pragma unroll 1
    for (u32 t = 0; t < p.tupleTiles; ++t) {
      place.tuple = first_tuple + t * Tile::kTuples;
      if (place.tuple >= p.tupleEnd) {
        break;
      }
      place.tuples = min(p.tupleEnd - place.tuple, Tile::kTuples);
      factors[0].load_tuples(p.problem, place);
      Tile tile;
      tile.multiply(p.problem, place);
      // There is always a plane: the branch keeps what scores need out of the main loop.
      if (Objective::kWeighsScores && p.weightPlanes != 0) {
        score_tile<T, Score>(p.problem, place, tile, factors[0], marks[0], scores);
        __syncthreads();
      }
      objective.weigh(p, place, scores);
      __syncthreads();
      Weigh(p, place, factors[0], own, marks[0], scores).write(tile, parts[0]);
      __syncthreads();
      if (Score::kHasNorm && p.rowGradients != nullptr) {
#pragma unroll 4
        for (u32 step = 0; step < Tile::kTuples; ++step) {
          ofNorm += scores[Scores::at(thread, Scores::turn(thread, step))];
        }
      }
      if (Score::kSums > 0 && p.columnGradients != nullptr) {
        const i64 at = (static_cast<i64>(blockIdx.y) * p.problem.tuples + place.tuple) * kSums;
        const bool isFirst = a == 0 && p.isFirstOfTuples != 0;
#pragma unroll 1
        for (u32 s = thread; s < place.tuples * kSums; s += kGemmThreads) {
          const float sum = parts[0].value[0][s] + parts[0].value[1][s];
          p.columnGradients[at + s] = isFirst ? sum : p.columnGradients[at + s] + sum;
        }
      }
      __syncthreads();
    }
    if (Score::kHasNorm && p.rowGradients != nullptr && thread < place.anchors) {
      float& kept =
          p.rowGradients[static_cast<i64>(blockIdx.x) * p.problem.anchors + place.anchor + thread];
      kept = p.isFirstOfAnchors != 0 ? ofNorm : kept + ofNorm;
    }
    objective.end_rows(p, place);
  }
  objective.end(p);
}

}  // namespace gramian
