// All pairs of the points of two sets in double.
#pragma once

#include "gramian/set/params.cuh"

namespace gramian {

// Points of the tiles of a block.
constexpr u32 kExactTile = 32;

struct ExactPairs {
  SetRows sets[2];
  // 0 where nothing is to be done.
  const u32* isWanted;
  // Gradients of the points of both sets, [points][depth]; may be null.
  double* gradient;
};

}  // namespace gramian
