// Sets of points, centred.
#pragma once

#include "gramian/set/params.cuh"

namespace gramian::sets {

struct LengthsParams {
  SetRows set;
};

struct SumsParams {
  SetRows set;
  // [slices][depth].
  double* sums;
};

struct MeansParams {
  const double* sums[2];
  // Of each set, and of all.
  double* means[2];
  double* centre;
  // Set to 0: whether points are near each other; may be null.
  u32* hasNear;
  u32 slices[2];
  u32 counts[2];
  u32 sets;
  u32 depth;
};

struct CentreParams {
  SetRows set;
  const double* centre;
  float* to;
  i64 stride;
};

struct FinishParams {
  SetRows set;
  const float* gradient;
  i64 gradientStride;
  GradientOutput out;
  // What variance and range add; null if there are none.
  const SpreadGradient* spread;
  SpreadColumns columns;
  const double* mean;
  // Whether the gradient was made again in double, and that one: [count][depth]. May be null.
  const u32* isExact;
  const double* exact;
};

}  // namespace gramian::sets
