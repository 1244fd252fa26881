// set-clip, beside its parts.
#pragma once

#include "gramian/device/params.cuh"

namespace gramian::set_clip {

constexpr u32 kParts = 5;

struct BeginParams {
  Scalar upstream;
  // Of the parts.
  double* upstreams;
  double weights[kParts];
};

struct LossParams {
  const double* losses;
  void* loss;
  double weights[kParts];
  ElementType lossType;
};

struct GradientParams {
  // The gradients of the parts, added up: [count][depth].
  const float* gradient;
  GradientOutput out;
  u32 count;
  u32 depth;
};

}  // namespace gramian::set_clip
