// What the kernels of the per-sample ops share: one warp per sample, kSampleWarps samples per
// block.
#pragma once

#include "gramian/sample/gradient_pass.cuh"
#include "gramian/sample/gram_pass.cuh"

namespace gramian {

__device__ __forceinline__ i64 sample_index() {
  return static_cast<i64>(blockIdx.x) * kSampleWarps + threadIdx.x / kWarpSize;
}

// The rows of sample `index` < p.batch, for the calling warp.
template <typename T, u32 K>
__device__ __forceinline__ SampleRows<T, K> rows_of(const SampleParams& p, i64 index) {
  using Rows = SampleRows<T, K>;
  Rows rows;
  rows.vectors = static_cast<const T*>(p.vectors) + index * p.vectorsBatchStride;
  rows.rowStride = p.vectorsRowStride;
  rows.k = row_count<K>(p);
  rows.d = static_cast<u32>(p.d);
  rows.lane = threadIdx.x % kWarpSize;
  rows.vectorAccess = (p.flags & kVectorAccess) != 0;
  rows.stage = dynamic_shared<Part<Rows::kWords>>() +
               threadIdx.x / kWarpSize * p.stageChunks * rows.k * kWarpSize + rows.lane;
  rows.stageChunks = p.stageChunks;
  rows.chunks = (rows.d + Rows::kChunkSize - 1) / Rows::kChunkSize;
  rows.windowStart = rows.chunks;
  return rows;
}

// Where the gradient of sample `index` goes; p.gradVectors is bound.
template <typename T>
__device__ __forceinline__ GradientRows gradient_of(const SampleParams& p, i64 index) {
  GradientRows out;
  out.isFloat = sizeof(T) == 4 || (p.flags & kFloatGradient) != 0;
  const i64 size = out.isFloat ? sizeof(float) : sizeof(T);
  out.gradient = static_cast<u8*>(p.gradVectors) + size * index * p.gradBatchStride;
  out.rowStride = p.gradRowStride;
  out.accumulate = (p.flags & kAccumulate) != 0;
  return out;
}

}  // namespace gramian

// Defines the kernels <op>_<dtype>_k<K> of an op from its function template
// run<T, K>(const SampleParams&), for each dtype and each size K of the register arrays. The host
// takes the smallest K that is at least k.
#define GRAMIAN_SAMPLE_KERNEL(op, dtype, T, K)                                          \
  GRAMIAN_KERNEL(op##_##dtype##_k##K, gramian::SampleParams, gramian::kSampleThreads) { \
    gramian::op::run<T, K>(p);                                                          \
  }
#define GRAMIAN_SAMPLE_DTYPE(op, dtype, T) \
  GRAMIAN_SAMPLE_KERNEL(op, dtype, T, 2)   \
  GRAMIAN_SAMPLE_KERNEL(op, dtype, T, 3)   \
  GRAMIAN_SAMPLE_KERNEL(op, dtype, T, 4)   \
  GRAMIAN_SAMPLE_KERNEL(op, dtype, T, 5)   \
  GRAMIAN_SAMPLE_KERNEL(op, dtype, T, 6)   \
  GRAMIAN_SAMPLE_KERNEL(op, dtype, T, 8)   \
  GRAMIAN_SAMPLE_KERNEL(op, dtype, T, 12)  \
  GRAMIAN_SAMPLE_KERNEL(op, dtype, T, 16)
#define GRAMIAN_SAMPLE_KERNELS(op)              \
  GRAMIAN_SAMPLE_DTYPE(op, f32, float)          \
  GRAMIAN_SAMPLE_DTYPE(op, bf16, gramian::bf16) \
  GRAMIAN_SAMPLE_DTYPE(op, f16, gramian::f16)
