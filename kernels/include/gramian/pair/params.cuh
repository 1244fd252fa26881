// What the host gives the kernels over pairs of anchors and tuples. The Java classes that write
// these structs declare the same fields in the same order.
#pragma once

#include "gramian/tensor.cuh"

namespace gramian {

// Most members of a tuple.
constexpr u32 kMostMembers = 7;
// Most 16-bit planes whose sum is a row, and most pairs of planes that are multiplied.
constexpr u32 kMostPlanes = 3;
constexpr u32 kMostProducts = 6;

// Rows for the tensor cores: the sum of planes of 16-bit numbers.
struct PlaneRows {
  const void* plane[kMostPlanes];
  i64 stride;
};

// Rows as the caller gave them.
struct InputRows {
  const void* rows;
  i64 stride;
};

// Which members of the tuples exist: numbers [tuples][members], 0 where one is absent; all exist
// where the address is null.
struct Presence {
  const void* mask;
  i64 rowStride;
  i64 columnStride;
  u32 type;
  u32 reserved;

  __device__ __forceinline__ bool has(i64 tuple, u32 member) const {
    return mask == nullptr ||
           load_element(mask, type, tuple * rowStride + member * columnStride) != 0.0;
  }
};

// What the anchors and tuples are, the same in all kernels of a run.
struct PairProblem {
  PlaneRows anchor;
  PlaneRows member[kMostMembers];
  InputRows anchorInput;
  InputRows memberInput[kMostMembers];
  Presence present;
  // Per anchor: squared norm, after normalisation, and the factor of normalisation.
  const double2* anchorFactors;
  // Per tuple: what its score wants to know, Score::kFactors numbers.
  const double* tupleFactors;
  const struct PairScalars* scalars;
  u32 inputType;
  u32 anchors;
  u32 tuples;
  u32 depth;
  // The pairs of planes whose products add up, the smallest first: anchor plane in the lower half
  // of a byte, tuple plane in the upper.
  u32 products;
  u8 productPlanes[8];
  // A parameter of the score: least volume, least score.
  float scoreFloor;
};

// Numbers that the host does not know when it enqueues, made on the device by an op's first kernel.
struct PairScalars {
  // Factors of scores, for the sums over tuples and over anchors.
  double rowScale;
  double columnScale;
  double bias;
  double upstream;
  // rowScale and columnScale times log2(e).
  float rowScale2;
  float columnScale2;
  // Where both scales are the same and all scores lie so close together that one shift serves all
  // sums: that shift.
  float shift2;
  u32 isFixed;
};

// How a sum over one side of the pairs stands: sum of 2^(score - peak).
struct RunningSum {
  float peak;
  float sum;
};

constexpr u32 kMostVariances = 32;

// Rows that are the points of clouds, one cloud after the other.
struct CloudSide {
  // Weights of the points, [clouds][size]; null where all are 1.
  const void* weights;
  i64 weightsStride;
  u32 weightsType;
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
  u32 upstreamType;
  float factor;
  // weigh: gradients of the weights, [tupleSlices][anchors] and [anchorSlices][tuples]; may be
  // null.
  float* rowSums;
  float* columnSums;
};

// Parameter of the forward kernels: scores of all pairs, streamed.
struct ForwardParams {
  PairProblem problem;
  // Tuple of each anchor; null: anchor i belongs to tuple i.
  const i32* labels;
  i64 labelStride;
  // softmax: [tupleSlices][anchors], and [anchorSlices][tuples], which may be null.
  RunningSum* rowSums;
  RunningSum* columnSums;
  // softmax with smoothing: sums of the scores of each tuple, shaped like those; else null.
  float* columnTotals;
  // Score of each anchor with its own tuple; may be null. Softmax leaves these scores out of the
  // sums, but that of a tuple only if it is the target of no other anchor.
  float* targetScores;
  // softmax: how many anchors each tuple is the target of; null: one at most.
  const u32* counts;
  // sigmoid, mixture: a sum per block.
  double* blockSums;
  // matrix: scores of the pairs of this launch.
  float* matrix;
  i64 matrixStride;
  // Tiles of anchors and of tuples that a block goes through.
  u32 anchorTiles;
  u32 tupleTiles;
  // The first and one past the last pair of this launch; both multiples of tiles, or the end.
  u32 anchorBegin;
  u32 anchorEnd;
  u32 tupleBegin;
  u32 tupleEnd;
  // softmax: leave out pairs (i, i).
  u32 skipDiagonal;
  // softmax: pairs with both indices from here on may be left out.
  u32 matched;
  u32 variances;
  float exponent2[kMostVariances];
  CloudPairs clouds;
};

// Parameter of the weigh kernels: gradients of a loss with respect to the inner products of the
// pairs of one wave.
struct WeighParams {
  PairProblem problem;
  const i32* labels;
  i64 labelStride;
  // softmax: weight of a pair = rowFactor 2^(z - rowLog) + columnFactor 2^(z - columnLog)
  // - columnOffset; of an anchor with its own tuple targetSlope - columnOffset.
  const float* rowLogs;
  const float* rowFactors;
  const float* columnLogs;
  const float* columnFactors;
  const float* columnOffsets;
  const float* targetSlopes;
  // softmax: score of each anchor with its own tuple, null where there is none. As the weights add
  // up to nothing, the sums of weight * score are made of scores less the first of these, which
  // keeps more of their digits.
  const float* targetScores;
  // sigmoid, mixture: factor of all gradients.
  const float* gradientFactor;
  // matrix: gradients of the scores.
  const void* gradMatrix;
  i64 gradMatrixStride;
  u32 gradMatrixType;
  // Weights of inner products: [planes][waveAnchors][members * waveTuples].
  bf16* weights;
  i64 weightsPlane;
  i64 weightsStride;
  u32 weightPlanes;
  u32 memberStride;
  // Unrounded weights of each anchor with its own tuple: [anchors][members]; may be null.
  float* targetWeights;
  // Sums over tuples of the gradients of squared norms: [tupleSlices][anchors]; may be null.
  float* rowGradients;
  // Sums over anchors, Score::kSums for each tuple: [anchorSlices][tuples][kSums]; may be null.
  float* columnGradients;
  // Per block, two sums of the objective's own.
  double2* blockSums;
  u32 anchorTiles;
  u32 tupleTiles;
  u32 anchorBegin;
  u32 anchorEnd;
  u32 tupleBegin;
  u32 tupleEnd;
  // softmax: leave out pairs (i, i); mixture: give them no weight, but count them in the sum.
  u32 skipDiagonal;
  u32 variances;
  // Whether the sums of this wave are added to those of earlier ones.
  u32 isFirstOfAnchors;
  u32 isFirstOfTuples;
  u32 isFirst;
  float exponent2[kMostVariances];
  // 1 / (2 v), and that times log2(e).
  float rate[kMostVariances];
  CloudPairs clouds;
};

}  // namespace gramian
