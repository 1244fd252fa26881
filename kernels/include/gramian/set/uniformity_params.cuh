// The uniformity of a set.
#pragma once

#include "gramian/pair/params.cuh"

namespace gramian::uniformity {

struct LossParams {
  const PairScalars* scalars;
  // Of each row, its sum of exponentials.
  const PeakedSum* sums;
  // Parts of the sum of exponentials less 1.
  const double* excesses;
  // The mean of the rows, [depth]: of a single row, whether it is finite.
  const double* mean;
  // What the weigh kernel takes, one of each.
  float* peak;
  float* factor;
  void* loss;
  ElementType lossType;
  u32 blocks;
  u32 rows;
  u32 depth;
};

}  // namespace gramian::uniformity
