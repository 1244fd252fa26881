// Factorisation of small positive semi-definite matrices in double by one warp, in shared memory.
// Matrices are packed (packed.cuh) and at most 32 x 32. Every function is reached by all lanes of
// the warp, reads what was written before the last __syncwarp, and ends with one.
#pragma once

#include "gramian/device/packed.cuh"

namespace gramian {

// A pivot this small against its diagonal entry is zero: the vector depends on those before it.
constexpr double kDeadPivotRatio = 1e-12;
// A diagonal entry this small is zero.
constexpr double kDeadDiagonal = 1e-30;

__device__ __forceinline__ bool is_dead(double pivot, double diagonal) {
  return pivot <= kDeadPivotRatio * diagonal || diagonal <= kDeadDiagonal;
}

// A = L D L^T, rows in order, without pivoting. On return `a` holds L below its unit diagonal and
// the pivots D on it; `diagonal` holds the diagonal of A. The column of L of a dead pivot is zero.
__device__ __forceinline__ void factorize(double* a, double* diagonal, u32 n, u32 lane) {
  if (lane < n) {
    diagonal[lane] = a[packed(lane, lane)];
  }
  __syncwarp();
#pragma unroll 1
  for (u32 j = 0; j + 1 < n; ++j) {
    const double pivot = a[packed(j, j)];
    const double inverse = is_dead(pivot, diagonal[j]) ? 0.0 : 1.0 / pivot;
    double factor = 0.0;
    if (lane > j && lane < n) {
      factor = a[packed(lane, j)] * inverse;
#pragma unroll 4
      for (u32 m = j + 1; m <= lane; ++m) {
        a[packed(lane, m)] -= factor * a[packed(m, j)];
      }
    }
    __syncwarp();
    if (lane > j && lane < n) {
      a[packed(lane, j)] = factor;
    }
  }
  __syncwarp();
}

// u = L^-1, with a unit diagonal; a lane computes a column.
__device__ __forceinline__ void invert_unit_lower(const double* l, double* u, u32 n, u32 lane) {
  if (lane < n) {
    u[packed(lane, lane)] = 1.0;
#pragma unroll 1
    for (u32 i = lane + 1; i < n; ++i) {
      double sum = 0.0;
#pragma unroll 4
      for (u32 m = lane; m < i; ++m) {
        sum -= l[packed(i, m)] * u[packed(m, lane)];
      }
      u[packed(i, lane)] = sum;
    }
  }
  __syncwarp();
}

// Entry (i, j) of U^T diag(weight) U. With weight = 1 / D that is A^-1.
__device__ __forceinline__ double inverse_entry(const double* u, const double* weight, u32 n, u32 i,
                                                u32 j) {
  double sum = 0.0;
#pragma unroll 4
  for (u32 m = i < j ? j : i; m < n; ++m) {
    sum = fma(u[packed(m, i)] * u[packed(m, j)], weight[m], sum);
  }
  return sum;
}

}  // namespace gramian
