// Sums over the pairs of points of two clouds.
#pragma once

#include "gramian/pair/params.cuh"

namespace gramian {

// Rows that are the points of clouds, one cloud after the other.
struct CloudSide {
  // Weights of the points, [clouds][size]; null where all are 1.
  const void* weights;
  i64 weightsStride;
  ElementType weightsType;
  u32 clouds;
  // Points of a cloud.
  u32 size;
  // Tiles that a cloud may lie in, at most.
  u32 parts;
};

// Sums over the pairs of points of two clouds: the scores times both weights.
struct CloudPairs {
  CloudSide anchor;
  CloudSide tuple;
  // forward: parts of the sums, [anchor clouds][anchor parts][tuple clouds][tuple parts].
  float* cells;
  // weigh: gradient of the sums, [anchor clouds][tuple clouds], which is multiplied by `factor`.
  const void* upstream;
  i64 upstreamStride;
  ElementType upstreamType;
  float factor;
  // weigh: gradients of the weights, [tupleSlices][anchors] and [anchorSlices][tuples]; may be
  // null.
  float* rowSums;
  float* columnSums;
};

struct CloudForwardParams : ForwardParams {
  CloudPairs clouds;
};

struct CloudWeighParams : WeighParams {
  CloudPairs clouds;
};

}  // namespace gramian
