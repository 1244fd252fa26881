// Sets of points: their rows, and how far they spread.
#pragma once

#include "gramian/device/params.cuh"

namespace gramian {

struct SetRows {
  InputRows rows;
  // What each row is multiplied with to be a point, 1 / max(norm, leastNorm); null: nothing.
  double* factors;
  double leastNorm;
  ElementType type;
  u32 depth;
  u32 count;
  // Points of a block.
  u32 slice;
};

// The extremes of each dimension and the first points that attain them: [depth] each.
struct SpreadColumns {
  double* high;
  double* low;
  u32* highest;
  u32* lowest;
};

// The sums over dimensions of the unbiased variance and of (max - min)^2, kept at or above a floor,
// and whether they are above it.
struct Spread {
  double variance;
  double range;
  bool32 varianceMoves;
  bool32 rangeMoves;
};

// Factors of the gradients of a point: of its distance from the mean, and, where it is extreme, of
// max - min.
struct SpreadGradient {
  double ofDeviation;
  double ofExtent;
};

}  // namespace gramian
