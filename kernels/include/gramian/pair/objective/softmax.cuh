// Online softmax over the tuples of each anchor and over the anchors of each tuple: running sums
// forward, and from them the weights of scores. A thread has a row of the tile; its sum stays in
// registers while the block goes along the tuples. Sums of columns are kept in global memory, where
// each block has its own. Targets are left out of the sums (cross_entropy.cuh).
#pragma once

#include "gramian/pair/objective/objective.cuh"
#include "gramian/pair/objective/running_sum.cuh"

namespace gramian {

template <u32 Tuples>
__device__ __forceinline__ void skip_diagonal(const PairScalars& scalars, const TilePlace& place,
                                              float* scores) {
  const u32 column = place.anchor + threadIdx.x - place.tuple;
  if (threadIdx.x < place.anchors && column < place.tuples) {
    scores[ScoreTile<Tuples>::at(threadIdx.x, column)] = no_score(scalars);
  }
}

template <u32 Tuples>
class SoftmaxForward {
  using Scores = ScoreTile<Tuples>;
  // Threads that share a column.
  static constexpr u32 kGroups = kGemmThreads / Tuples;

  RunningSum row = {0.0f, 0.0f};
  u32 label = 0;

 public:
  __device__ __forceinline__ void begin_rows(const ForwardParams& p, const TilePlace& place) {
    label = own_tuple(p.labels, p.labelStride, place);
    row = empty_sum(*p.problem.scalars);
  }

  __device__ __forceinline__ void add(const ForwardParams& p, const TilePlace& place, float* scores,
                                      bool isFirst) {
    const PairScalars& scalars = *p.problem.scalars;
    const u32 target = label - place.tuple;
    keep_target_score<Tuples>(p, place, scores, target);
    if (p.columnTotals != nullptr) {
      add_column_totals(p, place, scores, isFirst);
      __syncthreads();
    }
    if (p.skipDiagonal != 0) {
      skip_diagonal<Tuples>(scalars, place, scores);
    }
    const bool hasTarget = p.targetScores != nullptr && target < place.tuples;
    const bool isShared = hasTarget && p.counts != nullptr && p.counts[place.tuple + target] > 1;
    float& own = scores[Scores::at(threadIdx.x, hasTarget ? target : 0)];
    const float targetScore = own;
    if (hasTarget) {
      own = no_score(scalars);
    }
    // The column pass of a fixed shift adds what the row pass makes of the scores.
    if (scalars.isFixed != 0) {
      add_row_shifted(place, scores, scalars.rowScale2);
      if (isShared) {
        own = fast_exp2(targetScore * scalars.rowScale2 - row.peak);
      }
      __syncthreads();
      if (p.columnSums != nullptr) {
        add_columns_shifted(p, place, scores, isFirst);
      }
    } else {
      add_row(place, scores, scalars.rowScale2, scalars.orientation);
      if (isShared) {
        own = targetScore;
      }
      __syncthreads();
      if (p.columnSums != nullptr) {
        add_columns(p, place, scores, scalars.columnScale2, scalars.orientation, isFirst);
      }
    }
  }

  __device__ __forceinline__ void end_rows(const ForwardParams& p, const TilePlace& place) {
    if (threadIdx.x < place.anchors) {
      const i64 at = static_cast<i64>(blockIdx.x) * p.problem.anchors + place.anchor + threadIdx.x;
      p.rowSums[at] = row;
    }
  }

  __device__ __forceinline__ void end(const ForwardParams&) {}

 private:
  __device__ __forceinline__ void add_row_shifted(const TilePlace& place, float* scores,
                                                  float scale) {
    const u32 thread = threadIdx.x;
    if (thread >= place.anchors) {
      return;
    }
#pragma unroll 4
    for (u32 step = 0; step < Tuples; ++step) {
      const u32 column = Scores::turn(thread, step);
      if (column < place.tuples) {
        float& score = scores[Scores::at(thread, column)];
        score = fast_exp2(score * scale - row.peak);
        row.sum += score;
      }
    }
  }

