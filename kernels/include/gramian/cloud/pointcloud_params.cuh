// What the ops over point clouds do beside the passes over pairs of points.
#pragma once

#include "gramian/cloud/params.cuh"

namespace gramian::pointcloud {

// Points of clouds whose rows do not follow each other at one distance are copied, and so are their
// gradients back.
struct CopyParams {
  // [clouds, size, depth].
  const void* from;
  i64 fromCloudStride;
  i64 fromRowStride;
  void* to;
  i64 toCloudStride;
  i64 toRowStride;
  ElementType fromType;
  ElementType toType;
  bool32 accumulate;
  u32 size;
  u32 depth;
  u32 count;
};

struct FeatureFactorsParams {
  const void* phases;
  ScaledRows frequencies;
  double* factors;
  ElementType type;
  u32 count;
};

struct PointFactorsParams {
  ScaledRows points;
  // The factors of PointScore, [count][5].
  double* factors;
  double leastNorm;
  double linear;
  double kernel;
  double rate;
  ElementType type;
  u32 depth;
  u32 count;
};

struct LinearParams {
  ScaledRows points;
  // Of each point, squared norm and factor of normalisation of the point divided by its unit.
  const double2* factors;
  CloudSide side;
  // Parts of the weighted sums of unit points, [clouds][parts][depth].
  float* cells;
  ElementType type;
  u32 depth;
  u32 count;
};

struct CellsParams {
  // As the passes over pairs leave them.
  const float* cells;
  // [anchor clouds][tuple clouds].
  void* to;
  i64 stride;
  double factor;
  ElementType type;
  u32 anchorClouds;
  u32 anchorSize;
  u32 anchorParts;
  u32 tupleClouds;
  u32 tupleSize;
  u32 tupleParts;
  // Whether an infinite sum becomes NaN.
  bool32 isFinite;
};

struct LinearGradientParams {
  ScaledRows points;
  const double2* factors;
  CloudSide side;
  // Gradient of the embeddings, whose first `depth` numbers belong to the weighted sums.
  const void* upstream;
  i64 upstreamStride;
  // Gradient of the points divided by their units: [count][stride]; may be null.
  float* gradient;
  i64 gradientStride;
  // Of the weights; may be null.
  float* ofWeights;
  double factor;
  ElementType upstreamType;
  ElementType type;
  u32 depth;
  u32 count;
};

struct WeightGradientParams {
  // Parts of the gradients of the weights, [slices][count].
  const float* parts;
  // [clouds, size].
  GradientOutput out;
  u32 slices;
  u32 size;
  u32 count;
};

struct TemperatureParams {
  Scalar scale;
  double* temperature;
};

struct ScaleGradientParams {
  const double* temperature;
  const double* ofTemperature;
  GradientOutput out;
};

}  // namespace gramian::pointcloud
