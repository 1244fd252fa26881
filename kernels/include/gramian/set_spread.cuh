// How far the points of a set spread, and what gradients that makes.
#pragma once

#include "gramian/platform/platform.cuh"

namespace gramian {

// The extremes of each dimension and the first points that attain them: [depth] each.
struct SpreadColumns {
  double* high;
  double* low;
  u32* highest;
  u32* lowest;
};

// The sums over dimensions of the unbiased variance and of (max - min)^2, kept at or above a floor,
// and whether they are above it.
struct SetSpread {
  double variance;
  double range;
  u32 varianceMoves;
  u32 rangeMoves;
};

// Factors of the gradients of a point: of its distance from the mean, and, where it is extreme, of
// max - min.
struct SpreadGradient {
  double ofDeviation;
  double ofExtent;
};

}  // namespace gramian
