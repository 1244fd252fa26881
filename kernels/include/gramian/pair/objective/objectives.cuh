// Which objective a launch has; it is the same for all of its tiles.
#pragma once

#include "gramian/block_sum.cuh"
#include "gramian/pair/objective/matrix.cuh"
#include "gramian/pair/objective/mixture.cuh"
#include "gramian/pair/objective/sigmoid.cuh"
#include "gramian/pair/objective/softmax.cuh"

namespace gramian {

// The tuple of the thread's anchor; none for a thread without one.
__device__ __forceinline__ u32 own_tuple(const i32* labels, i64 stride, const TilePlace& place) {
  const u32 anchor = place.anchor + threadIdx.x;
  return threadIdx.x >= place.anchors ? ~0u
         : labels == nullptr          ? anchor
                                      : static_cast<u32>(labels[anchor * stride]);
}

// What a forward launch does with its tiles of scores.
template <u32 Tuples>
class ForwardObjective {
  SoftmaxForward<Tuples> softmax;
  u32 label;
  double sum = 0.0;

 public:
  __device__ __forceinline__ void begin_rows(const ForwardParams& p, const TilePlace& place) {
    label = own_tuple(p.labels, p.labelStride, place);
    if (p.mode == kSoftmax) {
      softmax.begin_rows(p);
    }
  }

  // Takes a tile; `isFirst`: of the block's first tile of anchors. Reached by all threads.
  __device__ __forceinline__ void add(const ForwardParams& p, const TilePlace& place, float* scores,
                                      bool isFirst) {
    const u32 target = label - place.tuple;
    if (p.targetScores != nullptr && target < place.tuples) {
      p.targetScores[place.anchor + threadIdx.x] =
          scores[ScoreTile<Tuples>::at(threadIdx.x, target)];
    }
    switch (p.mode) {
      case kSoftmax:
        softmax.add(p, place, scores, target, isFirst);
        break;
      case kSigmoid:
        SigmoidForward<Tuples>::add(p, place, scores, label, sum);
        break;
      case kMatrix:
        MatrixForward<Tuples>::add(p, place, scores);
        break;
      default:
        MixtureForward<Tuples>::add(p, place, scores, sum);
        break;
    }
  }

  __device__ __forceinline__ void end_rows(const ForwardParams& p, const TilePlace& place) {
    if (p.mode == kSoftmax) {
      softmax.end_rows(p, place);
    }
  }

  // Reached by all threads.
  __device__ __forceinline__ void end(const ForwardParams& p) {
    if (p.mode == kSigmoid || p.mode == kMixture) {
      const double total = block_sum<kProductThreads>(sum);
      if (threadIdx.x == 0) {
        p.blockSums[blockIdx.y * gridDim.x + blockIdx.x] = total;
      }
    }
  }
};

// How a weigh launch turns its tiles of scores into weights.
template <u32 Tuples>
class WeighObjective {
  SoftmaxWeights<Tuples> softmax;
  u32 label;
  double2 sums = make_double2(0.0, 0.0);

 public:
  __device__ __forceinline__ void begin_rows(const WeighParams& p, const TilePlace& place) {
    label = own_tuple(p.labels, p.labelStride, place);
    if (p.mode == kSoftmax) {
      softmax.begin_rows(p, place);
    }
  }

  // Every cell of the tile gets its weight, those without a pair 0. Reached by all threads.
  __device__ __forceinline__ void weigh(const WeighParams& p, const TilePlace& place,
                                        float* scores) {
    switch (p.mode) {
      case kSoftmax:
        softmax.weigh(p, place, scores, label - place.tuple, sums);
        break;
      case kSigmoid:
        SigmoidWeights<Tuples>::weigh(p, place, scores, label, sums);
        break;
      case kMatrix:
        MatrixWeights<Tuples>::weigh(p, place, scores);
        break;
      default:
        MixtureWeights<Tuples>::weigh(p, place, scores, sums);
        break;
    }
  }

  __device__ __forceinline__ void end_rows(const WeighParams&, const TilePlace&) {}

  // Reached by all threads.
  __device__ __forceinline__ void end(const WeighParams& p) {
    if (p.blockSums != nullptr) {
      const double x = block_sum<kProductThreads>(sums.x);
      const double y = block_sum<kProductThreads>(sums.y);
      if (threadIdx.x == 0) {
        double2& kept = p.blockSums[blockIdx.y * gridDim.x + blockIdx.x];
        kept = p.isFirst != 0 ? make_double2(x, y) : make_double2(kept.x + x, kept.y + y);
      }
    }
  }
};

}  // namespace gramian
