// The first kernel of a run: numbers that the host does not know when it enqueues.
#pragma once

#include "gramian/device/cross_entropy.cuh"
#include "gramian/device/tensor.cuh"
#include "gramian/pair/row_params.cuh"

namespace gramian {

// With one shift for all sums, 2^(z - shift) must neither overflow nor become subnormal.
constexpr double kWidestShift = 100.0;

// Sets what the scales make of exponents. Both have the same sign.
__device__ __forceinline__ void set_exponents(PairScalars& s) {
  s.rowScale2 = exponent_scale(s.rowScale);
  s.columnScale2 = exponent_scale(s.columnScale);
  s.orientation = s.rowScale < 0.0 ? -1.0f : 1.0f;
}

__device__ __forceinline__ void begin(const PairBeginParams& p) {
  if (threadIdx.x != 0) {
    return;
  }
  PairScalars s;
  const double scale = read_scalar(p.scale);
  s.upstream = read_scalar(p.upstream);
  s.rowScale = p.isDivisor != 0 ? 1.0 / scale : scale;
  s.columnScale = s.rowScale;
  s.bias = read_scalar(p.bias);
  set_exponents(s);
  const double range = fabs(s.rowScale) * kLog2E * (p.most - p.least);
  s.isFixed = range <= kWidestShift ? 1 : 0;
  s.shift2 = s.isFixed == 0
                 ? 0.0f
                 : static_cast<float>(s.rowScale * kLog2E * (s.rowScale > 0.0 ? p.most : p.least));
  *p.scalars = s;
  if (p.gradientFactor != nullptr) {
    *p.gradientFactor = static_cast<float>(s.upstream * p.weight);
  }
}

}  // namespace gramian
