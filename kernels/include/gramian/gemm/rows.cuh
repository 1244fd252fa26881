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

// The power of two that a row is divided by, the same on all lanes, from the largest magnitude that
// each lane has seen: what is left lies between 2^14 and 2^15, within the range of f16 as of bf16,
// and two planes hold its numbers down to 2^-28 of the largest. 1 for a row of zeros; NaN for one
// that is not finite, which makes NaN of all that the row is part of.
__device__ __forceinline__ double unit_of(double largest) {
  // Of numbers that are not negative, integers have the same order, and NaN comes last.
  u32 high = static_cast<u32>(__double2hiint(largest));
#pragma unroll
  for (u32 mask = kWarpSize / 2; mask > 0; mask /= 2) {
    high = max(high, __shfl_xor_sync(kFullMask, high, static_cast<int>(mask)));
  }
  const u32 exponent = high >> 20;
  return exponent == 0       ? 1.0
         : exponent == 0x7ff ? __longlong_as_double(0x7ff8000000000000ll)
                             : __hiloint2double(static_cast<int>((exponent - 14) << 20), 0);
}

// The larger magnitude; NaN stays.
__device__ __forceinline__ double larger(double largest, double x) {
  const double magnitude = fabs(x);
  return magnitude <= largest ? largest : magnitude;
}

// What normalisation makes of a row: its factor, its squared norm after it, and whether gradients
// lose their component along the row. NaN if the row is not finite.
struct Normalized {
  double scale;
  double norm;
  bool isProjected;
};

// `least`: the least norm that is divided by; 0 where rows are taken as they are.
__device__ __forceinline__ Normalized normalized(double square, double least) {
  square += square - square;
  if (least == 0.0) {
    return {1.0 + 0.0 * square, square, false};
  }
  const double norm = sqrt(square);
  // A comparison with NaN is false: NaN stays.
  if (norm < least) {
    return {1.0 / least, square / (least * least), false};
  }
  return {1.0 / norm, square / square, true};
}

__device__ __forceinline__ void write_gradient(const GradientOutput& out, i64 row, u32 k,
                                               double value) {
  store_element(out.to, out.type, row * out.stride + k, value, out.accumulate != 0);
}

}  // namespace gramian
