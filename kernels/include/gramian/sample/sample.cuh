// What the kernels of the per-sample ops share: one warp per sample, kSampleWarps samples per block.
#pragma once

#include "gramian/sample/gradient_pass.cuh"
#include "gramian/sample/gram_pass.cuh"

namespace gramian {

// The sample of the calling warp. Lanes of a warp agree on everything but `lane` and the stage.
template <typename T, u32 K>
struct Sample {
  i64 index;
  SampleRows<T, K> rows;
  GradientRows gradient;
};

__device__ __forceinline__ i64 sample_index() {
  return static_cast<i64>(blockIdx.x) * kSampleWarps + threadIdx.x / kWarpSize;
}

// The sample `index` < p.batch. Its gradient may be computed in the same run, and then the rows are
// kept in shared memory where the launch has room for them.
template <typename T, u32 K>
__device__ __forceinline__ Sample<T, K> sample_of(const SampleParams& p, i64 index) {
  Sample<T, K> sample;
  sample.index = index;
  SampleRows<T, K>& rows = sample.rows;
  rows.vectors = static_cast<const T*>(p.vectors) + index * p.vectorsBatchStride;
  rows.rowStride = p.vectorsRowStride;
  rows.k = static_cast<u32>(p.k);
  rows.d = static_cast<u32>(p.d);
  rows.lane = threadIdx.x % kWarpSize;
  rows.vectorAccess = (p.flags & kVectorAccess) != 0;
  rows.stage = nullptr;
  if ((p.flags & kStaged) != 0) {
    const u32 warp = threadIdx.x / kWarpSize;
    rows.stage = dynamic_shared<typename SampleRows<T, K>::Part>() +
                 warp * rows.chunks() * rows.k * kWarpSize + rows.lane;
  }
  const bool isFloat = sizeof(T) == 4 || (p.flags & kFloatGradient) != 0;
  const u64 size = isFloat ? sizeof(float) : sizeof(T);
  sample.gradient.gradient =
      static_cast<u8*>(p.gradVectors) + static_cast<i64>(size) * index * p.gradBatchStride;
  sample.gradient.rowStride = p.gradRowStride;
  sample.gradient.isFloat = isFloat;
  sample.gradient.accumulate = (p.flags & kAccumulate) != 0;
  return sample;
}

}  // namespace gramian

// Defines the kernels <op>_<dtype>_k<K> of an op from its function template
// run<T, K>(const SampleParams&), for each dtype and each size K of the register arrays. The host
// takes the smallest K that is at least k.
#define GRAMIAN_SAMPLE_KERNEL(op, dtype, T, K)                                             \
  GRAMIAN_KERNEL(op##_##dtype##_k##K, gramian::SampleParams, gramian::kSampleThreads) {    \
    gramian::op::run<T, K>(p);                                                             \
  }
#define GRAMIAN_SAMPLE_DTYPE(op, dtype, T)  \
  GRAMIAN_SAMPLE_KERNEL(op, dtype, T, 2)    \
  GRAMIAN_SAMPLE_KERNEL(op, dtype, T, 3)    \
  GRAMIAN_SAMPLE_KERNEL(op, dtype, T, 4)    \
  GRAMIAN_SAMPLE_KERNEL(op, dtype, T, 5)    \
  GRAMIAN_SAMPLE_KERNEL(op, dtype, T, 6)    \
  GRAMIAN_SAMPLE_KERNEL(op, dtype, T, 8)    \
  GRAMIAN_SAMPLE_KERNEL(op, dtype, T, 12)   \
  GRAMIAN_SAMPLE_KERNEL(op, dtype, T, 16)
#define GRAMIAN_SAMPLE_KERNELS(op)                    \
  GRAMIAN_SAMPLE_DTYPE(op, f32, float)                \
  GRAMIAN_SAMPLE_DTYPE(op, bf16, gramian::bf16)       \
  GRAMIAN_SAMPLE_DTYPE(op, f16, gramian::f16)
