// Shared memory of one warp for the k x k matrices of its sample.
#pragma once

#include "gramian/device/packed.cuh"

namespace gramian {

template <u32 K>
struct __align__(16) SampleWorkspace {
  // Floats from one row of `coefficient` to the next: rows are read 16 bytes at a time.
  static constexpr u32 kCoefficientStride = (K + 3) / 4 * 4;

  // Gradient of row i = sum over j of coefficient (i, j) times row j. Zero from column k on.
  float coefficient[K * kCoefficientStride];
  // First the Gram matrix, then its factors; in the precise path the coefficients in the end.
  double matrix[packed_size(K)];
  double inverse_factor[packed_size(K)];
  double diagonal[K];
  // Reciprocal pivots, zero where dead.
  double weight[K];
  // 1 / norm of each row where the op normalises.
  double scale[K];
};

}  // namespace gramian
