// Cross-entropies over pairs and the sigmoid loss, beside the passes over all pairs.
#pragma once

#include "gramian/pair/params.cuh"

namespace gramian::contrastive {

struct MakeLabelsParams {
  i32* labels;
  u32 anchors;
  u32 targets;
  bool32 areViews;
};

struct CountParams {
  const i32* labels;
  i64 labelStride;
  u32* counts;
  u32 anchors;
  u32 tuples;
};

struct SumsParams {
  const PairScalars* scalars;
  // The sums of rows and of columns without their targets, but that of a column with several
  // targets has them. May be the same, see `sides`.
  const PeakedSum* rowSums;
  const PeakedSum* columnSums;
  // Sums of the scores of each column; null without smoothing, with which all anchors have targets.
  const double* totals;
  // The tuple of each anchor, and the score with it, which becomes NaN where there is no such
  // tuple.
  const i32* labels;
  i64 labelStride;
  float* targetScores;
  // How many anchors each tuple is the target of; null: one of each of the first ones.
  const u32* counts;
  // What the weigh kernels take.
  float* targetSlopes;
  // Where weights of rows and of columns go different ways: the slopes and offsets of columns are
  // in columnSlopes and columnOffsets, those of rows in targetSlopes and rowOffsets. Else null.
  float* columnSlopes;
  float* rowOffsets;
  float* rowPeaks;
  float* rowFactors;
  float* columnPeaks;
  float* columnFactors;
  float* columnOffsets;
  // The loss, a part per block: cross-entropies, and what smoothing adds to them.
  double* rowParts;
  double* columnParts;
  double smoothing;
  u32 anchors;
  u32 tuples;
  // Those of all ranks that share the batch. Where this is a part of it, an anchor with the label
  // -1 has its tuple on another rank, which has its share of the loss.
  u32 allTuples;
  bool32 isPart;
  // Anchors that have a target, the first ones.
  u32 targets;
  // 2 where anchors and tuples are the same rows, and the gradient of the anchors is doubled to be
  // that of both; else 1.
  u32 sides;
};

// What ranks that share a batch put together of each anchor.
struct UniteParams {
  const PairScalars* scalars;
  // The tuple of each anchor; -1 where it is on another rank.
  const i32* labels;
  i64 labelStride;
  PeakedSum* rowSums;
  float* targetScores;
  // The peak of each sum times the orientation, and the greatest of the ranks.
  double* peaks;
  // The sum of each anchor relative to that peak, then the score of each with its tuple: this
  // rank's, 0 where it has none, and the sums over the ranks.
  double* sums;
  u32 anchors;
  u32 tuples;
};

struct LossParams {
  // The second may have no blocks.
  const double* rowParts;
  const double* columnParts;
  void* loss;
  ElementType lossType;
  u32 rowBlocks;
  u32 columnBlocks;
  // The loss of a target is the mean of so many terms.
  u32 terms;
  u32 targets;
};

struct TemperatureGradientParams {
  const PairScalars* scalars;
  // Of the weigh kernels, and of those of columns where these are others.
  const double2* parts;
  const double2* columnParts;
  u32 blocks;
  u32 columnBlocks;
  u32 sides;
  GradientOutput out;
};

struct SigmoidGradientsParams {
  // Of the weigh kernels.
  const double2* parts;
  u32 blocks;
  GradientOutput ofScale;
  GradientOutput ofBias;
};

}  // namespace gramian::contrastive
