// What the kernels that go along rows share. A warp has a row, or the rows of a tuple.
#pragma once

#include "gramian/device/tensor.cuh"
#include "gramian/device/transposing_sum.cuh"
#include "gramian/gemm/params.cuh"

namespace gramian {

__device__ __forceinline__ i64 warp_row() {
  return static_cast<i64>(blockIdx.x) * kRowWarps + threadIdx.x / kWarpSize;
}

__device__ __forceinline__ bool is_present(const Presence& present, i64 tuple, u32 member) {
  return present.mask == nullptr ||
         load_element(present.mask, present.type,
                      tuple * present.rowStride + member * present.columnStride) != 0.0;
}

// What normalisation makes of a row: its factor, its squared norm after it, and whether gradients
// lose their component along the row.
struct Normalized {
  double scale;
  double norm;
  bool isProjected;
};

// `least`: the least norm that is divided by; 0 where rows are taken as they are.
__device__ __forceinline__ Normalized normalized(double square, double least) {
  if (least == 0.0) {
    return {1.0, square, false};
  }
  const double norm = sqrt(square);
  // A comparison with NaN is false: NaN stays.
  if (norm < least) {
    return {1.0 / least, square / (least * least), false};
  }
  return {1.0 / norm, square / square, true};
}

// Splits a number into the numbers of its planes, each the rounded rest of those before.
template <typename T>
__device__ __forceinline__ void split(double value, T* to, i64 plane, u32 planes) {
#pragma unroll 1
  for (u32 t = 0; t < planes; ++t) {
    const T part = from_float<T>(static_cast<float>(value));
    *to = part;
    value -= to_float(part);
    to += plane;
  }
}

__device__ __forceinline__ void write_planes(const PlaneOutput& out, i64 row, u32 k, double value) {
  if (out.to == nullptr) {
    return;
  }
  const i64 at = row * out.stride + k;
  if (out.halves != 0) {
    split(value, static_cast<f16*>(out.to) + at, out.plane, out.planes);
  } else {
    split(value, static_cast<bf16*>(out.to) + at, out.plane, out.planes);
  }
}

__device__ __forceinline__ void write_gradient(const GradientOutput& out, i64 row, u32 k,
                                               double value) {
  store_element(out.to, out.type, row * out.stride + k, value, out.accumulate != 0);
}

}  // namespace gramian
