// mmd, beside the passes over pairs.
#pragma once

#include "gramian/device/params.cuh"

namespace gramian::mmd {

struct PartParams {
  // The sum over all pairs, a part per block.
  const double* sums;
  // The weighted means of the passes; the last pass adds them up.
  double* parts;
  void* loss;
  double weight;
  ElementType lossType;
  u32 blocks;
  // From block to block, in numbers.
  u32 stride;
  u32 part;
  bool32 isLast;
};

}  // namespace gramian::mmd
