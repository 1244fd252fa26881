// mmd, beside the passes over pairs.
#pragma once

#include "gramian/pair/params.cuh"
#include "gramian/set/exact_params.cuh"

namespace gramian::mmd {

struct PartParams {
  // The sum over all pairs, a part per block.
  const double* sums;
  // The weighted means of the passes; the last pass adds them up.
  double* parts;
  void* loss;
  // The last pass decides whether the digits that are left suffice, or all is made again in double.
  // Whether points lie so near each other that gradients lack digits, and the decision.
  const u32* hasNear;
  u32* isExact;
  double weight;
  ElementType lossType;
  // Points of the smaller set.
  u32 count;
  u32 blocks;
  // From block to block, in numbers.
  u32 stride;
  u32 part;
  bool32 isLast;
};

struct ExactParams {
  ExactPairs pairs;
  Scalar upstream;
  // The loss, a part per block.
  double* sums;
  u32 variances;
  // 1 / (2 v).
  double rate[kMostVariances];
};

struct ExactLossParams {
  const u32* isWanted;
  const double* sums;
  void* loss;
  ElementType lossType;
  u32 blocks;
};

}  // namespace gramian::mmd
