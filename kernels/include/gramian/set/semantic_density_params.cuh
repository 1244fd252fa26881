// semantic-density, beside the passes over pairs.
#pragma once

#include "gramian/pair/params.cuh"
#include "gramian/set/exact_params.cuh"
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
  // 0 where nothing is to be done; may be null.
  const u32* isWanted;
  // The sums of a set's own points and of the other's, at each point.
  const PeakedSum* ownSums;
  const PeakedSum* otherSums;
  const Spread* own;
  const Spread* other;
  Scalar upstream;
  // What the weigh kernels take.
  float* ownPeaks;
  float* ownFactors;
  float* otherPeaks;
  float* otherFactors;
  // In double, the gradients of the logarithms of the densities; may be null.
  double* ofOwn;
  double* ofOther;
  // The divergence and the sum of the means of both densities, parts per block.
  double2* parts;
  // 1 / (4 h^2), and 3 / (32 pi h^2).
  double inverse;
  double constant;
  u32 count;
};

struct LossParams {
  // The divergence of each set from the other.
  const double2* parts[2];
  const Spread* spread[2];
  double* divergence;
  // May be null.
  void* loss;
  u32 blocks[2];
  ElementType lossType;
};

// Whether the digits that are left suffice, or all is made again in double.
struct DecideParams {
  const double2* parts[2];
  const u32* hasNear;
  u32* isExact;
  u32 blocks[2];
  // Points of the smaller set.
  u32 count;
};

struct ExactParams {
  ExactPairs pairs;
  const Spread* spread[2];
  // Of each set, the sums of its points at the points of both.
  PeakedSum* sums[2];
  // backward: the gradients of their logarithms, and per block the sums of weight * score of each
  // set.
  const double* gradients[2];
  double2* ofScales;
  double inverse;
};

struct SpreadGradientParams {
  // With sums in double, these: one for each block, each 16 bytes from the next.
  const u32* isExact;
  const double* exact;
  u32 exactBlocks;
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
