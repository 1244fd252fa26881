// Tiles of 16-bit operands in shared memory for tensor core products, and the loads of fragments
// out of them. The chunks of 16 bytes of a tile's rows are swizzled: neither the writes of
// asynchronous copies nor the reads of ldmatrix have bank conflicts.
#pragma once

#include "gramian/gemm/params.cuh"

namespace gramian {

constexpr u32 kWarpRows = 64;
// Numbers in 16 bytes.
constexpr u32 kChunk = 8;

// Rows of kStageDepth numbers along the depth.
struct DepthMajorTile {
  static __device__ __forceinline__ u32 offset(u32 row, u32 chunk) {
    return row * kStageDepth + ((chunk ^ (row >> 1 & 3)) * kChunk);
  }
};

// kStageDepth rows, one for each depth, of Columns numbers.
template <u32 Columns>
struct ColumnMajorTile {
  static __device__ __forceinline__ u32 offset(u32 depth, u32 chunk) {
    return depth * Columns + ((chunk ^ (depth & 7)) * kChunk);
  }
};

// Fragment of A, 16 rows from `row` on, 16 depths from `depth` on.
template <typename T>
__device__ __forceinline__ FragmentA load_a(Shared<T> tile, DepthMajorTile, u32 row, u32 depth,
                                            u32 lane) {
  FragmentA a;
  ldmatrix(a.x, tile + DepthMajorTile::offset(row + lane % 16, depth / kChunk + lane / 16));
  return a;
}

template <typename T, u32 Columns>
__device__ __forceinline__ FragmentA load_a(Shared<T> tile, ColumnMajorTile<Columns>, u32 row,
                                            u32 depth, u32 lane) {
  FragmentA a;
  ldmatrix<true>(a.x, tile + ColumnMajorTile<Columns>::offset(depth + lane % 8 + lane / 16 * 8,
                                                              row / kChunk + lane / 8 % 2));
  return a;
}

// Fragments of B, 8 columns from `column` on and, of the second, the 8 after these.
template <typename T>
__device__ __forceinline__ void load_b(FragmentB (&b)[2], Shared<T> tile, DepthMajorTile,
                                       u32 column, u32 depth, u32 lane) {
  u32 x[4];
  ldmatrix(x, tile + DepthMajorTile::offset(column + lane % 8 + lane / 16 * 8,
                                            depth / kChunk + lane / 8 % 2));
  b[0] = FragmentB{{x[0], x[1]}};
  b[1] = FragmentB{{x[2], x[3]}};
}

template <typename T>
__device__ __forceinline__ void load_b(FragmentB (&b)[1], Shared<T> tile, DepthMajorTile,
                                       u32 column, u32 depth, u32 lane) {
  ldmatrix(b[0].x, tile + DepthMajorTile::offset(column + lane % 8, depth / kChunk + lane / 8 % 2));
}

template <typename T, u32 Columns>
__device__ __forceinline__ void load_b(FragmentB (&b)[2], Shared<T> tile, ColumnMajorTile<Columns>,
                                       u32 column, u32 depth, u32 lane) {
  u32 x[4];
  ldmatrix<true>(
      x, tile + ColumnMajorTile<Columns>::offset(depth + lane % 16, column / kChunk + lane / 16));
  b[0] = FragmentB{{x[0], x[1]}};
  b[1] = FragmentB{{x[2], x[3]}};
}

// A warp's part of a stage: its rows, from `row` on, times the columns of each member, `stride`
// apart and from `column` on.
template <typename T, typename RowLayout, typename ColumnLayout, u32 Members, u32 Rows, u32 Columns>
__device__ __forceinline__ void multiply_stage(FragmentC (&c)[Members][Rows][Columns],
                                               Shared<T> rows, RowLayout row_layout, u32 row,
                                               Shared<T> columns, ColumnLayout column_layout,
                                               u32 column, u32 stride, u32 lane) {
  constexpr u32 kAtOnce = Columns == 1 ? 1 : 2;
#pragma unroll
  for (u32 k = 0; k < kStageDepth; k += 16) {
    FragmentA a[Rows];
#pragma unroll
    for (u32 r = 0; r < Rows; ++r) {
      a[r] = load_a(rows, row_layout, row + r * 16, k, lane);
    }
#pragma unroll
    for (u32 l = 0; l < Members; ++l) {
#pragma unroll
      for (u32 s = 0; s < Columns; s += kAtOnce) {
        FragmentB b[kAtOnce];
        load_b(b, columns, column_layout, column + l * stride + s * 8, k, lane);
#pragma unroll
        for (u32 t = 0; t < kAtOnce; ++t) {
#pragma unroll
          for (u32 r = 0; r < Rows; ++r) {
            mma_m16n8k16<T>(c[l][r][s + t], a[r], b[t]);
          }
        }
      }
    }
  }
}

// Starts the copy of 16 bytes, as far as `count` numbers are left of the row; zeros if it is
// outside, or beyond the row: then nothing is read, wherever that is.
template <typename T>
__device__ __forceinline__ void copy_chunk(Shared<T> to, const T* row, u32 at, u32 count,
                                           bool inside) {
  static_assert(sizeof(T) == 2);
  const u32 left = at < count ? min(count - at, kChunk) : 0;
  copy_async<16>(to, row + at, inside ? left * 2 : 0);
}

// The main loop, a software pipeline of kStages stages: `load(step, stage)` starts the copies of a
// step, `multiply(stage)` reads them when they are there. Ends with a barrier, after which the
// stages are free.
template <typename Load, typename Multiply>
__device__ __forceinline__ void run_stages(u32 steps, Load load, Multiply multiply) {
#pragma unroll 1
  for (u32 step = 0; step < kStages - 1; ++step) {
    if (step < steps) {
      load(step, step);
    }
    copy_async_commit();
  }
#pragma unroll 1
  for (u32 step = 0; step < steps; ++step) {
    copy_async_wait<kStages - 2>();
    __syncthreads();
    const u32 next = step + kStages - 1;
    if (next < steps) {
      load(next, next % kStages);
    }
    copy_async_commit();
    multiply(step % kStages);
  }
  copy_async_wait<0>();
  __syncthreads();
}

}  // namespace gramian
