// What is done with rows, tuples and sums before, between and after the passes over pairs.
#pragma once

#include "gramian/pair/params.cuh"

namespace gramian {

struct TupleRows {
  InputRows member[kMostMembers];
  Presence present;
  double leastNorm;
  ElementType type;
  u32 depth;
  u32 count;
};

struct PrepareTuplesParams {
  TupleRows tuples;
  // [count][Score::kFactors].
  double* factors;
};

struct FinishTuplesParams {
  TupleRows tuples;
  // The gradients of the members through the inner products: [members][count][stride].
  const float* gradient;
  i64 gradientMember;
  i64 gradientStride;
  // Parts of the sums that the members' own part needs: [slices][count][Score::kSums].
  const float* sums;
  u32 slices;
  GradientOutput out[kMostMembers];
};

struct PrepareElementwiseParams {
  TupleRows tuples;
  PlaneOutput planes;
  // The factor of each product, which is made of normalised members: 1.
  double* factors;
  u32 members;
};

struct FinishElementwiseParams {
  TupleRows tuples;
  // The gradients of the products: [count][stride].
  const float* gradient;
  i64 gradientStride;
  u32 members;
  GradientOutput out[kMostMembers];
};

struct FinishAnchorsParams {
  InputRows rows;
  // The gradient of the rows through the inner products: [count][stride].
  const float* gradient;
  i64 gradientStride;
  // Parts of the gradients of the squared norms: [slices][count]; may be null.
  const float* ofNorms;
  GradientOutput out;
  double leastNorm;
  u32 slices;
  ElementType type;
  u32 depth;
  u32 count;
};

struct PairBeginParams {
  // What scores are multiplied with, or divided by.
  Scalar scale;
  Scalar bias;
  Scalar upstream;
  PairScalars* scalars;
  // upstream * weight; may be null.
  float* gradientFactor;
  // Between which scores lie; not a number where that is unknown.
  double least;
  double most;
  double weight;
  bool32 isDivisor;
};

struct MergeSumsParams {
  // [slices][count].
  const RunningSum* sums;
  // Sums of scores, shaped like these; may be null.
  const float* totals;
  // [count] each.
  double* logs;
  double* mergedTotals;
  u32 slices;
  u32 count;
};

struct CorrectParams {
  // Unrounded weights of each anchor with its own tuple: [anchors][members].
  const float* weights;
  const i32* labels;
  i64 labelStride;
  InputRows anchor;
  InputRows member[kMostMembers];
  // [anchors][stride], or [members][tuples][stride].
  float* gradient;
  i64 gradientMember;
  i64 gradientStride;
  ElementType type;
  u32 anchors;
  u32 tuples;
  u32 members;
  u32 depth;
};

}  // namespace gramian
