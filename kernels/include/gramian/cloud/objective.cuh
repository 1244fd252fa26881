// Sums over the pairs of points of two clouds, one for each pair of clouds: of the score times both
// weights. Clouds and tiles need not begin together: a tile leaves one part of the sum of every
// pair of clouds that it holds points of, and the parts are added up later.
//
// Where clouds have many points, few parts are written; where they have few, each tile has many
// whole clouds.
#pragma once

#include "gramian/cloud/params.cuh"
#include "gramian/device/tensor.cuh"
#include "gramian/pair/objective/objective.cuh"

namespace gramian {

__device__ __forceinline__ float cloud_weight(const CloudSide& side, u32 point) {
  if (side.weights == nullptr) {
    return 1.0f;
  }
  const u32 cloud = point / side.size;
  return static_cast<float>(load_element(side.weights, side.weightsType,
                                         cloud * side.weightsStride + (point - cloud * side.size)));
}

// The points of a cloud that a tile has: from `begin` to `end`, counted from the tile's first
// point. Tiles are kGemmRows points.
struct CloudRun {
  u32 begin;
  u32 end;
  // The place of the tile among those of the cloud.
  u32 part;
};

__device__ __forceinline__ CloudRun cloud_run(const CloudSide& side, u32 cloud, u32 tile,
                                              u32 points) {
  const u32 first = cloud * side.size;
  const u32 past = first + side.size;
  return {first > tile ? first - tile : 0, min(past - tile, points),
          tile / kGemmRows - first / kGemmRows};
}

template <u32 Tuples>
class CloudForward {
  using Scores = ScoreTile<Tuples>;
  static_assert(Tuples == kGemmRows && Tuples == kGemmThreads);

  static __device__ __forceinline__ float* row_weights() {
    GRAMIAN_SHARED(float, weights, kGemmRows);
    return weights;
  }

 public:
  __device__ __forceinline__ void begin_rows(const CloudForwardParams& p, const TilePlace& place) {
    row_weights()[threadIdx.x] = threadIdx.x < place.anchors
                                     ? cloud_weight(p.clouds.anchor, place.anchor + threadIdx.x)
                                     : 0.0f;
  }

  // Reached by all threads.
  __device__ __forceinline__ void add(const CloudForwardParams& p, const TilePlace& place,
                                      float* scores, bool) {
    add_rows(p.clouds, place, scores);
    if (p.clouds.tuple.size > 1) {
      __syncthreads();
      add_columns(p.clouds, place, scores);
    }
  }

  __device__ __forceinline__ void end_rows(const CloudForwardParams&, const TilePlace&) {}
  __device__ __forceinline__ void end(const CloudForwardParams&) {}

 private:
  // A thread has a column. The sum over the rows of the tile's r-th cloud takes the place of row r;
  // clouds of a single tuple are complete with that.
  static __device__ __forceinline__ void add_rows(const CloudPairs& q, const TilePlace& place,
                                                  float* scores) {
    const u32 column = threadIdx.x;
    if (column >= place.tuples) {
      return;
    }
    const float* weights = row_weights();
    const float own = cloud_weight(q.tuple, place.tuple + column);
    const u32 first = place.anchor / q.anchor.size;
    u32 row = 0;
#pragma unroll 1
    for (u32 cloud = first; row < place.anchors; ++cloud) {
      const CloudRun run = cloud_run(q.anchor, cloud, place.anchor, place.anchors);
      float sum = 0.0f;
#pragma unroll 4
      for (; row < run.end; ++row) {
        sum = fmaf(weights[row], scores[Scores::at(row, column)], sum);
      }
      sum *= own;
      if (q.tuple.size == 1) {
        q.cells[(static_cast<i64>(cloud) * q.anchor.parts + run.part) * q.tuple.clouds +
                place.tuple + column] = sum;
      } else {
        scores[Scores::at(cloud - first, column)] = sum;
      }
    }
  }

  // A thread, or for large clouds a warp, has a pair of clouds.
  static __device__ __forceinline__ void add_columns(const CloudPairs& q, const TilePlace& place,
                                                     const float* scores) {
    const u32 first_row = place.anchor / q.anchor.size;
    const u32 rows = (place.anchor + place.anchors - 1) / q.anchor.size - first_row + 1;
    const u32 first_column = place.tuple / q.tuple.size;
    const u32 columns = (place.tuple + place.tuples - 1) / q.tuple.size - first_column + 1;
    const u32 lanes = q.tuple.size < kWarpSize ? 1 : kWarpSize;
    const u32 lane = threadIdx.x % lanes;
#pragma unroll 1
    for (u32 pair = threadIdx.x / lanes; pair < rows * columns; pair += kGemmThreads / lanes) {
      const u32 row = pair / columns;
      const u32 cloud = first_column + (pair - row * columns);
      const CloudRun run = cloud_run(q.tuple, cloud, place.tuple, place.tuples);
      float sum = 0.0f;
#pragma unroll 1
      for (u32 column = run.begin + lane; column < run.end; column += lanes) {
        sum += scores[Scores::at(row, column)];
      }
      if (lanes > 1) {
#pragma unroll
        for (u32 mask = kWarpSize / 2; mask > 0; mask /= 2) {
          sum += __shfl_xor_sync(kFullMask, sum, mask);
        }
      }
      if (lane == 0) {
        const u32 part = cloud_run(q.anchor, first_row + row, place.anchor, place.anchors).part;
        q.cells[((static_cast<i64>(first_row + row) * q.anchor.parts + part) * q.tuple.clouds +
                 cloud) *
                    q.tuple.parts +
                run.part] = sum;
      }
    }
  }
};

// Weight of a pair = upstream gradient of its clouds * factor * both weights. Beside these, the
// gradients of the weights themselves.
template <u32 Tuples>
class CloudWeights {
  using Scores = ScoreTile<Tuples>;
  static_assert(Tuples == kGemmRows && Tuples == kGemmThreads);

