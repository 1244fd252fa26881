// The largest eigenvalue of the Gram matrix of anchor and tuple without the absent members (PMRL's
// measure, arXiv 2507.17343). With G = Q diag(g) Q^T of a tuple known, g falling, that of a pair is
// diag(g) bordered by z = Q^T c and |a|^2. Its largest eigenvalue is g_1 + x with x >= 0 the root
// of |a|^2 - g_1 - x + sum_i z_i^2 / (x + g_1 - g_i). Of m equal ones the gradient is P / m, P the
// projection on their eigenvectors.
#pragma once

#include "gramian/device/eigen.cuh"
#include "gramian/gemm/params.cuh"
#include "gramian/pair/score/score.cuh"

namespace gramian {

template <u32 N>
struct EigenScore {
  static constexpr u32 kMembers = N;
  static constexpr u32 kSums = packed_size(N);
  static constexpr bool kHasNorm = true;
  static constexpr bool kMayCancel = true;
  static constexpr bool kByDifferences = false;

  // Factors of normalisation; g_1; the distances g_1 - g_i from i = 2 on, rising; Q^T but for signs
  // of its rows, as N - 1 reflections: vectors of squared length 2, of elements from i to N - 1 the
  // i-th. They are half as many numbers as Q has.
  static constexpr u32 kLargest = N;
  static constexpr u32 kReflections = 2 * N;
  static constexpr u32 kFactors = kReflections + packed_size(N) - 1;

  // Eigenvalues of a tuple that are nearer to its largest, relative to it, are put that far off.
  static constexpr double kOnePole = 1e-13;

  // Of the root in float. The terms of the poles beside the first are replaced by their tangents,
  // which lie below, and what is left is a quadratic equation: from one step on, roots come from
  // below, and 2 pairs of 1000 need more steps. The last one may be this part of the eigenvalue.
  static constexpr u32 kSteps = N == 1 ? 0 : 5;
  static constexpr float kConverged = 1e-5f;
  // Where eigenvalues are nearer, relative to the largest, products in float leave too few digits
  // to the eigenvector.
  static constexpr float kNear = 1e-3f;
  // The same for the distance from the pole, if it is alone.
  static constexpr float kAtPole = 1e-12f;
  // Beyond them, squares of sums leave the range of floats.
  static constexpr float kLeast = 1e-14f;
  static constexpr float kGreatest = 1e16f;
  // Less than any root that counts: pairs of zeros, as those beyond the last, divide by it.
  static constexpr float kNothing = 1e-36f;

  static constexpr u32 kOrder = N + 1;

  // Of g_i, i > 0 counted from 0.
  static __device__ __forceinline__ constexpr u32 distance(u32 i) { return N + i; }

  static __device__ __forceinline__ constexpr u32 reflection(u32 i) {
    return kReflections + i * N - i * (i - 1) / 2;
  }

  // A symmetric matrix of the warp, and after it the rows of its eigenvectors.
  template <u32 Warps, u32 Order>
  static __device__ __forceinline__ double* room() {
    GRAMIAN_SHARED(double, matrices, Warps * 2 * Order * Order);
    return matrices + threadIdx.x / kWarpSize * (2 * Order * Order);
  }

  static __device__ __forceinline__ void prepare(const double (&gram)[packed_size(N)],
                                                 const double (&scale)[N], double* factor) {
    double* a = room<kRowWarps, N>();
    double* v = a + N * N;
    const u32 lane = threadIdx.x % kWarpSize;
    if (lane == 0) {
#pragma unroll
      for (u32 l = 0; l < N; ++l) {
#pragma unroll
        for (u32 m = 0; m < N; ++m) {
          // An absent member is left out: a zero vector has the eigenvalue 0.
          a[l * N + m] = l == m && scale[l] == 0.0 ? 0.0 : gram[packed_symmetric(l, m)];
        }
      }
    }
    __syncwarp();
    jacobi(a, v, N, lane);
    sort(a, v, lane);
#pragma unroll
    for (u32 l = 0; l < N; ++l) {
      // Nor does a zero vector count, whose factor of normalisation is as large as can be.
      factor[l] = gram[packed(l, l)] == 0.0 ? 0.0 : scale[l];
      if (l > 0) {
        const double apart = a[0] - a[l * N + l];
        const double least = kOnePole * fabs(a[0]);
        factor[distance(l)] = apart < least ? least : apart;
      }
    }
    factor[kLargest] = a[0];
    // Each reflection takes a row to its axis, and is then applied to those that follow.
#pragma unroll
    for (u32 i = 0; i + 1 < N; ++i) {
      double* h = factor + reflection(i);
      const double first = v[i * N + i];
      const double inverse = 1.0 / sqrt(1.0 + fabs(first));
#pragma unroll
      for (u32 l = i; l < N; ++l) {
        h[l - i] = inverse * (l == i ? first + copysign(1.0, first) : v[i * N + l]);
      }
      if (lane > i && lane < N) {
        double along = 0.0;
#pragma unroll
        for (u32 l = i; l < N; ++l) {
          along = fma(h[l - i], v[lane * N + l], along);
        }
#pragma unroll
        for (u32 l = i; l < N; ++l) {
          v[lane * N + l] -= along * h[l - i];
        }
      }
      __syncwarp();
    }
  }

