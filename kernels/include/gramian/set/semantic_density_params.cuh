// semantic-density, beside the passes over pairs.
#pragma once

#include "gramian/pair/params.cuh"
#include "gramian/set/params.cuh"

namespace gramian::density {

struct MeasureParams {
  SetRows set;
  const double* mean;
  // [slices][depth]: sums of squared distances from the mean, and extremes.
  double* squares;
  SpreadColumns parts;
};

struct SpreadParams {
  const double* squares;
  SpreadColumns parts;
  SpreadColumns columns;
  Spread* spread;
  double floor;
  u32 slices;
  u32 depth;
  u32 count;
};

struct ScaleParams {
  // Of the sets whose densities are taken at the anchors and at the tuples.
  const Spread* ofRows;
  const Spread* ofColumns;
  PairScalars* scalars;
  // 1 / (4 h^2).
  double inverse;
};

struct CompareParams {
  // Base-2 logarithms of the sums of a set's own points and of the other's, at each point.
  const double* ownSums;
  const double* otherSums;
  const Spread* own;
  const Spread* other;
  Scalar upstream;
  // What the weigh kernels take.
  float* ownLogs;
  float* ownFactors;
  float* otherLogs;
  float* otherFactors;
  // The divergence, a part per block.
  double* parts;
  // 1 / (4 h^2), and 3 / (32 pi h^2).
  double inverse;
  double constant;
  u32 count;
};

struct LossParams {
  // The divergence of each set from the other.
  const double* parts[2];
  const Spread* spread[2];
  double* divergence;
  // May be null.
  void* loss;
  u32 blocks[2];
  ElementType lossType;
};

struct SpreadGradientParams {
  // Sums of weight * score: of the pass within the set, and of that between both, whose place in a
  // pair of sums says which of its two densities is of this set.
  const double* within;
  const double* between;
  const double* divergence;
  const Spread* spread;
  Scalar upstream;
  SpreadGradient* gradient;
  u32 withinBlocks;
  u32 betweenBlocks;
  u32 count;
};

}  // namespace gramian::density
