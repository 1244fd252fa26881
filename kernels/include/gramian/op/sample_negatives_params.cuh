// sample-negatives, beside the passes over pairs.
#pragma once

#include "gramian/pair/params.cuh"

namespace gramian::sample_negatives {

struct Draw {
  double key;
  u32 index;
};

struct DrawParams {
  const PairScalars* scalars;
  // The sum of each anchor.
  const PeakedSum* sums;
  // Scores of the chunk: [anchors of the chunk][stride].
  const float* scores;
  i64 stride;
  const i32* labels;
  i64 labelStride;
  // Makes another draw of the same seed; may be null.
  const i32* step;
  Draw* best;
  i32* indices;
  i64 indicesStride;
  u64 seed;
  double floor;
  u32 anchorBegin;
  u32 tupleBegin;
  u32 tuples;
  bool32 isLast;
};

}  // namespace gramian::sample_negatives
