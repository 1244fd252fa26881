// Parts of sums that blocks left behind, put together in a fixed order.
#pragma once

#include "gramian/device/block_sum.cuh"
#include "gramian/device/cross_entropy.cuh"
#include "gramian/gemm/rows.cuh"
#include "gramian/pair/objective/running_sum.cuh"
#include "gramian/pair/row_params.cuh"

namespace gramian {

// The sum of `count` numbers, by one block; valid on all threads.
__device__ __forceinline__ double sum_of(const double* parts, u32 count, u32 stride) {
  double sum = 0.0;
#pragma unroll 1
  for (u32 t = threadIdx.x; t < count; t += kRowThreads) {
    sum += parts[t * stride];
  }
  return block_sum<kRowThreads>(sum);
}

// Each sum of exponentials, and the sums of scores. A thread has one of them.
__device__ __forceinline__ void merge_sums(const MergeSumsParams& p) {
  const u32 index = blockIdx.x * kRowThreads + threadIdx.x;
  if (index >= p.count) {
    return;
  }
  const PairScalars& scalars = *p.scalars;
  const double scale2 = p.ofColumns != 0 ? scalars.columnScale2 : scalars.rowScale2;
  double peak = kLeastPeak;
#pragma unroll 1
  for (u32 s = 0; s < p.slices; ++s) {
    // The peak of an empty part is none.
    const RunningSum& part = p.sums[static_cast<i64>(s) * p.count + index];
    peak = part.sum == 0.0f ? peak : fmax(peak, static_cast<double>(part.peak));
  }
  double sum = 0.0;
  double total = 0.0;
#pragma unroll 1
  for (u32 s = 0; s < p.slices; ++s) {
    const i64 at = static_cast<i64>(s) * p.count + index;
    const RunningSum& part = p.sums[at];
    sum += part.sum == 0.0f ? 0.0 : part.sum * exp2((part.peak - peak) * fabs(scale2));
    total += p.totals == nullptr ? 0.0 : p.totals[at];
  }
  // A fixed shift is an exponent.
  const double exponents = scalars.rowScale == 0.0 ? 1.0 : scalars.rowScale * kLog2E;
  p.merged[index] = {scalars.isFixed != 0 ? scalars.shift2 / exponents : peak * scalars.orientation,
                     log2(sum)};
  if (p.mergedTotals != nullptr) {
    p.mergedTotals[index] = total;
  }
}

}  // namespace gramian
