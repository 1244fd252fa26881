// Tuples of the centroid: the direction of the sum of the members is one row, with which the
// anchors are multiplied, and its gradient goes back to the members. A sum that is next to nothing
// beside its terms has no direction, and its row is zeros.
#pragma once

#include "gramian/pair/elementwise.cuh"

namespace gramian {

// The sum of the members after normalisation. A warp has a tuple.
class CentroidSum {
  const TupleRows& rows;
  const i64 tuple;
  const u32 members;
  Normalized* own;

 public:
  // `room`: kMostMembers of the warp, in shared memory.
  __device__ __forceinline__ CentroidSum(const TupleRows& tuples, i64 which, u32 count, u32 lane,
                                         Normalized* room)
      : rows(tuples), tuple(which), members(count), own(room) {
    const Normalized mine = member_normalized(rows, tuple, members, lane);
    if (lane < members) {
      own[lane] = is_present(rows.present, tuple, lane) ? mine : Normalized{0.0, 0.0, false};
    }
    __syncwarp();
  }

  __device__ __forceinline__ bool has(u32 member) const {
    return member < members && is_present(rows.present, tuple, member);
  }

  __device__ __forceinline__ const Normalized& of(u32 member) const { return own[member]; }

  // Element k of a member that exists, after normalisation.
  __device__ __forceinline__ double element(u32 member, u32 k) const {
    return own[member].scale * load_element(rows.member[member].rows, rows.type,
                                            tuple * rows.member[member].stride + k);
  }

  __device__ __forceinline__ double element(u32 k) const {
    double sum = 0.0;
#pragma unroll 1
    for (u32 l = 0; l < members; ++l) {
      sum += has(l) ? element(l, k) : 0.0;
    }
    return sum;
  }

  // Whether a sum of this squared length has no direction; not if anything is infinite.
  __device__ __forceinline__ bool is_dead_sum(double square) const {
    double squares = 0.0;
#pragma unroll 1
    for (u32 l = 0; l < members; ++l) {
      squares += own[l].norm;
    }
    return square <= kDeadDiagonal || (square <= kDeadPivotRatio * squares && isfinite(squares));
  }
};

__device__ __forceinline__ void prepare_centroid(const PrepareElementwiseParams& p) {
  GRAMIAN_SHARED(Normalized, room, kRowWarps * kMostMembers);
  const i64 tuple = warp_row();
  if (tuple >= p.tuples.count) {
    return;
  }
  const u32 lane = threadIdx.x % kWarpSize;
  const CentroidSum sum(p.tuples, tuple, p.members, lane,
                        room + threadIdx.x / kWarpSize * kMostMembers);
  double square = 0.0;
  double largest = 0.0;
#pragma unroll 1
  for (u32 k = lane; k < p.tuples.depth; k += kWarpSize) {
    const double x = sum.element(k);
    square = fma(x, x, square);
    largest = larger(largest, x);
  }
  square = warp_sum(square);
  const bool isDead = sum.is_dead_sum(square);
  const double length = sqrt(square);
  const double unit = unit_of(isDead ? 0.0 : largest / length);
  const double inverse = 1.0 / (length * unit);
  const Grid grid = grid_of(1.0 / unit);
#pragma unroll 1
  for (u32 k = lane; k < p.tuples.depth; k += kWarpSize) {
    const double x = isDead ? 0.0 : sum.element(k) * inverse;
    write_planes(p.planes[0], tuple, k, x, grid);
    write_planes(p.planes[1], tuple, k, x, grid);
  }
  if (lane == 0) {
    p.factors[tuple] = unit;
  }
}

// With s the sum and g the gradient of its direction, that of s is (g - <g, s> s / |s|^2) / |s|,
// and that of a member the same, across itself where it is normalised.
__device__ __forceinline__ void finish_centroid(const FinishElementwiseParams& p) {
  GRAMIAN_SHARED(Normalized, room, kRowWarps * kMostMembers);
  const i64 tuple = warp_row();
  if (tuple >= p.tuples.count) {
    return;
  }
  const u32 lane = threadIdx.x % kWarpSize;
  const CentroidSum sum(p.tuples, tuple, p.members, lane,
                        room + threadIdx.x / kWarpSize * kMostMembers);
  const float* gradient = p.gradient + tuple * p.gradientStride;
  const double inverseUnit = 1.0 / p.units[tuple];
  // Of each member, its inner products with g and with s.
  double ofGradient[kMostMembers] = {};
  double ofSum[kMostMembers] = {};
#pragma unroll 1
  for (u32 k = lane; k < p.tuples.depth; k += kWarpSize) {
    double x[kMostMembers];
    double s = 0.0;
#pragma unroll
    for (u32 l = 0; l < kMostMembers; ++l) {
      x[l] = sum.has(l) ? sum.element(l, k) : 0.0;
      s += x[l];
    }
    const double g = gradient[k] * inverseUnit;
#pragma unroll
    for (u32 l = 0; l < kMostMembers; ++l) {
      ofGradient[l] = fma(g, x[l], ofGradient[l]);
      ofSum[l] = fma(s, x[l], ofSum[l]);
    }
  }
  double square = 0.0;
  double along = 0.0;
#pragma unroll
  for (u32 l = 0; l < kMostMembers; ++l) {
    ofGradient[l] = warp_sum(ofGradient[l]);
    ofSum[l] = warp_sum(ofSum[l]);
    square += ofSum[l];
    along += ofGradient[l];
  }
  const bool isDead = sum.is_dead_sum(square);
  const double inverse = isDead ? 0.0 : 1.0 / sqrt(square);
  along = isDead ? 0.0 : along / square;
#pragma unroll 1
  for (u32 k = lane; k < p.tuples.depth; k += kWarpSize) {
    const double ofDirection =
        isDead ? 0.0 : (gradient[k] * inverseUnit - along * sum.element(k)) * inverse;
#pragma unroll
    for (u32 l = 0; l < kMostMembers; ++l) {
      if (l < p.members && p.out[l].to != nullptr) {
        double value = 0.0;
        if (sum.has(l)) {
          const double radial =
              sum.of(l).isProjected ? (ofGradient[l] - along * ofSum[l]) * inverse : 0.0;
          value = sum.of(l).scale * (ofDirection - radial * sum.element(l, k));
        }
        write_gradient(p.out[l], tuple, k, value);
      }
    }
  }
}

}  // namespace gramian
