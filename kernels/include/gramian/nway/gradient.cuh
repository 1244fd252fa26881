// The gradients of rows from the gradients of inner products: matrix products of these with the
// rows of the other modalities. A block computes 64 rows by 64 dimensions, a thread 4 x 4 of them.
#pragma once

#include "gramian/nway/lengths.cuh"

namespace gramian::nway {

constexpr u32 kGradientThreads = 256;
constexpr u32 kGradientTile = 64;
constexpr u32 kGradientDepth = 16;
constexpr u32 kGradientMicro = 4;
constexpr u32 kGradientStride = kGradientTile + 1;

// Where the gradients of rows go.
struct Gradients {
  void* data[kMostModalities];  // null: not wanted
  i64 stride[kMostModalities];
  u32 type[kMostModalities];
  u32 accumulate;
};

struct GradientParams {
  Rows rows;
  Lengths lengths;
  Gradients gradients;
  const float* pairs[kMostPairs];
  const float* own[kMostModalities];
  u32 pitch[kMostModalities];
};

// A tile of 64 by 64 floats over all threads.
struct GradientTile {
  float* left;   // [depth][64] coefficients, transposed
  float* right;  // [depth][64]
  float sum[kGradientMicro][kGradientMicro];

  // The row and column of the tile of this thread's sum[i][j].
  static __device__ __forceinline__ u32 row(u32 i) {
    return threadIdx.x / (kGradientTile / kGradientMicro) * kGradientMicro + i;
  }
  static __device__ __forceinline__ u32 column(u32 j) {
    return threadIdx.x % (kGradientTile / kGradientMicro) + j * (kGradientTile / kGradientMicro);
  }

  // sum += left^T right; between barriers.
  __device__ __forceinline__ void multiply() {
#pragma unroll
    for (u32 k = 0; k < kGradientDepth; ++k) {
      float a[kGradientMicro];
      float b[kGradientMicro];
#pragma unroll
      for (u32 i = 0; i < kGradientMicro; ++i) {
        a[i] = left[k * kGradientStride + row(i)];
        b[i] = right[k * kGradientStride + column(i)];
      }
#pragma unroll
      for (u32 i = 0; i < kGradientMicro; ++i) {
#pragma unroll
        for (u32 j = 0; j < kGradientMicro; ++j) {
          sum[i][j] = fmaf(a[i], b[j], sum[i][j]);
        }
      }
    }
  }
};

// Coefficients of rows first.. of `modality` with rows from.. of `other`, times what those rows are
// multiplied by.
__device__ __forceinline__ void load_coefficients(const GradientParams& p, u32 modality, u32 other,
                                                  u32 first, u32 from, float* tile) {
  const bool rowsFirst = modality < other;
  const float* pairs = p.pairs[rowsFirst ? pair_of(modality, other) : pair_of(other, modality)];
  const i64 pitch = p.pitch[rowsFirst ? other : modality];
#pragma unroll
  for (u32 k = 0; k < kGradientTile * kGradientDepth / kGradientThreads; ++k) {
    const u32 at = k * kGradientThreads + threadIdx.x;
    // Neighbouring threads read neighbouring elements of the table.
    const u32 depth = rowsFirst ? at % kGradientDepth : at / kGradientTile;
    const u32 row = rowsFirst ? at / kGradientDepth : at % kGradientTile;
    const u32 i = first + row;
    const u32 j = from + depth;
    float value = 0.0f;
    if (i < p.rows.count[modality] && j < p.rows.count[other]) {
      value = pairs[rowsFirst ? i * pitch + j : j * pitch + i] *
              static_cast<float>(p.lengths.inverse[other][j]);
    }
    tile[depth * kGradientStride + row] = value;
  }
}

// Dimensions first.. of rows from.. of a modality.
template <typename T>
__device__ __forceinline__ void load_rows(const Rows& rows, u32 modality, u32 first, u32 from,
                                          float* tile) {
#pragma unroll
  for (u32 k = 0; k < kGradientTile * kGradientDepth / kGradientThreads; ++k) {
    const u32 at = k * kGradientThreads + threadIdx.x;
    const u32 depth = at / kGradientTile;
    const u32 z = first + at % kGradientTile;
    const u32 j = from + depth;
    tile[depth * kGradientStride + at % kGradientTile] =
        j < rows.count[modality] && z < rows.d ? element<T>(rows, modality, j, z) : 0.0f;
  }
}

template <typename T>
__device__ __forceinline__ void run_gradient(const GradientParams& p) {
  GRAMIAN_SHARED(float, left, kGradientDepth* kGradientStride);
  GRAMIAN_SHARED(float, right, kGradientDepth* kGradientStride);
  const u32 modality = blockIdx.z;
  const u32 firstRow = blockIdx.x * kGradientTile;
  const u32 firstZ = blockIdx.y * kGradientTile;
  if (p.gradients.data[modality] == nullptr || firstRow >= p.rows.count[modality]) {
    return;
  }
  GradientTile tile{left, right, {}};
  for (u32 other = 0; other < p.rows.modalities; ++other) {
    for (u32 from = 0; other != modality && from < p.rows.count[other]; from += kGradientDepth) {
      __syncthreads();
      load_coefficients(p, modality, other, firstRow, from, left);
      load_rows<T>(p.rows, other, firstZ, from, right);
      __syncthreads();
      tile.multiply();
    }
  }
#pragma unroll
  for (u32 i = 0; i < kGradientMicro; ++i) {
    const u32 row = firstRow + tile.row(i);
    if (row >= p.rows.count[modality]) {
      continue;
    }
    const float inverse = static_cast<float>(p.lengths.inverse[modality][row]);
    const float own = p.own[modality][row] * inverse;
#pragma unroll
    for (u32 j = 0; j < kGradientMicro; ++j) {
      const u32 z = firstZ + tile.column(j);
      if (z < p.rows.d) {
        const float value = fmaf(own, element<T>(p.rows, modality, row, z), tile.sum[i][j]);
        store_element(p.gradients.data[modality], p.gradients.type[modality],
                      row * p.gradients.stride[modality] + z, static_cast<double>(value) * inverse,
                      p.gradients.accumulate != 0);
      }
    }
  }
}

}  // namespace gramian::nway