  __device__ __forceinline__ void add_row(const TilePlace& place, const float* scores, float scale,
                                          float orientation) {
    const u32 thread = threadIdx.x;
    if (thread >= place.anchors) {
      return;
    }
    float peak = row.peak;
#pragma unroll 4
    for (u32 step = 0; step < Tuples; ++step) {
      const u32 column = Scores::turn(thread, step);
      if (column < place.tuples) {
        peak = fmaxf(peak, scores[Scores::at(thread, column)] * orientation);
      }
    }
    row.sum *= fast_exp2((row.peak - peak) * fabsf(scale));
    row.peak = peak;
    const float top = peak * orientation;
#pragma unroll 4
    for (u32 step = 0; step < Tuples; ++step) {
      const u32 column = Scores::turn(thread, step);
      if (column < place.tuples) {
        row.sum += fast_exp2((scores[Scores::at(thread, column)] - top) * scale);
      }
    }
  }

  __device__ __forceinline__ void add_columns_shifted(const ForwardParams& p,
                                                      const TilePlace& place, const float* scores,
                                                      bool isFirst) {
    const u32 column = threadIdx.x % Tuples;
    float sum = 0.0f;
#pragma unroll 4
    for (u32 r = threadIdx.x / Tuples; r < place.anchors; r += kGroups) {
      sum += scores[Scores::at(r, column)];
    }
    // The shifts are the same, whatever their differences are multiplied with.
    keep_columns(p, place, RunningSum{p.problem.scalars->shift2, sum}, 1.0f, isFirst);
  }

  __device__ __forceinline__ void add_columns(const ForwardParams& p, const TilePlace& place,
                                              const float* scores, float scale, float orientation,
                                              bool isFirst) {
    const u32 column = threadIdx.x % Tuples;
    RunningSum sum = {kLeastPeak, 0.0f};
#pragma unroll 4
    for (u32 r = threadIdx.x / Tuples; r < place.anchors; r += kGroups) {
      sum.peak = fmaxf(sum.peak, scores[Scores::at(r, column)] * orientation);
    }
    const float top = sum.peak * orientation;
#pragma unroll 4
    for (u32 r = threadIdx.x / Tuples; r < place.anchors; r += kGroups) {
      sum.sum += fast_exp2((scores[Scores::at(r, column)] - top) * scale);
    }
    keep_columns(p, place, sum, scale, isFirst);
  }

  // Adds the groups of each column to what the block has of it.
  __device__ __forceinline__ void keep_columns(const ForwardParams& p, const TilePlace& place,
                                               const RunningSum& part, float scale, bool isFirst) {
    GRAMIAN_SHARED(RunningSum, parts, kGemmThreads);
    parts[threadIdx.x] = part;
    __syncthreads();
    if (threadIdx.x < place.tuples) {
      RunningSum sum = parts[threadIdx.x];
#pragma unroll
      for (u32 g = 1; g < kGroups; ++g) {
        sum = merge(sum, parts[g * Tuples + threadIdx.x], scale);
      }
      RunningSum& kept =
          p.columnSums[static_cast<i64>(blockIdx.y) * p.problem.tuples + place.tuple + threadIdx.x];
      kept = isFirst ? sum : merge(kept, sum, scale);
    }
  }

  __device__ __forceinline__ void add_column_totals(const ForwardParams& p, const TilePlace& place,
                                                    const float* scores, bool isFirst) {
    GRAMIAN_SHARED(float, parts, kGemmThreads);
    const u32 column = threadIdx.x % Tuples;
    float sum = 0.0f;
#pragma unroll 4
    for (u32 r = threadIdx.x / Tuples; r < place.anchors; r += kGroups) {
      sum += scores[Scores::at(r, column)];
    }
    parts[threadIdx.x] = sum;
    __syncthreads();
    if (threadIdx.x < place.tuples) {
#pragma unroll
      for (u32 g = 1; g < kGroups; ++g) {
        sum += parts[g * Tuples + threadIdx.x];
      }
      float& kept = p.columnTotals[static_cast<i64>(blockIdx.y) * p.problem.tuples + place.tuple +
                                   threadIdx.x];
      kept = isFirst ? sum : kept + sum;
    }
  }
};

// Weights as WeighParams has them.
template <u32 Tuples>
class SoftmaxWeights {
  using Scores = ScoreTile<Tuples>;

