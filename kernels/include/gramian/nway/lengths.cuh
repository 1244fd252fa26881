// The squared lengths of all rows in double, and what unit rows are multiplied by. A warp per row.
#pragma once

#include "gramian/device/transposing_sum.cuh"
#include "gramian/nway/kernel_params.cuh"
#include "gramian/nway/modalities.cuh"

namespace gramian::nway {

// A length is at least this where it is divided by.
constexpr double kLeastLength = 1e-12;

// Element z of row i of a modality.
template <typename T>
__device__ __forceinline__ float element(const Rows& rows, u32 modality, u32 i, u32 z) {
  return to_float(static_cast<const T*>(rows.data[modality])[i * rows.stride[modality] + z]);
}

template <typename T>
__device__ __forceinline__ void run_lengths(const LengthsParams& p) {
  const u32 modality = blockIdx.y;
  const u32 lane = threadIdx.x % kWarpSize;
  const u32 row = blockIdx.x * (kLengthThreads / kWarpSize) + threadIdx.x / kWarpSize;
  if (row >= p.rows.count[modality]) {
    return;
  }
  double sum = 0.0;
  for (u32 z = lane; z < p.rows.d; z += kWarpSize) {
    const double x = element<T>(p.rows, modality, row, z);
    sum = fma(x, x, sum);
  }
  sum = warp_sum(sum);
  if (lane == 0) {
    double inverse = 1.0;
    if (p.rows.normalize != 0) {
      const double length = sqrt(sum);
      inverse = 1.0 / (length < kLeastLength ? kLeastLength : length);
      sum = length < kLeastLength ? sum * inverse * inverse : 1.0 + 0.0 * sum;
    }
    p.lengths.inverse[modality][row] = inverse;
    p.lengths.squared[modality][row] = sum;
  }
}

}  // namespace gramian::nway
