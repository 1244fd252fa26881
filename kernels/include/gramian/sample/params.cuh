// The parameter of every kernel of the per-sample ops (gram, logdet, volume). Strides count
// elements; the last axis of every tensor is dense. kernels/README.md repeats this layout for the
// host side.
#pragma once

#include "gramian/platform/platform.cuh"

namespace gramian {

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
  const void* vectors;        //   0  [batch, k, d] of T
  float* output;              //   8  [batch, k, k] (gram) or [batch]; null: not wanted
  const float* gradOutput;    //  16  like output; read only where gradVectors is bound
  void* gradVectors;          //  24  [batch, k, d] of T or float; null: not wanted
  i64 vectorsBatchStride;     //  32
  i64 vectorsRowStride;       //  40
  i64 gradBatchStride;        //  48  of gradVectors
  i64 gradRowStride;          //  56
  i64 outputBatchStride;      //  64
  i64 outputRowStride;        //  72  gram only
  i64 gradOutputBatchStride;  //  80
  i64 gradOutputRowStride;    //  88  gram only
  i64 batch;                  //  96
  i32 k;                      // 104  at most the K of the kernel
  i32 d;                      // 108
  u32 flags;                  // 112  SampleFlags
  u32 stageChunks;            // 116  chunks per row that dynamic shared memory has room for
  double ridge;               // 120  logdet only: added to the diagonal
  double minVolume;           // 128  volume only: lower bound of the V that is divided by
};

static_assert(sizeof(SampleParams) == 136, "the host writes 136 bytes");

constexpr u32 kSampleWarps = 4;
constexpr u32 kSampleThreads = kSampleWarps * kWarpSize;

}  // namespace gramian
