// The kernels over index tuples.
#pragma once

#include "gramian/nway/params.cuh"

namespace gramian::nway {

constexpr u32 kLengthThreads = 128;
constexpr u32 kTableThreads = 256;
constexpr u32 kTableTile = 64;
constexpr u32 kScoreThreads = 128;
constexpr u32 kScoreWidth = 4;
constexpr u32 kMostBackwardThreads = 128;
constexpr u32 kReduceThreads = 256;
constexpr u32 kTileThreads = 64;
constexpr u32 kTileSize = 64;
// Rows of the last but one outer modality in a tile of outer tuples.
constexpr u32 kScoreTileA = 8;
// Rows of the last outer modality that the backward pass takes at a time, for each N.
constexpr u32 kBackwardBatch[kMostModalities + 1] = {0, 0, 0, 8, 4, 2};

struct LengthsParams {
  Rows rows;
  Lengths lengths;
};

struct TablesParams {
  Rows rows;
  Lengths lengths;
  Tables tables;
};

struct ScoresParams {
  Source source;
  float* scores;           // where the first index tuple of the box goes
  i64 stride[kMostOuter];  // elements along each outer axis; the last axis is dense
  u32 tilesA;              // tiles along the last but one outer axis
  u32 tilesB;              // tiles along the last outer axis
  u32 columnThreads;       // threads along the last axis, a power of two up to kScoreThreads
  bool32 vectorStores;     // whether every group of four scores is aligned to 16 bytes
};

struct BackwardParams {
  Source source;
  const void* weights;     // of the first index tuple of the box
  i64 stride[kMostOuter];  // of the weights, elements along each outer axis
  float* pairs[kMostPairs];
  float* lengths[kMostModalities];
  u32 rows[kMostModalities];    // all rows of a modality: a copy of `lengths` has so many
  u32 ranges[kMostModalities];  // how many cells there are along each axis
  u32 range[kMostModalities];   // rows of a range
  ElementType weightType;
};

// One sum per element: `count` of them, copy after copy. The total takes the place of copy 0.
struct ReduceParams {
  float* sums;
  i64 count;
  u32 copies;
};

struct ProjectParams {
  Rows rows;
  Lengths lengths;
  Tables tables;
  const float* pairs[kMostPairs];           // gradients of inner products
  const float* ofSquared[kMostModalities];  // gradients of squared lengths
  float* own[kMostModalities];              // the coefficient of a row in its own gradient
};

// Where the gradients of rows go.
struct Gradients {
  void* data[kMostModalities];  // null: not wanted
  i64 stride[kMostModalities];
  ElementType type[kMostModalities];
  bool32 accumulate;
};

struct GradientParams {
  Rows rows;
  Lengths lengths;
  Gradients gradients;
  const float* pairs[kMostPairs];
  const float* own[kMostModalities];
  u32 pitch[kMostModalities];
};

struct MultilinearScoresParams {
  Rows rows;
  Lengths lengths;
  Box box;
  float* scores;           // of the first index tuple of the box
  i64 stride[kMostOuter];  // elements along each outer axis; the last axis is dense
  u32 outer;               // outer index tuples of the box
};

struct MultilinearGradientParams {
  Rows rows;
  Lengths lengths;
  Box box;
  const void* weights;          // of the first index tuple of the box
  i64 stride[kMostModalities];  // of the weights, elements along each axis
  float* sums;                  // [splits][rows of the modality][d], added to
  ElementType weightType;
  u32 modality;
  u32 tuples;  // index tuples of the other modalities in the box
  u32 splits;  // parts that these are cut into
};

struct MultilinearFinishParams {
  Rows rows;
  Lengths lengths;
  Gradients gradients;
  const float* sums[kMostModalities];
  u32 splits[kMostModalities];
};

}  // namespace gramian::nway
