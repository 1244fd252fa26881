// Sums over the pairs of a set with itself of exp(t score), each pair once: relative to a peak for
// each row as those of an online softmax, and less 1, which keeps all digits where rows are close.
#pragma once

#include "gramian/pair/objective/objective.cuh"
#include "gramian/pair/objective/running_sum.cuh"

namespace gramian {

// The first column of a tile whose tuple comes after the thread's anchor.
__device__ __forceinline__ u32 first_after(const TilePlace& place) {
  const u32 next = place.anchor + threadIdx.x + 1;
  return next > place.tuple ? next - place.tuple : 0;
}

template <u32 Tuples>
class UniformityForward {
  using Scores = ScoreTile<Tuples>;

  RunningSum row = {kLeastPeak, 0.0f};
  double excess = 0.0;

 public:
  __device__ __forceinline__ void begin_rows(const ForwardParams&, const TilePlace&) {
    row = {kLeastPeak, 0.0f};
  }

  __device__ __forceinline__ void add(const ForwardParams& p, const TilePlace& place,
                                      const float* scores, bool) {
    const u32 thread = threadIdx.x;
    if (thread >= place.anchors) {
      return;
    }
    const float scale2 = p.problem.scalars->rowScale2;
    const float scale = static_cast<float>(p.problem.scalars->rowScale);
    const u32 first = first_after(place);
    float peak = row.peak;
#pragma unroll 4
    for (u32 step = 0; step < Tuples; ++step) {
      const u32 column = Scores::turn(thread, step);
      if (column >= first && column < place.tuples) {
        peak = fmaxf(peak, scores[Scores::at(thread, column)]);
      }
    }
    float sum = 0.0f;
    float part = 0.0f;
    u32 far = 0;
#pragma unroll 2
    for (u32 step = 0; step < Tuples; ++step) {
      const u32 column = Scores::turn(thread, step);
      if (column >= first && column < place.tuples) {
        const float score = scores[Scores::at(thread, column)];
        const float z = score * scale2;
        sum += fast_exp2((score - peak) * scale2);
        const bool isFar = z < -1.0f;
        part += isFar ? fast_exp2(z) : expm1f(score * scale);
        far += isFar ? 1 : 0;
      }
    }
    row.sum = row.sum * fast_exp2((row.peak - peak) * scale2) + sum;
    row.peak = peak;
    excess += static_cast<double>(part) - far;
  }

  __device__ __forceinline__ void end_rows(const ForwardParams& p, const TilePlace& place) {
    if (threadIdx.x < place.anchors) {
      const i64 at = static_cast<i64>(blockIdx.x) * p.problem.anchors + place.anchor + threadIdx.x;
      p.rowSums[at] = row;
    }
  }

  __device__ __forceinline__ void end(const ForwardParams& p) { keep_block_sum(p, excess); }
};

// Weight of a pair = rowFactor 2^(scale (score - rowPeak)), one of each for all rows: the first of
// the parameter.
template <u32 Tuples>
class UniformityWeights {
  using Scores = ScoreTile<Tuples>;

 public:
  __device__ __forceinline__ void begin_rows(const WeighParams&, const TilePlace&) {}

  __device__ __forceinline__ void weigh(const WeighParams& p, const TilePlace& place,
                                        float* scores) {
    const u32 thread = threadIdx.x;
    const float scale2 = p.problem.scalars->rowScale2;
    const float peak = *p.rowPeaks;
    const float factor = *p.rowFactors;
    const u32 first = first_after(place);
#pragma unroll 2
    for (u32 step = 0; step < Tuples; ++step) {
      const u32 column = Scores::turn(thread, step);
      float& cell = scores[Scores::at(thread, column)];
      const bool counts = thread < place.anchors && column >= first && column < place.tuples;
      cell = counts ? factor * fast_exp2((cell - peak) * scale2) : 0.0f;
    }
  }

  __device__ __forceinline__ void end_rows(const WeighParams&, const TilePlace&) {}
  __device__ __forceinline__ void end(const WeighParams&) {}
};

struct Uniformity {
  using ForwardParams = gramian::ForwardParams;
  using WeighParams = gramian::WeighParams;
  static constexpr bool kWeighsScores = true;
  template <u32 Tuples>
  using Forward = UniformityForward<Tuples>;
  template <u32 Tuples>
  using Weigh = UniformityWeights<Tuples>;
};

}  // namespace gramian
