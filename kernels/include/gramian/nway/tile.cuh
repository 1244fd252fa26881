// Matrix products in float, tile by tile: a block of 64 threads computes 64 x 64 sums, a thread 8 x
// 8 of them, from two pieces of shared memory that the caller fills.
#pragma once

#include "gramian/nway/kernel_params.cuh"
#include "gramian/platform/platform.cuh"

namespace gramian::nway {

constexpr u32 kTileDepth = 16;
constexpr u32 kTileMicro = 8;
// Floats from depth to depth of a piece: a multiple of 4 for loads of float4, and not of 32, so
// that writes along the depth spread over the banks.
constexpr u32 kTileStride = kTileSize + 4;
constexpr u32 kTilePiece = kTileDepth * kTileStride;
// Elements of a piece that each thread fills.
constexpr u32 kTileShare = kTileSize * kTileDepth / kTileThreads;

struct Tile {
  float* left;   // [depth][rows]
  float* right;  // [depth][columns]
  float sum[kTileMicro][kTileMicro];

  // The row and column of this thread's sum[i][j]. Columns come in groups of four, so that a
  // quarter of a warp loads 128 bytes in a row.
  static __device__ __forceinline__ u32 row(u32 i) {
    return threadIdx.x / (kTileSize / kTileMicro) * kTileMicro + i;
  }

  static __device__ __forceinline__ u32 column(u32 j) {
    return threadIdx.x % (kTileSize / kTileMicro) * 4 + j / 4 * (kTileSize / 2) + j % 4;
  }

  static __device__ __forceinline__ void load(const float* from, float* to) {
    const float4 v = load_vector(reinterpret_cast<const float4*>(from));
    to[0] = v.x;
    to[1] = v.y;
    to[2] = v.z;
    to[3] = v.w;
  }

  // sum += left^T right; between barriers.
  __device__ __forceinline__ void multiply() {
#pragma unroll 4
    for (u32 k = 0; k < kTileDepth; ++k) {
      float a[kTileMicro];
      float b[kTileMicro];
      load(left + k * kTileStride + row(0), a);
      load(left + k * kTileStride + row(4), a + 4);
      load(right + k * kTileStride + column(0), b);
      load(right + k * kTileStride + column(4), b + 4);
#pragma unroll
      for (u32 i = 0; i < kTileMicro; ++i) {
#pragma unroll
        for (u32 j = 0; j < kTileMicro; ++j) {
          sum[i][j] = fmaf(a[i], b[j], sum[i][j]);
        }
      }
    }
  }

  // Gives every sum to `action` as (row, column, sum), neighbouring columns to neighbouring
  // threads. Reached by the whole block; the pieces are overwritten.
  template <typename Action>
  __device__ __forceinline__ void for_each(Action action) {
    const u32 group = threadIdx.x / (kTileSize / kTileMicro);
#pragma unroll
    for (u32 i = 0; i < kTileMicro; ++i) {
      __syncthreads();
#pragma unroll
      for (u32 j = 0; j < kTileMicro; ++j) {
        left[group * kTileSize + column(j)] = sum[i][j];
      }
      __syncthreads();
#pragma unroll 1
      for (u32 k = 0; k < kTileSize / kTileMicro; ++k) {
        action(k * kTileMicro + i, threadIdx.x, left[k * kTileSize + threadIdx.x]);
      }
    }
  }
};

}  // namespace gramian::nway
