// Parts of sums that blocks left behind, put together in a fixed order.
#pragma once

#include "gramian/device/block_sum.cuh"
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

// The base-2 logarithm of each sum of exponentials, and the sums of scores. A thread has one of
// them.
__device__ __forceinline__ void merge_sums(const MergeSumsParams& p) {
  const u32 index = blockIdx.x * kRowThreads + threadIdx.x;
  if (index >= p.count) {
    return;
  }
  double peak = p.sums[index].peak;
#pragma unroll 1
  for (u32 s = 1; s < p.slices; ++s) {
    peak = fmax(peak, static_cast<double>(p.sums[static_cast<i64>(s) * p.count + index].peak));
  }
  double sum = 0.0;
  double total = 0.0;
#pragma unroll 1
  for (u32 s = 0; s < p.slices; ++s) {
    const i64 at = static_cast<i64>(s) * p.count + index;
    sum += p.sums[at].sum * exp2(p.sums[at].peak - peak);
    total += p.totals == nullptr ? 0.0 : p.totals[at];
  }
  p.logs[index] = peak + log2(sum);
  if (p.mergedTotals != nullptr) {
    p.mergedTotals[index] = total;
  }
}

// What the weigh kernels take of a sum for the weights factor 2^(z - log): the logarithm as a
// float, what rounding leaves out of it in the factor. `kept` is that float, or any other near it.
__device__ __forceinline__ void write_weight(float* logs, float* factors, u32 at, double log,
                                             double factor, float kept) {
  logs[at] = kept;
  factors[at] = static_cast<float>(factor * exp2(static_cast<double>(kept) - log));
}

}  // namespace gramian