  template <typename Real>
  static __device__ __forceinline__ AnchorValue<Real> anchor(double norm, double scale) {
    return {static_cast<Real>(norm), static_cast<Real>(scale)};
  }

  // y holds z; rest in float holds x. In double the room of the warp holds the eigenvectors.
  template <typename Real>
  static __device__ __forceinline__ void evaluate(const AnchorValue<Real>& anchor,
                                                  const Real* factor, const Real (&c)[N], Real,
                                                  PairState<Real, N>& state) {
#pragma unroll
    for (u32 l = 0; l < N; ++l) {
      state.y[l] = factor[l] * c[l] * anchor.y;
    }
#pragma unroll
    for (u32 i = 0; i + 1 < N; ++i) {
      reflect(factor, i, state.y);
    }
    if constexpr (sizeof(Real) == 8) {
      decompose(anchor.x, factor, state);
    } else {
      solve(anchor.x, factor, state);
    }
  }

  template <typename Real>
  static __device__ __forceinline__ Real gradient(const AnchorValue<Real>& anchor,
                                                  const Real* factor,
                                                  const PairState<Real, N>& state, Real,
                                                  Real weight, Real (&t)[N], Real (&sums)[kSums]) {
    Real u[N];
    if constexpr (sizeof(Real) == 8) {
      const double* a = room<kGemmThreads / kWarpSize, kOrder>();
      const double* v = a + kOrder * kOrder;
      const u32 equal = equal_eigenvalues(a, kOrder, state.score);
      const double share = weight / __popc(equal);
      double ofNorm = 0.0;
#pragma unroll
      for (u32 l = 0; l < N; ++l) {
        t[l] = 0.0;
      }
#pragma unroll 1
      for (u32 left = equal; left != 0; left &= left - 1) {
        const double* vector = v + (__ffs(static_cast<int>(left)) - 1) * kOrder;
#pragma unroll
        for (u32 i = 0; i < N; ++i) {
          u[i] = vector[i];
        }
        ofNorm += add(anchor, factor, vector[N], share, u, t, sums);
      }
      return ofNorm;
    } else {
      const float x = state.rest + kNothing;
      float slope;
      const float rest = root_rest(anchor.x, factor, state.y, x, slope);
      const float norm = x * (1.0f + slope) + rest;
      const float inverse = fast_rsqrt(norm);
      const float ofAnchor = fast_sqrt(x) * inverse;
      const float atPole = fast_rsqrt(x) * inverse;
#pragma unroll
      for (u32 i = 0; i < N; ++i) {
        u[i] = state.y[i] * (i == 0 ? atPole : ofAnchor * fast_rcp(x + factor[distance(i)]));
        t[i] = 0.0f;
      }
      return add(anchor, factor, ofAnchor, weight, u, t, sums);
    }
  }

  // Rounding gives a zero vector a part of the others, which counts no more than itself.
  static __device__ __forceinline__ void own(const double (&gram)[packed_size(N)],
                                             const double (&sums)[kSums], double (&k)[N][N]) {
#pragma unroll
    for (u32 l = 0; l < N; ++l) {
#pragma unroll
      for (u32 m = 0; m < N; ++m) {
        const bool isZero = gram[packed(l, l)] == 0.0 || gram[packed(m, m)] == 0.0;
        k[l][m] = isZero ? 0.0 : 2.0 * sums[packed_symmetric(l, m)];
      }
    }
  }

 private:
  // Rows of eigenvectors and their eigenvalues, by falling eigenvalue.
  static __device__ __forceinline__ void sort(double* a, double* v, u32 lane) {
#pragma unroll 1
    for (u32 i = 0; i + 1 < N; ++i) {
      u32 largest = i;
#pragma unroll 1
      for (u32 l = i + 1; l < N; ++l) {
        largest = a[l * N + l] > a[largest * N + largest] ? l : largest;
      }
      __syncwarp();
      if (lane < N) {
        const double element = v[i * N + lane];
        v[i * N + lane] = v[largest * N + lane];
        v[largest * N + lane] = element;
      }
      if (lane == 0) {
        const double value = a[i * N + i];
        a[i * N + i] = a[largest * N + largest];
        a[largest * N + largest] = value;
      }
      __syncwarp();
    }
  }

  template <typename Real>
  static __device__ __forceinline__ void reflect(const Real* factor, u32 i, Real (&y)[N]) {
    const Real* h = factor + reflection(i);
    Real along = 0;
#pragma unroll
    for (u32 l = 0; l < N; ++l) {
      along += l < i ? Real(0) : h[l - i] * y[l];
    }
#pragma unroll
    for (u32 l = 0; l < N; ++l) {
      y[l] -= l < i ? Real(0) : along * h[l - i];
    }
  }

