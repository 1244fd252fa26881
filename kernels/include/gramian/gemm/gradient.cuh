// The two products of a chunk that turn gradients of inner products into gradients of rows:
// dA += T M and dM += T^T A. Both are tiles of 128 rows x 128 columns of the dimension.
#pragma once

#include "gramian/gemm/params.cuh"
#include "gramian/gemm/tile.cuh"

namespace gramian {

// How the weights lie in shared memory.
template <bool OfTuples>
struct WeightTileOf {
  using Type = DepthMajorTile;
};

template <>
struct WeightTileOf<true> {
  using Type = ColumnMajorTile<kGemmRows>;
};

template <bool OfTuples>
struct GradientTile {
  using WeightTile = typename WeightTileOf<OfTuples>::Type;
  using RowTile = ColumnMajorTile<kGradientColumns>;
  static constexpr u32 kWeightNumbers = kGemmRows * kStageDepth;
  static constexpr u32 kStageNumbers = kWeightNumbers + kGradientColumns * kStageDepth;
  static constexpr u32 kSharedBytes = kStages * kStageNumbers * sizeof(bf16);
  static constexpr u32 kWarpColumns = kGradientColumns / 2;
  static constexpr u32 kRowFragments = kWarpRows / 16;
  static constexpr u32 kColumnFragments = kWarpColumns / 8;
};

// IsMirrored: anchors and tuples are the same rows, and only weights of tuples behind the anchor
// are there. Blocks: x along the dimension, y along the anchors of the chunk, or along the tuples
// of the chunk and z along the members.
template <bool OfTuples, bool IsMirrored>
__device__ __forceinline__ void pair_gradient(const GradientGemmParams& p) {
  using Tile = GradientTile<OfTuples>;
  using WeightTile = typename Tile::WeightTile;
  using RowTile = typename Tile::RowTile;
  const Shared<bf16> stages = shared(dynamic_shared<bf16>());
  const u32 thread = threadIdx.x;
  const u32 lane = thread % kWarpSize;
  const u32 warp = thread / kWarpSize;
  const u32 first_column = blockIdx.x * kGradientColumns;
  const u32 first_row = blockIdx.y * kGemmRows;
  const u32 own_member = OfTuples ? blockIdx.z : 0;
  // Rows of the result, and how deep and how often their products go.
  const u32 rows = OfTuples ? p.tuples : p.anchors;
  const u32 length = OfTuples ? p.anchors : p.tuples;
  const u32 first_deep = OfTuples ? p.anchorBegin : p.tupleBegin;
  const u32 members = OfTuples ? 1 : p.members;
  // Of these, what there are weights for: whole tiles.
  const u32 own = first_row + (OfTuples ? p.tupleBegin + kGemmRows : p.anchorBegin);
  const u32 bound = own > first_deep ? min(own - first_deep, length) : 0;
  const u32 start = IsMirrored && !OfTuples ? bound : 0;
  const u32 end = IsMirrored && OfTuples ? bound : length;

  FragmentC c[1][Tile::kRowFragments][Tile::kColumnFragments];
#pragma unroll
  for (u32 r = 0; r < Tile::kRowFragments; ++r) {
#pragma unroll
    for (u32 s = 0; s < Tile::kColumnFragments; ++s) {
      c[0][r][s] = FragmentC{{0.0f, 0.0f, 0.0f, 0.0f}};
    }
  }

  u32 product = 0;
  u32 member = 0;
  u32 depth = start;
  const auto load = [&](u32, u32 stage) {
    const Shared<bf16> to = stages + stage * Tile::kStageNumbers;
    const u32 planes = p.planePair[product];
    const bf16* weights =
        p.weights + (planes & 15u) * p.weightsPlane + (own_member + member) * p.memberStride;
    if constexpr (OfTuples) {
      // 16 chunks of a row of T, and 8 rows of T at a time.
#pragma unroll
      for (u32 t = 0; t < kStageDepth / 8; ++t) {
        const u32 row = thread / 16 + t * 8;
        const u32 chunk = thread % 16;
        const bool inside = depth + row < length;
        copy_chunk(to + WeightTile::offset(row, chunk), weights + (depth + row) * p.weightsStride,
                   first_row + chunk * kChunk, rows, inside);
      }
    } else {
#pragma unroll
      for (u32 t = 0; t < kGemmRows / 32; ++t) {
        const u32 row = thread / 4 + t * 32;
        const u32 chunk = thread % 4;
        const bool inside = first_row + row < rows;
        copy_chunk(to + WeightTile::offset(row, chunk),
                   weights + (first_row + row) * p.weightsStride, depth + chunk * kChunk, length,
                   inside);
      }
    }
    const PlaneRows& from = p.rows[member];
    const bf16* plane = static_cast<const bf16*>(from.plane[planes >> 4]);
#pragma unroll
    for (u32 t = 0; t < kStageDepth / 8; ++t) {
      const u32 row = thread / 16 + t * 8;
      const u32 chunk = thread % 16;
      const bool inside = depth + row < length;
      copy_chunk(to + Tile::kWeightNumbers + RowTile::offset(row, chunk),
                 plane + static_cast<i64>(first_deep + depth + row) * from.stride,
                 first_column + chunk * kChunk, p.depth, inside);
    }
    depth += kStageDepth;
    if (depth >= end) {
      depth = start;
      if (++member == members) {
        member = 0;
        ++product;
      }
    }
  };
  const auto step = [&](u32 stage) {
    const Shared<bf16> weights = stages + stage * Tile::kStageNumbers;
    multiply_stage(c, weights, WeightTile(), warp / 2 * kWarpRows, weights + Tile::kWeightNumbers,
                   RowTile(), warp % 2 * Tile::kWarpColumns, 0, lane);
  };
  run_stages(p.planePairs * members * ((end - start + kStageDepth - 1) / kStageDepth), load, step);

  float* gradient = p.gradient + own_member * p.gradientMember +
                    static_cast<i64>(OfTuples ? p.tupleBegin : p.anchorBegin) * p.gradientStride;
#pragma unroll
  for (u32 r = 0; r < Tile::kRowFragments; ++r) {
#pragma unroll
    for (u32 h = 0; h < 2; ++h) {
      const u32 row = first_row + warp / 2 * kWarpRows + r * 16 + h * 8 + lane / 4;
#pragma unroll
      for (u32 s = 0; s < Tile::kColumnFragments; ++s) {
        const u32 column = first_column + warp % 2 * Tile::kWarpColumns + s * 8 + lane % 4 * 2;
        // A row of the gradient has an even number of columns.
        if (row < rows && column < p.depth) {
          float2* to = reinterpret_cast<float2*>(gradient + row * p.gradientStride + column);
          float2 value = make_float2(c[0][r][s].x[2 * h], c[0][r][s].x[2 * h + 1]);
          if (p.accumulate != 0) {
            const float2 before = load_vector(to);
            value.x += before.x;
            value.y += before.y;
          }
          store_vector(to, value);
        }
      }
    }
  }
}

}  // namespace gramian
