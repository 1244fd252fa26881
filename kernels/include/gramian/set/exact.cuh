// All pairs of the points of two sets in double, from differences of the points themselves: for
// sets that are nearly equal and for points that lie near each other but far from the rest, of
// which products in float keep too few digits. The device decides whether it is wanted.
#pragma once

#include "gramian/gemm/rows.cuh"
#include "gramian/set/columns.cuh"
#include "gramian/set/exact_params.cuh"

namespace gramian {

// A sum of doubles that carries what rounding leaves of each addition, after Neumaier.
struct CompensatedSum {
  double sum = 0.0;
  double rest = 0.0;

  __device__ __forceinline__ void add(double value) {
    const double total = sum + value;
    rest += fabs(sum) >= fabs(value) ? (sum - total) + value : (value - total) + sum;
    sum = total;
  }

  __device__ __forceinline__ double value() const { return sum + rest; }
};

// Rows of the tile that a thread has a pair of, with the column of its lane.
constexpr u32 kExactRows = kExactTile / kRowWarps;

// A tile of points, as many of their dimensions as it has points.
struct ExactTile {
  static constexpr u32 kStride = kExactTile + 1;
  static constexpr u32 kNumbers = kExactTile * kStride;

  // Points from `first` on, of those of both sets or, to the left of `end`, of one.
  static __device__ __forceinline__ void load(const ExactPairs& p, u32 first, u32 end, u32 depth,
                                              float* to) {
    const u32 lane = threadIdx.x % kWarpSize;
#pragma unroll
    for (u32 t = 0; t < kExactRows; ++t) {
      const u32 row = threadIdx.x / kWarpSize + t * kRowWarps;
      const u32 point = first + row;
      const u32 set = point < p.sets[0].count ? 0 : 1;
      const bool exists = point < end && depth + lane < p.sets[0].depth;
      to[row * kStride + lane] =
          exists ? static_cast<float>(set_value(
                       p.sets[set], set == 0 ? point : point - p.sets[0].count, depth + lane))
                 : 0.0f;
    }
  }
};

// A block has kExactTile points and goes through all others, first those of the first set: points
// have numbers from 0 on in the first set and go on in the second. `visitor.pair(t, i, j, set,
// exists, square)` takes the squared distance of point i from point j of a set, on all lanes of a
// warp together, the same i and t on all of them; it gives the weight w_ij of the gradient
// sum_j w_ij (z_i - z_j) of point i.
template <typename Visitor>
__device__ __forceinline__ void visit_exact_pairs(const ExactPairs& p, Visitor& visitor) {
  GRAMIAN_SHARED(float, own, ExactTile::kNumbers);
  GRAMIAN_SHARED(float, others, ExactTile::kNumbers);
  GRAMIAN_SHARED(double, weights, ExactTile::kNumbers);
  constexpr u32 kStride = ExactTile::kStride;
  const u32 lane = threadIdx.x % kWarpSize;
  const u32 warp = threadIdx.x / kWarpSize;
  const u32 first = blockIdx.x * kExactTile;
  const u32 all = p.sets[0].count + p.sets[1].count;
  const u32 depth = p.sets[0].depth;
  bool isFirst = true;
#pragma unroll 1
  for (u32 set = 0; set < 2; ++set) {
    const u32 end = set == 0 ? p.sets[0].count : all;
#pragma unroll 1
    for (u32 other = set == 0 ? 0 : p.sets[0].count; other < end; other += kExactTile) {
      double square[kExactRows] = {};
#pragma unroll 1
      for (u32 from = 0; from < depth; from += kWarpSize) {
        __syncthreads();
        ExactTile::load(p, first, all, from, own);
        ExactTile::load(p, other, end, from, others);
        __syncthreads();
#pragma unroll 4
        for (u32 k = 0; k < kWarpSize; ++k) {
          const double z = others[lane * kStride + k];
#pragma unroll
          for (u32 t = 0; t < kExactRows; ++t) {
            const double difference = own[(warp + t * kRowWarps) * kStride + k] - z;
            square[t] = fma(difference, difference, square[t]);
          }
        }
      }
#pragma unroll
      for (u32 t = 0; t < kExactRows; ++t) {
        const u32 row = warp + t * kRowWarps;
        const bool exists = first + row < all && other + lane < end;
        const double weight = visitor.pair(t, first + row, other + lane, set, exists, square[t]);
        weights[row * kStride + lane] = exists ? weight : 0.0;
      }
      if (p.gradient != nullptr) {
#pragma unroll 1
        for (u32 from = 0; from < depth; from += kWarpSize) {
          __syncthreads();
          ExactTile::load(p, first, all, from, own);
          ExactTile::load(p, other, end, from, others);
          __syncthreads();
#pragma unroll
          for (u32 t = 0; t < kExactRows; ++t) {
            const u32 row = warp + t * kRowWarps;
            const double z = own[row * kStride + lane];
            double sum = 0.0;
#pragma unroll 4
            for (u32 j = 0; j < kExactTile; ++j) {
              sum = fma(weights[row * kStride + j], z - others[j * kStride + lane], sum);
            }
            if (first + row < all && from + lane < depth) {
              double& kept = p.gradient[static_cast<i64>(first + row) * depth + from + lane];
              kept = isFirst ? sum : kept + sum;
            }
          }
        }
      }
      isFirst = false;
    }
  }
}

}  // namespace gramian
