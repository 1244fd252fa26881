// The first kernel of a run: numbers that the host does not know when it enqueues.
#pragma once

#include "gramian/device/tensor.cuh"
#include "gramian/pair/row_params.cuh"

namespace gramian {

// With one shift for all sums, 2^(z - shift) must neither overflow nor become subnormal.
constexpr double kWidestShift = 100.0;
constexpr double kLog2E = 1.4426950408889634;

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
  s.rowScale2 = static_cast<float>(s.rowScale * kLog2E);
  s.columnScale2 = s.rowScale2;
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