  float rowPeak = 0.0f;
  float rowFactor = 0.0f;
  u32 label = 0;
  // Of weight * (score - centre) of rows and of columns, targets with the rows.
  ThreadSums sums;

 public:
  __device__ __forceinline__ void begin_rows(const WeighParams& p, const TilePlace& place) {
    label = own_tuple(p.labels, p.labelStride, place);
    const bool exists = threadIdx.x < place.anchors;
    rowPeak = exists ? p.rowPeaks[place.anchor + threadIdx.x] : 0.0f;
    rowFactor = exists ? p.rowFactors[place.anchor + threadIdx.x] : 0.0f;
  }

  __device__ __forceinline__ void weigh(const WeighParams& p, const TilePlace& place,
                                        float* scores) {
    const PairScalars& scalars = *p.problem.scalars;
    const u32 target = label - place.tuple;
    GRAMIAN_SHARED(float, columnPeaks, Tuples);
    GRAMIAN_SHARED(float, columnFactors, Tuples);
    GRAMIAN_SHARED(float, columnOffsets, Tuples);
    if (threadIdx.x < Tuples) {
      const bool exists = threadIdx.x < place.tuples;
      const u32 tuple = place.tuple + (exists ? threadIdx.x : 0);
      columnPeaks[threadIdx.x] = p.columnPeaks[tuple];
      columnFactors[threadIdx.x] = p.columnFactors[tuple];
      columnOffsets[threadIdx.x] = p.columnOffsets == nullptr ? 0.0f : p.columnOffsets[tuple];
    }
    if (p.skipDiagonal != 0) {
      skip_diagonal<Tuples>(scalars, place, scores);
    }
    __syncthreads();
    const u32 thread = threadIdx.x;
    const float nothing = no_score(scalars);
    const bool hasTarget = p.targetScores != nullptr && target < place.tuples;
    const float centre = p.targetScores == nullptr ? 0.0f : *p.targetScores;
    if (hasTarget) {
      scores[Scores::at(thread, target)] = nothing;
    }
    const bool isShared = scalars.isFixed != 0;
    float ofRows = 0.0f;
    float ofColumns = 0.0f;
#pragma unroll 2
    for (u32 step = 0; step < Tuples; ++step) {
      const u32 column = Scores::turn(thread, step);
      float& cell = scores[Scores::at(thread, column)];
      const float score = cell;
      float byRow = 0.0f;
      float byColumn = 0.0f;
      if (thread < place.anchors && column < place.tuples && score != nothing) {
        if (isShared) {
          // The factors are relative to the shift, and need no peaks.
          const float e = fast_exp2(score * scalars.rowScale2 - scalars.shift2);
          byRow = e * rowFactor;
          byColumn = e * columnFactors[column];
        } else {
          byRow = rowFactor * fast_exp2((score - rowPeak) * scalars.rowScale2);
          byColumn = columnFactors[column] *
                     fast_exp2((score - columnPeaks[column]) * scalars.columnScale2);
        }
        byColumn -= columnOffsets[column];
        ofRows += byRow * (score - centre);
        ofColumns += byColumn * (score - centre);
      }
      cell = byRow + byColumn;
    }
    if (hasTarget) {
      const u32 anchor = place.anchor + thread;
      const float weight = p.targetSlopes[anchor] - columnOffsets[target];
      scores[Scores::at(thread, target)] = weight;
      ofRows += weight * (p.targetScores[anchor] - centre);
    }
    sums.add(ofRows, ofColumns);
  }

  __device__ __forceinline__ void end_rows(const WeighParams&, const TilePlace&) {}
  __device__ __forceinline__ void end(const WeighParams& p) { sums.keep(p); }
};

// Cross-entropies over rows and columns, and sums of exponentials as such.
struct Softmax {
  using ForwardParams = gramian::ForwardParams;
  using WeighParams = gramian::WeighParams;
  static constexpr bool kWeighsScores = true;
  template <u32 Tuples>
  using Forward = SoftmaxForward<Tuples>;
  template <u32 Tuples>
  using Weigh = SoftmaxWeights<Tuples>;
};

}  // namespace gramian
