// Eigenvalues and eigenvectors of small symmetric matrices in double by one warp, in shared memory.
// Every function is reached by all lanes of the warp, reads what was written before the last
// __syncwarp, and ends with one.
#pragma once

#include "gramian/device/transposing_sum.cuh"

namespace gramian {

constexpr u32 kEigenSweeps = 30;
// Squared entries beside the diagonal of this part of the whole matrix count as none.
constexpr double kEigenNothing = 1e-33;
// How near to the largest eigenvalue, relative to it, another one counts as equal.
constexpr double kEqualEigenvalue = 1e-6;

// Cyclic Jacobi rotations. `a` is symmetric, n x n by rows, n at most 32; on return its diagonal
// holds the eigenvalues, in no order, and row p of `v` the eigenvector of the p-th. A row of zeros
// beside the diagonal is not touched. All eigenvalues are NaN if an entry is not finite.
__device__ __forceinline__ void jacobi(double* a, double* v, u32 n, u32 lane) {
  double whole = 0.0;
#pragma unroll 1
  for (u32 e = lane; e < n * n; e += kWarpSize) {
    whole = fma(a[e], a[e], whole);
    v[e] = e / n == e % n ? 1.0 : 0.0;
  }
  whole = warp_sum(whole);
#pragma unroll 1
  for (u32 sweep = 0; sweep < kEigenSweeps; ++sweep) {
    double beside = 0.0;
#pragma unroll 1
    for (u32 e = lane; e < n * n; e += kWarpSize) {
      beside += e / n == e % n ? 0.0 : a[e] * a[e];
    }
    beside = warp_sum(beside);
    __syncwarp();
    // A comparison with NaN is false.
    if (!(beside > kEigenNothing * whole)) {
      break;
    }
#pragma unroll 1
    for (u32 p = 0; p + 1 < n; ++p) {
#pragma unroll 1
      for (u32 q = p + 1; q < n; ++q) {
        const double entry = a[p * n + q];
        if (entry == 0.0) {
          continue;
        }
        const double theta = (a[q * n + q] - a[p * n + p]) / (2.0 * entry);
        const double tangent = copysign(1.0, theta) / (fabs(theta) + sqrt(fma(theta, theta, 1.0)));
        const double cosine = 1.0 / sqrt(fma(tangent, tangent, 1.0));
        const double sine = tangent * cosine;
        __syncwarp();
        if (lane < n) {
          const double lp = a[lane * n + p];
          const double lq = a[lane * n + q];
          a[lane * n + p] = cosine * lp - sine * lq;
          a[lane * n + q] = sine * lp + cosine * lq;
          const double vp = v[p * n + lane];
          const double vq = v[q * n + lane];
          v[p * n + lane] = cosine * vp - sine * vq;
          v[q * n + lane] = sine * vp + cosine * vq;
        }
        __syncwarp();
        if (lane < n) {
          const double pl = a[p * n + lane];
          const double ql = a[q * n + lane];
          a[p * n + lane] = cosine * pl - sine * ql;
          a[q * n + lane] = sine * pl + cosine * ql;
        }
        __syncwarp();
      }
    }
  }
  if (lane < n && !isfinite(whole)) {
    a[lane * n + lane] = __longlong_as_double(0x7ff8000000000000ll);
  }
  __syncwarp();
}

// The largest eigenvalue that jacobi left; NaN if they are.
__device__ __forceinline__ double largest_eigenvalue(const double* a, u32 n) {
  double largest = a[0];
#pragma unroll 1
  for (u32 i = 1; i < n; ++i) {
    largest = a[i * n + i] > largest ? a[i * n + i] : largest;
  }
  return largest;
}

// Those that count as equal to the largest, a bit each.
__device__ __forceinline__ u32 equal_eigenvalues(const double* a, u32 n, double largest) {
  u32 equal = 0;
#pragma unroll 1
  for (u32 i = 0; i < n; ++i) {
    equal |= largest - a[i * n + i] <= kEqualEigenvalue * fabs(largest) ? 1u << i : 0u;
  }
  return equal;
}

}  // namespace gramian
