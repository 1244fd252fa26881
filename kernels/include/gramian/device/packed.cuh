// Symmetric and lower triangular matrices, packed by rows: (0,0) (1,0) (1,1) (2,0) ... The place of
// an entry does not depend on the size of the matrix.
#pragma once

#include "gramian/platform/platform.cuh"

namespace gramian {

// Number of entries on and below the diagonal of an n x n matrix.
__device__ __forceinline__ constexpr u32 packed_size(u32 n) { return n * (n + 1) / 2; }

// Place of entry (row, column), column <= row.
__device__ __forceinline__ constexpr u32 packed(u32 row, u32 column) {
  return row * (row + 1) / 2 + column;
}

// Place of entry (i, j) of a symmetric matrix.
__device__ __forceinline__ constexpr u32 packed_symmetric(u32 i, u32 j) {
  return i < j ? packed(j, i) : packed(i, j);
}

}  // namespace gramian
