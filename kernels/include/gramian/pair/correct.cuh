// What rounding left out of the gradients where it matters most: an anchor and its own tuple have
// the greatest weight of all pairs, and once they are nearly parallel, what is left of the gradient
// is a small difference of large terms. So for these pairs the product of the rounded weight with
// the rounded row, which is in the gradients, is replaced by that of the weight with the row. A
// warp has a row.
#pragma once

#include "gramian/gemm/rows.cuh"
#include "gramian/pair/row_params.cuh"

namespace gramian {

__device__ __forceinline__ float rounding_rest(float weight, float rounded, double x) {
  return static_cast<float>(weight * x - static_cast<double>(rounded) *
                                             to_float(from_float<bf16>(static_cast<float>(x))));
}

__device__ __forceinline__ void correct_anchors(const CorrectParams& p) {
  const i64 anchor = warp_row();
  if (anchor >= p.anchors) {
    return;
  }
  const u32 own = p.labels == nullptr ? static_cast<u32>(anchor)
                                      : static_cast<u32>(p.labels[anchor * p.labelStride]);
  if (own >= p.tuples) {
    return;
  }
  float* gradient = p.gradient + anchor * p.gradientStride;
#pragma unroll 1
  for (u32 l = 0; l < p.members; ++l) {
    const float weight = p.weights[anchor * p.members + l];
    const float rounded = to_float(from_float<bf16>(weight));
#pragma unroll 2
    for (u32 k = threadIdx.x % kWarpSize; k < p.depth; k += kWarpSize) {
      const double x = load_element(p.member[l].rows, p.type, own * p.member[l].stride + k);
      gradient[k] += rounding_rest(weight, rounded, x);
    }
  }
}

// Adds the part of one anchor to its own tuple.
__device__ __forceinline__ void correct_tuple(const CorrectParams& p, i64 tuple, i64 anchor,
                                              u32 lane) {
#pragma unroll 1
  for (u32 l = 0; l < p.members; ++l) {
    const float weight = p.weights[anchor * p.members + l];
    const float rounded = to_float(from_float<bf16>(weight));
    float* gradient = p.gradient + l * p.gradientMember + tuple * p.gradientStride;
#pragma unroll 2
    for (u32 k = lane; k < p.depth; k += kWarpSize) {
      const double x = load_element(p.anchor.rows, p.type, anchor * p.anchor.stride + k);
      gradient[k] += rounding_rest(weight, rounded, x);
    }
  }
}

// With labels, a tuple looks through those of all anchors: nothing beside the products of all
// pairs.
__device__ __forceinline__ void correct_tuples(const CorrectParams& p) {
  const i64 tuple = warp_row();
  if (tuple >= p.tuples) {
    return;
  }
  const u32 lane = threadIdx.x % kWarpSize;
  if (p.labels == nullptr) {
    if (tuple < p.anchors) {
      correct_tuple(p, tuple, tuple, lane);
    }
    return;
  }
#pragma unroll 1
  for (u32 first = 0; first < p.anchors; first += kWarpSize) {
    const bool isOwn = first + lane < p.anchors &&
                       p.labels[(first + lane) * p.labelStride] == static_cast<i32>(tuple);
    u32 lanes = __ballot_sync(kFullMask, isOwn);
#pragma unroll 1
    while (lanes != 0) {
      correct_tuple(p, tuple, first + static_cast<u32>(__ffs(static_cast<int>(lanes))) - 1, lane);
      lanes &= lanes - 1;
    }
  }
}

}  // namespace gramian
