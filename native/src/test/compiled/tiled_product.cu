// A product in the shape of the kernels of real ops: blocks of 256 threads, each for a tile of
// 128 x 64, staged by cp.async in two stages, ldmatrix and mma.sync, and row sums by shuffles.
#include "gramian/platform/platform.cuh"

using namespace gramian;

namespace {

constexpr u32 kRows = 128;
constexpr u32 kColumns = 64;
constexpr u32 kDepth = 32;  // of a stage
constexpr u32 kStages = 2;
constexpr u32 kThreads = 256;
constexpr u32 kChunks = kDepth / 8;  // of 16 bytes, in a row of a stage
constexpr u32 kStageWords = (kRows + kColumns) * kDepth;

// c = a b^T, sums[i][j] = the sum of row i of c over the columns of the j-th half tile.
struct TiledProduct {
  float* c;       // [m, n]
  float* sums;    // [m, n / 32]
  const bf16* a;  // [m, k]
  const bf16* b;  // [n, k]
  u32 m;
  u32 n;
  u32 k;
  u32 spare;
};

// Where chunk `chunk` of a staged row lies, in numbers: permuted so that ldmatrix meets no
// conflict.
__device__ u32 staged(u32 row, u32 chunk) {
  return row * kDepth + (chunk ^ (row >> 1 & (kChunks - 1))) * 8;
}

__device__ void load_stage(const TiledProduct& p, bf16* stage, u32 depth) {
  for (u32 i = threadIdx.x; i < (kRows + kColumns) * kChunks; i += kThreads) {
    const u32 row = i / kChunks;
    const u32 chunk = i % kChunks;
    const bool of_a = row < kRows;
    const u32 global_row = of_a ? blockIdx.y * kRows + row : blockIdx.x * kColumns + row - kRows;
    const u32 column = depth + chunk * 8;
    const u32 valid = global_row < (of_a ? p.m : p.n) && column < p.k ? 16 : 0;
    const bf16* from = (of_a ? p.a : p.b) + (valid != 0 ? u64{global_row} * p.k + column : 0);
    copy_async<16>(stage + staged(row, chunk), from, valid);
  }
}

}  // namespace

GRAMIAN_KERNEL(tiled_product, TiledProduct, kThreads) {
  bf16* const stages = dynamic_shared<bf16>();
  const u32 lane = threadIdx.x % kWarpSize;
  const u32 warp = threadIdx.x / kWarpSize;
  const u32 first_row = warp / 2 * 32;
  const u32 first_column = warp % 2 * 32;
  FragmentC c[2][4] = {};
  load_stage(p, stages, 0);
  copy_async_commit();
  for (u32 depth = 0, at = 0; depth < p.k; depth += kDepth, at ^= 1) {
    if (depth + kDepth < p.k) {
      load_stage(p, stages + (at ^ 1) * kStageWords, depth + kDepth);
    }
    copy_async_commit();
    copy_async_wait<1>();
    __syncthreads();
    const bf16* const stage = stages + at * kStageWords;
    for (u32 step = 0; step < kDepth / 16; ++step) {
      FragmentA a[2];
      FragmentB b[4];
      for (u32 i = 0; i < 2; ++i) {
        ldmatrix(a[i].x, stage + staged(first_row + i * 16 + lane % 16, step * 2 + lane / 16));
      }
      for (u32 j = 0; j < 2; ++j) {
        u32 x[4];
        const u32 row = kRows + first_column + j * 16 + lane / 16 * 8 + lane % 8;
        ldmatrix(x, stage + staged(row, step * 2 + lane / 8 % 2));
        b[2 * j] = {{x[0], x[1]}};
        b[2 * j + 1] = {{x[2], x[3]}};
      }
      for (u32 i = 0; i < 2; ++i) {
        for (u32 j = 0; j < 4; ++j) {
          mma_m16n8k16<bf16>(c[i][j], a[i], b[j]);
        }
      }
    }
    __syncthreads();
  }
  for (u32 i = 0; i < 2; ++i) {
    for (u32 half = 0; half < 2; ++half) {
      const u32 row = blockIdx.y * kRows + first_row + i * 16 + half * 8 + lane / 4;
      float sum = 0;
      for (u32 j = 0; j < 4; ++j) {
        const u32 column = blockIdx.x * kColumns + first_column + j * 8 + lane % 4 * 2;
        const float2 pair = {c[i][j].x[2 * half], c[i][j].x[2 * half + 1]};
        sum += pair.x + pair.y;
        if (row < p.m && column < p.n) {
          store_vector(reinterpret_cast<float2*>(p.c + u64{row} * p.n + column), pair);
        }
      }
      sum += __shfl_xor_sync(kFullMask, sum, 1);
      sum += __shfl_xor_sync(kFullMask, sum, 2);
      const u32 half_tile = (blockIdx.x * kColumns + first_column) / 32;
      if (lane % 4 == 0 && row < p.m && half_tile < p.n / 32) {
        p.sums[u64{row} * (p.n / 32) + half_tile] = sum;
      }
    }
  }
}
