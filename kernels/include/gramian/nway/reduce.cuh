// What follows backward.cuh: the copies of the sums are added up, in a fixed order and in double,
// and of each row's own length gradient that part is taken off which scaling to unit length hides.
#pragma once

#include "gramian/nway/kernel_params.cuh"
#include "gramian/nway/lengths.cuh"

namespace gramian::nway {

__device__ __forceinline__ void run_reduce(const ReduceParams& p) {
  const i64 at = static_cast<i64>(blockIdx.x) * kReduceThreads + threadIdx.x;
  if (at >= p.count) {
    return;
  }
  double sum = 0.0;
  for (u32 copy = 0; copy < p.copies; ++copy) {
    sum += p.sums[copy * p.count + at];
  }
  p.sums[at] = static_cast<float>(sum);
}

// The gradient of row u of a modality is sum_m sum_j t_mj x_mj + 2 s u, t and s the gradients of
// its inner products and of its squared length. Of that the part along u is lost where u is made
// unit: u times (sum t_mj <x_mj, u> + 2 s <u, u>). A warp per row.
__device__ __forceinline__ void run_project(const ProjectParams& p) {
  const u32 modality = blockIdx.y;
  const u32 lane = threadIdx.x % kWarpSize;
  const u32 row = blockIdx.x * (kReduceThreads / kWarpSize) + threadIdx.x / kWarpSize;
  if (row >= p.rows.count[modality]) {
    return;
  }
  double own = 2.0 * p.ofSquared[modality][row];
  const bool unit =
      p.rows.normalize != 0 && !(p.lengths.inverse[modality][row] >= 1.0 / kLeastLength);
  if (unit) {
    double along = 0.0;
    for (u32 other = 0; other < p.rows.modalities; ++other) {
      if (other == modality) {
        continue;
      }
      const bool rowsFirst = modality < other;
      const u32 pair = rowsFirst ? pair_of(modality, other) : pair_of(other, modality);
      const i64 pitch = p.tables.pitch[rowsFirst ? other : modality];
      for (u32 j = lane; j < p.rows.count[other]; j += kWarpSize) {
        const i64 at = rowsFirst ? row * pitch + j : j * pitch + row;
        along += static_cast<double>(p.pairs[pair][at]) * p.tables.high[pair][at];
      }
    }
    own -= warp_sum(along) + own * p.lengths.squared[modality][row];
  }
  if (lane == 0) {
    p.own[modality][row] = static_cast<float>(own);
  }
}

}  // namespace gramian::nway
