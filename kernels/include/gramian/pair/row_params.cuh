// What is done with rows, tuples and sums before, between and after the passes over pairs.
#pragma once

#include "gramian/pair/params.cuh"

namespace gramian {

struct TupleRows {
  ScaledRows member[kMostMembers];
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
  // The gradients, through the inner products, of the members divided by their units:
  // [members][count][stride].
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
  // For the scores, and for the gradients where these want others.
  PlaneOutput planes[2];
  // The unit of each product, made of normalised members, which is what its score wants of it.
  double* factors;
  u32 members;
};

struct FinishElementwiseParams {
  TupleRows tuples;
  // The gradients of the products divided by their units: [count][stride].
  const double* units;
  const float* gradient;
  i64 gradientStride;
  u32 members;
  GradientOutput out[kMostMembers];
};

struct FinishAnchorsParams {
  ScaledRows rows;
  // The gradient, through the inner products, of the rows divided by their units: [count][stride].
  const float* gradient;
  i64 gradientStride;
  // Parts of the gradients of the squared norms of the same: [slices][count]; may be null.
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
  const PairScalars* scalars;
  // [count] each.
  PeakedSum* merged;
  double* mergedTotals;
  u32 slices;
  u32 count;
  // Whether the exponents are those of the sums over anchors.
  bool32 ofColumns;
};

struct CorrectParams {
  // Unrounded weights of each anchor with its own tuple: [anchors][members].
  const float* weights;
  const i32* labels;
  i64 labelStride;
  // Rows divided by their units.
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
