// The gradients of rows from the gradients of inner products: matrix products of these with the
// rows of the other modalities. A block computes 64 rows by 64 dimensions.
#pragma once

#include "gramian/nway/kernel_params.cuh"
#include "gramian/nway/lengths.cuh"
#include "gramian/nway/tile.cuh"

namespace gramian::nway {

// Coefficients of rows first.. of `modality` with rows from.. of `other`, times what those rows are
// multiplied by.
__device__ __forceinline__ void load_coefficients(const GradientParams& p, u32 modality, u32 other,
                                                  u32 first, u32 from, float* tile) {
  const bool rowsFirst = modality < other;
  const float* pairs = p.pairs[rowsFirst ? pair_of(modality, other) : pair_of(other, modality)];
  const i64 pitch = p.pitch[rowsFirst ? other : modality];
#pragma unroll 4
  for (u32 k = 0; k < kTileShare; ++k) {
    const u32 at = k * kTileThreads + threadIdx.x;
    // Neighbouring threads read neighbouring elements of the table.
    const u32 depth = rowsFirst ? at % kTileDepth : at / kTileSize;
    const u32 row = rowsFirst ? at / kTileDepth : at % kTileSize;
    const u32 i = first + row;
    const u32 j = from + depth;
    float value = 0.0f;
    if (i < p.rows.count[modality] && j < p.rows.count[other]) {
      value = pairs[rowsFirst ? i * pitch + j : j * pitch + i] *
              static_cast<float>(p.lengths.inverse[other][j]);
    }
    tile[depth * kTileStride + row] = value;
  }
}

// Dimensions first.. of rows from.. of a modality.
template <typename T>
__device__ __forceinline__ void load_rows(const Rows& rows, u32 modality, u32 first, u32 from,
                                          float* tile) {
#pragma unroll 4
  for (u32 k = 0; k < kTileShare; ++k) {
    const u32 at = k * kTileThreads + threadIdx.x;
    const u32 depth = at / kTileSize;
    const u32 z = first + at % kTileSize;
    const u32 j = from + depth;
    tile[depth * kTileStride + at % kTileSize] =
        j < rows.count[modality] && z < rows.d ? element<T>(rows, modality, j, z) : 0.0f;
  }
}

template <typename T>
__device__ __forceinline__ void run_gradient(const GradientParams& p) {
  GRAMIAN_SHARED(float, left, kTilePiece);
  GRAMIAN_SHARED(float, right, kTilePiece);
  const u32 modality = blockIdx.z;
  const u32 firstRow = blockIdx.x * kTileSize;
  const u32 firstZ = blockIdx.y * kTileSize;
  if (p.gradients.data[modality] == nullptr || firstRow >= p.rows.count[modality]) {
    return;
  }
  Tile tile{left, right, {}};
  for (u32 other = 0; other < p.rows.modalities; ++other) {
    for (u32 from = 0; other != modality && from < p.rows.count[other]; from += kTileDepth) {
      __syncthreads();
      load_coefficients(p, modality, other, firstRow, from, left);
      load_rows<T>(p.rows, other, firstZ, from, right);
      __syncthreads();
      tile.multiply();
    }
  }
  tile.for_each([&](u32 i, u32 j, float sum) {
    const u32 row = firstRow + i;
    const u32 z = firstZ + j;
    if (row < p.rows.count[modality] && z < p.rows.d) {
      const float inverse = static_cast<float>(p.lengths.inverse[modality][row]);
      const float own = p.own[modality][row] * inverse;
      const float value = fmaf(own, element<T>(p.rows, modality, row, z), sum);
      store_element(p.gradients.data[modality], p.gradients.type[modality],
                    row * p.gradients.stride[modality] + z, static_cast<double>(value) * inverse,
                    p.gradients.accumulate != 0);
    }
  });
}

}  // namespace gramian::nway
