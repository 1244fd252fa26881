// The scores of a chunk of pairs as a matrix, and weights that come as one.
#pragma once

#include "gramian/device/tensor.cuh"
#include "gramian/pair/objective/objective.cuh"

namespace gramian {

template <u32 Tuples>
class MatrixForward {
  using Scores = ScoreTile<Tuples>;

  u32 label = 0;

 public:
  __device__ __forceinline__ void begin_rows(const ForwardParams& p, const TilePlace& place) {
    label = own_tuple(p.labels, p.labelStride, place);
  }

  // Threads of a warp write one row after the other.
  __device__ __forceinline__ void add(const ForwardParams& p, const TilePlace& place,
                                      const float* scores, bool) {
    keep_target_score<Tuples>(p, place, scores, label - place.tuple);
#pragma unroll 1
    for (u32 row = threadIdx.x / kWarpSize; row < place.anchors; row += kGemmThreads / kWarpSize) {
      float* to = p.matrix + static_cast<i64>(place.anchor - p.anchorBegin + row) * p.matrixStride +
                  (place.tuple - p.tupleBegin);
#pragma unroll 1
      for (u32 column = threadIdx.x % kWarpSize; column < place.tuples; column += kWarpSize) {
        store_streaming(to + column, scores[Scores::at(row, column)]);
      }
    }
  }

  __device__ __forceinline__ void end_rows(const ForwardParams&, const TilePlace&) {}
  __device__ __forceinline__ void end(const ForwardParams&) {}
};

template <u32 Tuples>
class MatrixWeights {
  using Scores = ScoreTile<Tuples>;

 public:
  __device__ __forceinline__ void begin_rows(const WeighParams&, const TilePlace&) {}
  __device__ __forceinline__ void end_rows(const WeighParams&, const TilePlace&) {}
  __device__ __forceinline__ void end(const WeighParams&) {}

  __device__ __forceinline__ void weigh(const WeighParams& p, const TilePlace& place,
                                        float* scores) {
#pragma unroll 1
    for (u32 row = threadIdx.x / kWarpSize; row < kGemmRows; row += kGemmThreads / kWarpSize) {
      const i64 from = static_cast<i64>(place.anchor + row) * p.gradMatrixStride + place.tuple;
#pragma unroll 1
      for (u32 column = threadIdx.x % kWarpSize; column < Tuples; column += kWarpSize) {
        const bool exists = row < place.anchors && column < place.tuples;
        scores[Scores::at(row, column)] =
            exists ? static_cast<float>(load_element(p.gradMatrix, p.gradMatrixType, from + column))
                   : 0.0f;
      }
    }
  }
};

struct Matrix {
  using ForwardParams = gramian::ForwardParams;
  using WeighParams = gramian::WeighParams;
  static constexpr bool kWeighsScores = false;
  template <u32 Tuples>
  using Forward = MatrixForward<Tuples>;
  template <u32 Tuples>
  using Weigh = MatrixWeights<Tuples>;
};

}  // namespace gramian
