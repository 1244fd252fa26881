// Operands of tiled products, and the products of weights with rows.
#pragma once

#include "gramian/device/params.cuh"

namespace gramian {

// Threads of a block that multiplies: 2 x 2 warps.
constexpr u32 kGemmThreads = 128;
// Rows of a block's tile, 64 of each warp.
constexpr u32 kGemmRows = 128;
// Depth of a pipeline stage, and how many stages the pipeline has.
constexpr u32 kStageDepth = 32;
constexpr u32 kStages = 4;
// Columns of a block's tile of a gradient.
constexpr u32 kGradientColumns = 128;

// A warp has a row, in kernels that go along rows.
constexpr u32 kRowWarps = 8;
constexpr u32 kRowThreads = kRowWarps * kWarpSize;

// Most members of a tuple: operands of one product.
constexpr u32 kMostMembers = 7;
// Most 16-bit planes whose sum is a row, and most pairs of planes that are multiplied.
constexpr u32 kMostPlanes = 3;
constexpr u32 kMostPlanePairs = 8;

// Rows for the tensor cores, each divided by its unit: the sum of planes of 16-bit numbers. The
// products of two planes by two less the smallest are bf16x3, of three by three less the three
// smallest bf16x6.
struct PlaneRows {
  const void* plane[kMostPlanes];
  i64 stride;
};

// Which members of the tuples exist: numbers [tuples][members], 0 where one is absent; all exist
// where the address is null.
struct Presence {
  const void* mask;
  i64 rowStride;
  i64 columnStride;
  ElementType type;
};

// Rows for the tensor cores that a kernel writes: [planes][rows][stride] of bf16, or of f16 with
// `halves`; none where the address is null. `isOnGrid`: the first of several planes is, see
// planes.cuh.
struct PlaneOutput {
  void* to;
  i64 plane;
  i64 stride;
  u32 planes;
  bool32 halves;
  bool32 isOnGrid;
};

struct PrepareRowsParams {
  InputRows rows;
  double* units;
  // Squared norm after normalisation, and the factor of normalisation of the row divided by its
  // unit; may be null.
  double2* factors;
  // For the scores, and for the gradients where these want others.
  PlaneOutput planes[2];
  // Rows of a member that is absent are zeros.
  Presence present;
  double leastNorm;
  ElementType type;
  u32 depth;
  u32 count;
  u32 member;
};

struct GradientGemmParams {
  // T: [planes][anchors of the chunk][members * memberStride].
  const bf16* weights;
  i64 weightsPlane;
  i64 weightsStride;
  u32 memberStride;
  // Of the chunk.
  u32 anchorBegin;
  u32 anchors;
  u32 tupleBegin;
  u32 tuples;
  u32 members;
  u32 depth;
  // The pairs of planes whose products add up: weight plane in the lower half of a byte, plane of
  // the rows in the upper.
  u32 planePairs;
  u8 planePair[kMostPlanePairs];
  // Rows that are multiplied with: the members, or the anchors in place of member 0.
  PlaneRows rows[kMostMembers];
  // Gradients: [anchors][stride], or [members][tuples of the problem][stride].
  float* gradient;
  i64 gradientMember;
  i64 gradientStride;
  // Whether this chunk adds to what is there.
  bool32 accumulate;
};

}  // namespace gramian
