// The gradient of the anchors, row by row.
#pragma once

#include "gramian/gemm/rows.cuh"
#include "gramian/pair/row_params.cuh"

namespace gramian {

__device__ __forceinline__ void finish_anchors(const FinishAnchorsParams& p) {
  const i64 row = warp_row();
  if (row >= p.count) {
    return;
  }
  const u32 lane = threadIdx.x % kWarpSize;
  const float* gradient = p.gradient + row * p.gradientStride;
  const i64 at = row * p.rows.stride;
  const double inverse = 1.0 / p.rows.units[row];
  double square = 0.0;
  double along = 0.0;
#pragma unroll 2
  for (u32 k = lane; k < p.depth; k += kWarpSize) {
    const double x = load_element(p.rows.rows, p.type, at + k);
    square = fma(x, x, square);
    along = fma(x, gradient[k] * inverse, along);
  }
  square = warp_sum(square);
  along = warp_sum(along);
  const Normalized n = normalized(square, p.leastNorm);
  double factor = 0.0;
  if (p.ofNorms != nullptr) {
#pragma unroll 1
    for (u32 s = 0; s < p.slices; ++s) {
      factor += p.ofNorms[static_cast<i64>(s) * p.count + row];
    }
    factor *= 2.0 * inverse * inverse;
  }
  if (n.isProjected) {
    factor -= (along + factor * square) / square;
  }
#pragma unroll 2
  for (u32 k = lane; k < p.depth; k += kWarpSize) {
    const double x = load_element(p.rows.rows, p.type, at + k);
    write_gradient(p.out, row, k, fma(factor, x, gradient[k] * inverse));
  }
}

}  // namespace gramian
