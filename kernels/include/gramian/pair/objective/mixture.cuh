// Sums over all pairs of a mixture of Gaussians of the distance: sum of exp(score / (2 v_u)) over
// the variances v_u, the score being the negative squared distance.
#pragma once

#include "gramian/pair/objective/objective.cuh"

namespace gramian {

template <u32 Tuples>
class MixtureForward {
  using Scores = ScoreTile<Tuples>;

  double sum = 0.0;

 public:
  __device__ __forceinline__ void begin_rows(const ForwardParams&, const TilePlace&) {}

  __device__ __forceinline__ void add(const ForwardParams& p, const TilePlace& place,
                                      const float* scores, bool) {
    const u32 thread = threadIdx.x;
    if (thread >= place.anchors) {
      return;
    }
    float part = 0.0f;
#pragma unroll 2
    for (u32 step = 0; step < Tuples; ++step) {
      const u32 column = Scores::turn(thread, step);
      if (column < place.tuples) {
        const float score = scores[Scores::at(thread, column)];
#pragma unroll 1
        for (u32 u = 0; u < p.variances; ++u) {
          part += fast_exp2(score * p.exponent2[u]);
        }
      }
    }
    sum += part;
  }

  __device__ __forceinline__ void end_rows(const ForwardParams&, const TilePlace&) {}
  __device__ __forceinline__ void end(const ForwardParams& p) { keep_block_sum(p, sum); }
};

template <u32 Tuples>
class MixtureWeights {
  using Scores = ScoreTile<Tuples>;

  // The sum of the kernel, unscaled, and nothing.
  ThreadSums sums;

 public:
  __device__ __forceinline__ void begin_rows(const WeighParams&, const TilePlace&) {}

  __device__ __forceinline__ void weigh(const WeighParams& p, const TilePlace& place,
                                        float* scores) {
    const u32 thread = threadIdx.x;
    const float factor = *p.gradientFactor;
    float kernel = 0.0f;
#pragma unroll 2
    for (u32 step = 0; step < Tuples; ++step) {
      const u32 column = Scores::turn(thread, step);
      float& cell = scores[Scores::at(thread, column)];
      float weight = 0.0f;
      if (thread < place.anchors && column < place.tuples) {
#pragma unroll 1
        for (u32 u = 0; u < p.variances; ++u) {
          const float e = fast_exp2(cell * p.exponent2[u]);
          kernel += e;
          weight = fmaf(e, p.rate[u], weight);
        }
        // A point is no distance from itself, and has no gradient: its weight would only leave its
        // rounding behind.
        const bool isSkipped = p.skipDiagonal != 0 && place.tuple + column == place.anchor + thread;
        weight = isSkipped ? 0.0f : weight * factor;
      }
      cell = weight;
    }
    sums.add(kernel, 0.0);
  }

  __device__ __forceinline__ void end_rows(const WeighParams&, const TilePlace&) {}
  __device__ __forceinline__ void end(const WeighParams& p) { sums.keep(p); }
};

struct Mixture {
  using ForwardParams = gramian::ForwardParams;
  using WeighParams = gramian::WeighParams;
  static constexpr bool kWeighsScores = true;
  template <u32 Tuples>
  using Forward = MixtureForward<Tuples>;
  template <u32 Tuples>
  using Weigh = MixtureWeights<Tuples>;
};

}  // namespace gramian
