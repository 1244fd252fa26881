// matching.
#pragma once

#include "gramian/device/params.cuh"

namespace gramian::matching {

constexpr u32 kThreads = 256;

struct RowsParams {
  const void* logits;  // [count, 2]
  const i32* labels;   // [count]
  void* gradLogits;    // [count, 2]; null: not wanted
  double* parts;       // [blocks]
  Scalar gradLoss;
  i64 count;
  i64 logitsStride;  // elements from row to row
  i64 gradStride;
  ElementType logitsType;
  ElementType gradType;
  bool32 accumulate;
};

struct LossParams {
  const double* parts;  // [blocks]
  void* loss;           // null: not wanted
  i64 count;
  u32 blocks;
  ElementType lossType;
};

}  // namespace gramian::matching
