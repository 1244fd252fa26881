// Inner products of the rows of every pair of modalities, in double. A block computes a tile of
// 64 x 64, a thread 4 x 4 of it.
#pragma once

#include "gramian/nway/kernel_params.cuh"
#include "gramian/nway/lengths.cuh"

namespace gramian::nway {

constexpr u32 kTableDepth = 16;
constexpr u32 kTableMicro = 4;
// Rows of a tile in shared memory are this many doubles long: no two of a column share a bank.
constexpr u32 kTableStride = kTableTile + 1;

// Depth `from` to `from` + kTableDepth of 64 rows, transposed; beyond the rows and d it is zero.
template <typename T>
__device__ __forceinline__ void load_table_tile(const Rows& rows, u32 modality, u32 first, u32 from,
                                                double* tile) {
#pragma unroll
  for (u32 k = 0; k < kTableTile * kTableDepth / kTableThreads; ++k) {
    const u32 at = k * kTableThreads + threadIdx.x;
    const u32 row = at / kTableDepth;
    const u32 z = at % kTableDepth;
    const bool inside = first + row < rows.count[modality] && from + z < rows.d;
    tile[z * kTableStride + row] =
        inside ? static_cast<double>(element<T>(rows, modality, first + row, from + z)) : 0.0;
  }
}

template <typename T>
__device__ __forceinline__ void run_tables(const TablesParams& p) {
  GRAMIAN_SHARED(double, left, kTableDepth* kTableStride);
  GRAMIAN_SHARED(double, right, kTableDepth* kTableStride);
  u32 m = 1;
  while (pair_of(0, m + 1) <= blockIdx.z) {
    ++m;
  }
  const u32 l = blockIdx.z - pair_of(0, m);
  const u32 firstRow = blockIdx.x * kTableTile;
  const u32 firstColumn = blockIdx.y * kTableTile;
  if (firstRow >= p.rows.count[l] || firstColumn >= p.rows.count[m]) {
    return;
  }
  const u32 row = threadIdx.x / (kTableTile / kTableMicro) * kTableMicro;
  const u32 column = threadIdx.x % (kTableTile / kTableMicro);
  double sum[kTableMicro][kTableMicro] = {};
  for (u32 from = 0; from < p.rows.d; from += kTableDepth) {
    __syncthreads();
    load_table_tile<T>(p.rows, l, firstRow, from, left);
    load_table_tile<T>(p.rows, m, firstColumn, from, right);
    __syncthreads();
#pragma unroll
    for (u32 z = 0; z < kTableDepth; ++z) {
      double a[kTableMicro];
      double b[kTableMicro];
#pragma unroll
      for (u32 k = 0; k < kTableMicro; ++k) {
        a[k] = left[z * kTableStride + row + k];
        // Columns of a thread lie apart, so that those of a warp do not.
        b[k] = right[z * kTableStride + column + k * (kTableTile / kTableMicro)];
      }
#pragma unroll
      for (u32 i = 0; i < kTableMicro; ++i) {
#pragma unroll
        for (u32 j = 0; j < kTableMicro; ++j) {
          sum[i][j] = fma(a[i], b[j], sum[i][j]);
        }
      }
    }
  }
  float* high = p.tables.high[blockIdx.z];
  float* low = p.tables.low[blockIdx.z];
#pragma unroll
  for (u32 i = 0; i < kTableMicro; ++i) {
#pragma unroll
    for (u32 j = 0; j < kTableMicro; ++j) {
      const u32 r = firstRow + row + i;
      const u32 c = firstColumn + column + j * (kTableTile / kTableMicro);
      // Beyond the columns of the table a row has zeros: they are read with the others.
      if (r < p.rows.count[l] && c < p.tables.pitch[m]) {
        const double inverse = c < p.rows.count[m] ? p.lengths.inverse[m][c] : 0.0;
        const double product = sum[i][j] * p.lengths.inverse[l][r] * inverse;
        const i64 at = static_cast<i64>(r) * p.tables.pitch[m] + c;
        const float rounded = static_cast<float>(product);
        high[at] = rounded;
        low[at] = static_cast<float>(product - rounded);
      }
    }
  }
}

}  // namespace gramian::nway
