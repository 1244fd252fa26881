// Rows as sums of planes of 16-bit numbers, for the tensor cores. These truncate what they add to,
// which long sums show, unless there is nothing to truncate: where both rows have several planes,
// the numbers of the first are whole multiples of a grid so coarse that the sum of their products
// fits into the 24 bits of a float, however long the rows are (the splitting of Ozaki et al.,
// Numerical Algorithms 59, 2012). The other planes hold the rest, whose products are small beside
// those.
#pragma once

#include "gramian/gemm/rows.cuh"

namespace gramian {

// A power of two, and its inverse.
struct Grid {
  double step;
  double inverse;
};

// The grid of a row of some length: at most 2^12 steps, so that a sum of products of two rows is
// less than 2^24 of theirs.
__device__ __forceinline__ Grid grid_of(double length) {
  constexpr u32 kBits = 12;
  // The exponent of the least power of two above the length.
  const u32 exponent = (static_cast<u32>(__double2hiint(length)) >> 20) + 1;
  // Rows of zeros or of what is not finite need none.
  if (exponent <= kBits || exponent >= 0x7ff) {
    return {1.0, 1.0};
  }
  return {__hiloint2double(static_cast<int>((exponent - kBits) << 20), 0),
          __hiloint2double(static_cast<int>((2 * 1023 + kBits - exponent) << 20), 0)};
}

// Splits a number into the numbers of its planes, each the rounded rest of those before.
template <typename T>
__device__ __forceinline__ void split(const PlaneOutput& out, i64 at, double value,
                                      const Grid& grid) {
  T* to = static_cast<T*>(out.to) + at;
  double part = out.isOnGrid != 0 ? rint(value * grid.inverse) * grid.step : value;
#pragma unroll 1
  for (u32 t = 0; t < out.planes; ++t) {
    const T number = from_float<T>(static_cast<float>(part));
    *to = number;
    value -= to_float(number);
    part = value;
    to += out.plane;
  }
}

__device__ __forceinline__ void write_planes(const PlaneOutput& out, i64 row, u32 k, double value,
                                             const Grid& grid) {
  if (out.to == nullptr) {
    return;
  }
  const i64 at = row * out.stride + k;
  if (out.halves != 0) {
    split<f16>(out, at, value, grid);
  } else {
    split<bf16>(out, at, value, grid);
  }
}

}  // namespace gramian
