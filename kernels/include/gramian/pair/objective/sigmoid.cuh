// -log sigma(y (scale S + bias)) summed over all pairs, y = 1 on an anchor's own tuple and -1
// elsewhere (SigLIP, arXiv 2303.15343).
#pragma once

#include "gramian/pair/objective/objective.cuh"

namespace gramian {

// log(1 + e^x).
__device__ __forceinline__ float softplus(float x) {
  return (x > 0.0f ? x : 0.0f) + log1pf(expf(-fabsf(x)));
}

template <u32 Tuples>
class SigmoidForward {
  using Scores = ScoreTile<Tuples>;

  u32 label = 0;
  double sum = 0.0;

 public:
  __device__ __forceinline__ void begin_rows(const ForwardParams& p, const TilePlace& place) {
    label = own_tuple(p.labels, p.labelStride, place);
  }

  __device__ __forceinline__ void add(const ForwardParams& p, const TilePlace& place,
                                      const float* scores, bool) {
    const u32 thread = threadIdx.x;
    if (thread >= place.anchors) {
      return;
    }
    const float scale = static_cast<float>(p.problem.scalars->rowScale);
    const float bias = static_cast<float>(p.problem.scalars->bias);
    float part = 0.0f;
#pragma unroll 2
    for (u32 step = 0; step < Tuples; ++step) {
      const u32 column = Scores::turn(thread, step);
      if (column < place.tuples) {
        const float logit = fmaf(scale, scores[Scores::at(thread, column)], bias);
        part += softplus(place.tuple + column == label ? -logit : logit);
      }
    }
    sum += part;
  }

  __device__ __forceinline__ void end_rows(const ForwardParams&, const TilePlace&) {}
  __device__ __forceinline__ void end(const ForwardParams& p) { keep_block_sum(p, sum); }
};

template <u32 Tuples>
class SigmoidWeights {
  using Scores = ScoreTile<Tuples>;

  u32 label = 0;
  // The gradients of the scale and the bias.
  ThreadSums sums;

 public:
  __device__ __forceinline__ void begin_rows(const WeighParams& p, const TilePlace& place) {
    label = own_tuple(p.labels, p.labelStride, place);
  }

  __device__ __forceinline__ void weigh(const WeighParams& p, const TilePlace& place,
                                        float* scores) {
    const u32 thread = threadIdx.x;
    const float scale = static_cast<float>(p.problem.scalars->rowScale);
    const float bias = static_cast<float>(p.problem.scalars->bias);
    const float factor = *p.gradientFactor;
    float ofScale = 0.0f;
    float ofBias = 0.0f;
#pragma unroll 2
    for (u32 step = 0; step < Tuples; ++step) {
      const u32 column = Scores::turn(thread, step);
      float& cell = scores[Scores::at(thread, column)];
      float weight = 0.0f;
      if (thread < place.anchors && column < place.tuples) {
        const float logit = fmaf(scale, cell, bias);
        const bool isTarget = place.tuple + column == label;
        // sigma(logit), less 1 on the target.
        const float e = expf(-fabsf(logit));
        const float smaller = e / (1.0f + e);
        const float larger = 1.0f / (1.0f + e);
        const float ofLogit = factor * (isTarget ? -(logit > 0.0f ? smaller : larger)
                                                 : (logit > 0.0f ? larger : smaller));
        ofScale += ofLogit * cell;
        ofBias += ofLogit;
        weight = ofLogit * scale;
        // The comparisons above lose a NaN.
        weight = logit == logit ? weight : logit;
      }
      cell = weight;
    }
    sums.add(ofScale, ofBias);
  }

  __device__ __forceinline__ void end_rows(const WeighParams&, const TilePlace&) {}
  __device__ __forceinline__ void end(const WeighParams& p) { sums.keep(p); }
};

struct Sigmoid {
  using ForwardParams = gramian::ForwardParams;
  using WeighParams = gramian::WeighParams;
  static constexpr bool kWeighsScores = true;
  template <u32 Tuples>
  using Forward = SigmoidForward<Tuples>;
  template <u32 Tuples>
  using Weigh = SigmoidWeights<Tuples>;
};

}  // namespace gramian