  // Of poles beside the first one: the sum of their terms at x, and its slope downwards.
  static __device__ __forceinline__ float others(const float* factor, const float (&z)[N], float x,
                                                 float& slope) {
    float sum = 0.0f;
    slope = 0.0f;
#pragma unroll
    for (u32 i = 1; i < N; ++i) {
      const float inverse = fast_rcp(x + kNothing + factor[distance(i)]);
      const float term = z[i] * z[i] * inverse;
      sum += term;
      slope += term * inverse;
    }
    return sum;
  }

  // What the term of the first pole is at the root x, z_1^2 / x.
  static __device__ __forceinline__ float root_rest(float corner, const float* factor,
                                                    const float (&z)[N], float x, float& slope) {
    const float rest = x - (corner - factor[kLargest]) - others(factor, z, x, slope);
    return rest < 0.0f ? 0.0f : rest;
  }

  // The positive root of a x^2 - b x - c, a and c being at least 0.
  static __device__ __forceinline__ float root(float a, float b, float c) {
    const float s = fast_sqrt(b * b + 4.0f * a * c);
    const float divisor = b > 0.0f ? 2.0f * a : s - b;
    return divisor == 0.0f ? 0.0f : (b > 0.0f ? b + s : 2.0f * c) * fast_rcp(divisor);
  }

  static __device__ __forceinline__ void solve(float corner, const float* factor,
                                               PairState<float, N>& state) {
    const float excess = corner - factor[kLargest];
    float all = 0.0f;
#pragma unroll
    for (u32 i = 0; i < N; ++i) {
      all += state.y[i] * state.y[i];
    }
    // With all poles at one place the root is greater than it is.
    float x = root(1.0f, excess, all);
    float change = 0.0f;
    float slope;
#pragma unroll 1
    for (u32 step = 0; step < kSteps; ++step) {
      const float sum = others(factor, state.y, x, slope);
      const float next = root(1.0f + slope, excess + sum + slope * x, state.y[0] * state.y[0]);
      change = fabsf(next - x);
      x = next;
    }
    const float value = factor[kLargest] + x;
    const float rest = root_rest(corner, factor, state.y, x, slope);
    const float norm = x * (1.0f + slope) + rest;
    const float size = corner + factor[kLargest];
    const bool hasPoleAlone = N == 1 || factor[distance(1)] > kNear * value;
    state.score = value;
    state.rest = x;
    // Comparisons with NaN are false: what is not a number stays so.
    state.cancels = change > kConverged * value || norm <= kNear * value * (1.0f + slope) ||
                    x <= (hasPoleAlone ? kAtPole : kNear) * value || size < kLeast ||
                    size > kGreatest;
  }

  // By all lanes of the warp.
  static __device__ __forceinline__ void decompose(double corner, const double* factor,
                                                   PairState<double, N>& state) {
    double* a = room<kGemmThreads / kWarpSize, kOrder>();
    const u32 lane = threadIdx.x % kWarpSize;
    __syncwarp();
#pragma unroll 1
    for (u32 e = lane; e < kOrder * kOrder; e += kWarpSize) {
      a[e] = 0.0;
    }
    __syncwarp();
    if (lane == 0) {
#pragma unroll
      for (u32 i = 0; i < N; ++i) {
        a[i * kOrder + i] = factor[kLargest] - (i == 0 ? 0.0 : factor[distance(i)]);
        a[i * kOrder + N] = state.y[i];
        a[N * kOrder + i] = state.y[i];
      }
      a[N * kOrder + N] = corner;
    }
    __syncwarp();
    jacobi(a, a + kOrder * kOrder, kOrder, lane);
    state.score = largest_eigenvalue(a, kOrder);
    state.rest = 0.0;
    state.cancels = false;
  }

  // Adds the gradients of an eigenvector: u of the tuple, in the basis of its own, and ofAnchor.
  template <typename Real>
  static __device__ __forceinline__ Real add(const AnchorValue<Real>& anchor, const Real* factor,
                                             Real ofAnchor, Real weight, Real (&u)[N], Real (&t)[N],
                                             Real (&sums)[kSums]) {
#pragma unroll
    for (u32 i = N - 1; i > 0; --i) {
      reflect(factor, i - 1, u);
    }
    const Real ofProducts = 2 * weight * ofAnchor * anchor.y;
#pragma unroll
    for (u32 l = 0; l < N; ++l) {
      t[l] += ofProducts * factor[l] * u[l];
#pragma unroll
      for (u32 m = 0; m <= l; ++m) {
        sums[packed(l, m)] += weight * u[l] * u[m];
      }
    }
    return weight * ofAnchor * ofAnchor * anchor.y * anchor.y;
  }
};

}  // namespace gramian
