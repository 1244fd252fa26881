// Rows as operands: split into planes for the tensor cores, and measured.
#pragma once

#include "gramian/gemm/planes.cuh"

namespace gramian {

// The least unit, 1e-28: gradients of shorter rows by what is left of them would be below float.
constexpr double kLeastUnit = 0x1p-93;

// DropsShort: a row below the least norm counts for nothing: its factor is 0.
template <bool DropsShort>
__device__ __forceinline__ void prepare_rows(const PrepareRowsParams& p) {
  const i64 row = warp_row();
  if (row >= p.count) {
    return;
  }
  const u32 lane = threadIdx.x % kWarpSize;
  const bool isPresent = is_present(p.present, row, p.member);
  double square = 0.0;
  double largest = 0.0;
#pragma unroll 2
  for (u32 k = lane; k < p.depth; k += kWarpSize) {
    const double x = isPresent ? load_element(p.rows.rows, p.type, row * p.rows.stride + k) : 0.0;
    square = fma(x, x, square);
    largest = larger(largest, x);
  }
  square = warp_sum(square);
  const double own = unit_of(largest);
  // A comparison with NaN is false: NaN stays.
  const double unit = own < kLeastUnit ? kLeastUnit : own;
  const double inverse = 1.0 / unit;
  const Grid grid = grid_of(sqrt(square) * inverse);
#pragma unroll 2
  for (u32 k = lane; k < p.depth; k += kWarpSize) {
    const double x = isPresent ? load_element(p.rows.rows, p.type, row * p.rows.stride + k) : 0.0;
    write_planes(p.planes[0], row, k, x * inverse, grid);
    write_planes(p.planes[1], row, k, x * inverse, grid);
  }
  if (lane == 0) {
    p.units[row] = unit;
    if (p.factors != nullptr) {
      const Normalized n = normalized(square, p.leastNorm);
      const bool isDropped = DropsShort && sqrt(square) < p.leastNorm;
      p.factors[row] = make_double2(n.norm, isDropped ? 0.0 : n.scale * unit);
    }
  }
}

}  // namespace gramian
