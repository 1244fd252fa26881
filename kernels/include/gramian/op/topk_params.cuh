// topk, beside the passes over pairs.
#pragma once

#include "gramian/device/params.cuh"

namespace gramian::topk {

constexpr u32 kMostCutoffs = 32;

struct MergeParams {
  // Scores of the chunk: [anchors of the chunk][stride].
  const float* scores;
  i64 stride;
  // The best so far, best first: [anchors][count].
  u64* best;
  u32 anchorBegin;
  u32 tupleBegin;
  u32 tuples;
  u32 count;
  // The power of two that holds `count`; dynamic shared memory holds twice as many keys.
  u32 slots;
};

struct WriteParams {
  const u64* best;
  i32* indices;
  i64 indicesStride;
  float* scores;
  i64 scoresStride;
  u32 anchors;
  u32 count;
};

struct RankParams {
  const float* scores;
  i64 stride;
  const i32* labels;
  i64 labelStride;
  const float* targetScores;
  u32* ranks;
  u32 anchorBegin;
  u32 tupleBegin;
  u32 tuples;
  u32 allTuples;
};

struct RecallParams {
  const u32* ranks;
  i32* ranksOut;
  i64 ranksStride;
  float* recall;
  i64 recallStride;
  u32 anchors;
  u32 cutoffs;
  u32 cutoff[kMostCutoffs];
};

}  // namespace gramian::topk
