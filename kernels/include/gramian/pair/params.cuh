// The passes over pairs of anchors and tuples.
#pragma once

#include "gramian/gemm/params.cuh"

namespace gramian {

// Tuples of a block's tile for each number of members: as many as leave a thread all inner products
// of its pairs in registers.
constexpr u32 kTileTuples[kMostMembers + 1] = {0, 128, 64, 32, 32, 16, 16, 16};
// Numbers between the rows of a tile of scores in shared memory.
constexpr u32 kScorePadding = 8;

// Numbers that the host does not know when it enqueues, made on the device by an op's first kernel.
struct PairScalars {
  // Factors of scores, for the sums over tuples and over anchors.
  double rowScale;
  double columnScale;
  double bias;
  double upstream;
  // rowScale and columnScale times log2(e), within the range of float.
  float rowScale2;
  float columnScale2;
  // 1, or -1 where the scales are negative: the score with the greatest exponent is the greatest of
  // scores times this.
  float orientation;
  // Where both scales are the same and all scores lie so close together that one shift serves all
  // sums: that shift.
  float shift2;
  bool32 isFixed;
};

// What the anchors and tuples are, the same in all kernels of a run.
struct PairProblem {
  PlaneRows anchor;
  PlaneRows member[kMostMembers];
  ScaledRows anchorInput;
  ScaledRows memberInput[kMostMembers];
  Presence present;
  // Per anchor: squared norm, after normalisation, and the factor of normalisation of the row
  // divided by its unit.
  const double2* anchorFactors;
  // Per tuple: what its score wants to know, Score::kFactors numbers.
  const double* tupleFactors;
  const PairScalars* scalars;
  // distances: set to 1 where points lie nearer to each other than to the origin by so much that
  // gradients, sums of points times weights, lack digits; may be null.
  u32* hasNear;
  ElementType inputType;
  u32 anchors;
  u32 tuples;
  u32 depth;
  // The pairs of planes whose products add up, the smallest first: anchor plane in the lower half
  // of a byte, tuple plane in the upper.
  u32 planePairs;
  u8 planePair[kMostPlanePairs];
  // A parameter of the score: least volume, least score.
  float scoreFloor;
};

// How a sum of exponentials over one side of the pairs stands, relative to that of a peak: the
// greatest score so far times the orientation, or the fixed shift. Differences of scores keep the
// digits that exponents of large scores do not have.
struct RunningSum {
  float peak;
  float sum;
};

// A sum that is put together: the score of its peak, and the base-2 logarithm of the sum relative
// to that.
struct PeakedSum {
  double peak;
  double log;
};

constexpr u32 kMostVariances = 32;

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
  bool32 skipDiagonal;
  // softmax: pairs with both indices from here on may be left out.
  u32 matched;
  u32 variances;
  float exponent2[kMostVariances];
};

// Parameter of the weigh kernels: gradients of a loss with respect to the inner products of the
// pairs of one chunk.
struct WeighParams {
  PairProblem problem;
  const i32* labels;
  i64 labelStride;
  // softmax: weight of a pair = rowFactor 2^(scale (score - rowPeak)) + columnFactor 2^(scale
  // (score - columnPeak)) - columnOffset; of an anchor with its own tuple targetSlope
  // - columnOffset.
  const float* rowPeaks;
  const float* rowFactors;
  const float* columnPeaks;
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
  ElementType gradMatrixType;
  // Weights of inner products: [planes][chunkAnchors][members * chunkTuples].
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
  bool32 skipDiagonal;
  u32 variances;
  // Whether the sums of this chunk are added to those of earlier ones.
  bool32 isFirstOfAnchors;
  bool32 isFirstOfTuples;
  bool32 isFirst;
  float exponent2[kMostVariances];
  // 1 / (2 v), and that times log2(e).
  float rate[kMostVariances];
};

}  // namespace gramian