  float rowWeight;
  float rowSum;
  u32 rowCloud;

  static __device__ __forceinline__ float upstream(const CloudPairs& q, u32 anchors, u32 tuples) {
    return static_cast<float>(
               load_element(q.upstream, q.upstreamType, anchors * q.upstreamStride + tuples)) *
           q.factor;
  }

 public:
  __device__ __forceinline__ void begin_rows(const CloudWeighParams& p, const TilePlace& place) {
    const u32 point = place.anchor + (threadIdx.x < place.anchors ? threadIdx.x : 0);
    rowWeight = cloud_weight(p.clouds.anchor, point);
    rowCloud = point / p.clouds.anchor.size;
    rowSum = 0.0f;
  }

  // Reached by all threads.
  __device__ __forceinline__ void weigh(const CloudWeighParams& p, const TilePlace& place,
                                        float* scores) {
    const CloudPairs& q = p.clouds;
    GRAMIAN_SHARED(float, rowWeights, kGemmRows);
    GRAMIAN_SHARED(float, columnWeights, Tuples);
    GRAMIAN_SHARED(u32, columnClouds, Tuples);
    const u32 thread = threadIdx.x;
    const u32 point = place.tuple + (thread < place.tuples ? thread : 0);
    rowWeights[thread] = rowWeight;
    columnWeights[thread] = cloud_weight(q.tuple, point);
    columnClouds[thread] = point / q.tuple.size;
    __syncthreads();
    if (q.columnSums != nullptr) {
      if (thread < place.tuples) {
        add_column(p, place, scores, rowWeights, columnClouds[thread]);
      }
      __syncthreads();
    }
    float sum = 0.0f;
#pragma unroll 2
    for (u32 step = 0; step < Tuples; ++step) {
      const u32 column = Scores::turn(thread, step);
      float& cell = scores[Scores::at(thread, column)];
      float weight = 0.0f;
      if (thread < place.anchors && column < place.tuples) {
        const float share = upstream(q, rowCloud, columnClouds[column]) * columnWeights[column];
        sum = fmaf(share, cell, sum);
        weight = share * rowWeight;
      }
      cell = weight;
    }
    rowSum += sum;
  }

  __device__ __forceinline__ void end_rows(const CloudWeighParams& p, const TilePlace& place) {
    if (p.clouds.rowSums != nullptr && threadIdx.x < place.anchors) {
      float& kept = p.clouds.rowSums[static_cast<i64>(blockIdx.x) * p.problem.anchors +
                                     place.anchor + threadIdx.x];
      kept = p.isFirstOfAnchors != 0 ? rowSum : kept + rowSum;
    }
  }

  __device__ __forceinline__ void end(const CloudWeighParams&) {}

 private:
  static __device__ __forceinline__ void add_column(const CloudWeighParams& p,
                                                    const TilePlace& place, const float* scores,
                                                    const float* weights, u32 tuples) {
    const CloudPairs& q = p.clouds;
    const u32 column = threadIdx.x;
    float sum = 0.0f;
    u32 row = 0;
#pragma unroll 1
    for (u32 cloud = place.anchor / q.anchor.size; row < place.anchors; ++cloud) {
      const CloudRun run = cloud_run(q.anchor, cloud, place.anchor, place.anchors);
      float part = 0.0f;
#pragma unroll 4
      for (; row < run.end; ++row) {
        part = fmaf(weights[row], scores[Scores::at(row, column)], part);
      }
      sum = fmaf(part, upstream(q, cloud, tuples), sum);
    }
    float& kept =
        q.columnSums[static_cast<i64>(blockIdx.y) * p.problem.tuples + place.tuple + column];
    const bool isFirst = p.isFirstOfTuples != 0 &&
                         place.anchor == p.anchorBegin + blockIdx.y * p.anchorTiles * kGemmRows;
    kept = isFirst ? sum : kept + sum;
  }
};

struct Clouds {
  using ForwardParams = CloudForwardParams;
  using WeighParams = CloudWeighParams;
  static constexpr bool kWeighsScores = true;
  template <u32 Tuples>
  using Forward = CloudForward<Tuples>;
  template <u32 Tuples>
  using Weigh = CloudWeights<Tuples>;
};

}  // namespace gramian
