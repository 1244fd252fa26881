// principal.
#pragma once

#include "gramian/device/params.cuh"

namespace gramian::principal {

// A warp has a sample.
constexpr u32 kWarps = 4;
constexpr u32 kThreads = kWarps * kWarpSize;
constexpr u32 kMostVectors = 16;

struct Vectors {
  const void* rows;  // [count, k, depth]
  i64 sampleStride;
  i64 rowStride;
  ElementType type;
  u32 count;
  u32 k;
  u32 depth;
};

struct ForwardParams {
  Vectors vectors;
  // Of the singular values.
  double temperature;
  // [count][directionDepth], zeros beyond the depth of the vectors.
  float* directions;
  u32 directionDepth;
  // [count], the cross-entropy of the singular values of each sample.
  double* losses;
};

struct BackwardParams {
  Vectors vectors;
  Scalar upstream;
  double temperature;
  // Of the cross-entropy of a sample, and of the gradients of directions, which have the upstream
  // gradient in them.
  double weightValues;
  double weightDirections;
  const float* ofDirections;
  u32 directionDepth;
  void* gradient;
  i64 sampleStride;
  i64 rowStride;
  ElementType type;
  bool32 accumulate;
};

struct LossParams {
  const double* losses;
  const double* between;
  void* loss;
  ElementType lossType;
  u32 count;
  double weightValues;
  double weightDirections;
};

}  // namespace gramian::principal
