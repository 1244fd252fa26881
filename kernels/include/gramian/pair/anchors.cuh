// Anchors, row by row: what the kernels over pairs want to know of them, and in the end their
// gradient.
#pragma once

#include "gramian/pair/rows.cuh"

namespace gramian {

struct PrepareRowsParams {
  InputRows rows;
  // Squared norm after normalisation and its factor; may be null.
  double2* factors;
  // For the scores, and for the gradients where these want others.
  PlaneOutput planes[2];
  // Rows of a member that is absent are zeros.
  Presence present;
  double leastNorm;
  u32 type;
  u32 depth;
  u32 count;
  u32 member;
};

__device__ __forceinline__ void prepare_rows(const PrepareRowsParams& p) {
  const i64 row = warp_row();
  if (row >= p.count) {
    return;
  }
  const u32 lane = threadIdx.x % kWarpSize;
  const bool isPresent = p.present.has(row, p.member);
  double square = 0.0;
#pragma unroll 2
  for (u32 k = lane; k < p.depth; k += kWarpSize) {
    const double x = isPresent ? load_element(p.rows.rows, p.type, row * p.rows.stride + k) : 0.0;
    square = fma(x, x, square);
    write_planes(p.planes[0], row, k, x);
    write_planes(p.planes[1], row, k, x);
  }
  if (p.factors != nullptr) {
    square = warp_sum(square);
    if (lane == 0) {
      const Normalized n = normalized(square, p.leastNorm);
      p.factors[row] = make_double2(n.norm, n.scale);
    }
  }
}

struct FinishAnchorsParams {
  InputRows rows;
  // The gradient of the rows through the inner products: [count][stride].
  const float* gradient;
  i64 gradientStride;
  // Parts of the gradients of the squared norms: [slices][count]; may be null.
  const float* ofNorms;
  GradientOutput out;
  double leastNorm;
  u32 slices;
  u32 type;
  u32 depth;
  u32 count;
};

__device__ __forceinline__ void finish_anchors(const FinishAnchorsParams& p) {
  const i64 row = warp_row();
  if (row >= p.count) {
    return;
  }
  const u32 lane = threadIdx.x % kWarpSize;
  const float* gradient = p.gradient + row * p.gradientStride;
  const i64 at = row * p.rows.stride;
  double square = 0.0;
  double along = 0.0;
#pragma unroll 2
  for (u32 k = lane; k < p.depth; k += kWarpSize) {
    const double x = load_element(p.rows.rows, p.type, at + k);
    square = fma(x, x, square);
    along = fma(x, static_cast<double>(gradient[k]), along);
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
    factor *= 2.0 * n.scale * n.scale;
  }
  if (n.isProjected) {
    factor -= (along + factor * square) / square;
  }
#pragma unroll 2
  for (u32 k = lane; k < p.depth; k += kWarpSize) {
    const double x = load_element(p.rows.rows, p.type, at + k);
    write_gradient(p.out, row, k, fma(factor, x, static_cast<double>(gradient[k])));
  }
}

}  // namespace gramian
