// The parameter of every kernel of the per-sample ops (gram, logdet, volume). Strides count
// elements; the last axis of every tensor is dense.
#pragma once

#include "gramian/platform/platform.cuh"

namespace gramian {

// A warp has a sample.
constexpr u32 kSampleWarps = 4;
constexpr u32 kSampleThreads = kSampleWarps * kWarpSize;
// A lane's part of a chunk of a row: 16 bytes in kernels of up to kMostWideRows rows, else 8.
constexpr u32 kMostWideRows = 8;
constexpr u32 kWideChunkBytes = 16 * kWarpSize;
constexpr u32 kNarrowChunkBytes = 8 * kWarpSize;

enum SampleFlags : u32 {
  // `vectors` and, where bound, `gradVectors` have addresses and strides that are multiples of
  // 16 bytes, and d is a multiple of 16 / sizeof(T).
  kVectorAccess = 1u << 0,
  // Gradients are added to what `gradVectors` holds.
  kAccumulate = 1u << 1,
  // `gradVectors` is float although the vectors are bf16 or f16.
  kFloatGradient = 1u << 2,
  // volume only: the vectors are made unit, and gradients flow through that.
  kNormalize = 1u << 3,
};

struct SampleParams {
  const void* vectors;      // [batch, k, d] of T
  float* output;            // [batch, k, k] (gram) or [batch]; null: not wanted
  const float* gradOutput;  // like output; read only where gradVectors is bound
  void* gradVectors;        // [batch, k, d] of T or float; null: not wanted
  i64 vectorsBatchStride;
  i64 vectorsRowStride;
  i64 gradBatchStride;  // of gradVectors
  i64 gradRowStride;
  i64 outputBatchStride;
  i64 outputRowStride;  // gram only
  i64 gradOutputBatchStride;
  i64 gradOutputRowStride;  // gram only
  i64 batch;
  i32 k;  // at most the K of the kernel
  i32 d;
  u32 flags;         // SampleFlags
  u32 stageChunks;   // chunks per row that dynamic shared memory has room for
  double ridge;      // logdet only: added to the diagonal
  double minVolume;  // volume only: lower bound of the V that is divided by
};

}  // namespace gramian
