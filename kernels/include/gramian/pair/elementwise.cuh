// Tuples of the multilinear inner product: the elementwise product of the members is one row, with
// which the anchors are multiplied, and its gradient goes back to the members. An absent member is
// a factor of 1.
#pragma once

#include "gramian/gemm/planes.cuh"
#include "gramian/pair/row_params.cuh"
#include "gramian/pair/tuples.cuh"

namespace gramian {

// What normalisation makes of the members of a tuple, in the registers of lane `member`.
__device__ __forceinline__ Normalized member_normalized(const TupleRows& p, i64 tuple, u32 members,
                                                        u32 lane) {
  Normalized own = {0.0, 0.0, false};
#pragma unroll 1
  for (u32 l = 0; l < members; ++l) {
    double square = 0.0;
    const bool isPresent = is_present(p.present, tuple, l);
#pragma unroll 2
    for (u32 k = lane; isPresent && k < p.depth; k += kWarpSize) {
      const double x = load_element(p.member[l].rows, p.type, tuple * p.member[l].stride + k);
      square = fma(x, x, square);
    }
    square = warp_sum(square);
    if (lane == l) {
      own = normalized(square, p.leastNorm);
    }
  }
  return own;
}

__device__ __forceinline__ void prepare_elementwise(const PrepareElementwiseParams& p) {
  const i64 tuple = warp_row();
  if (tuple >= p.tuples.count) {
    return;
  }
  const u32 lane = threadIdx.x % kWarpSize;
  const Normalized own = member_normalized(p.tuples, tuple, p.members, lane);
  double scale = 1.0;
#pragma unroll 1
  for (u32 l = 0; l < p.members; ++l) {
    const double factor = __shfl_sync(kFullMask, own.scale, static_cast<int>(l));
    scale *= is_present(p.tuples.present, tuple, l) ? factor : 1.0;
  }
  double square = 0.0;
  double largest = 0.0;
  double inverse = 1.0;
  Grid grid;
#pragma unroll 1
  for (u32 pass = 0; pass < 2; ++pass) {
#pragma unroll 1
    for (u32 k = lane; k < p.tuples.depth; k += kWarpSize) {
      double product = scale;
#pragma unroll 1
      for (u32 l = 0; l < p.members; ++l) {
        if (is_present(p.tuples.present, tuple, l)) {
          product *= load_element(p.tuples.member[l].rows, p.tuples.type,
                                  tuple * p.tuples.member[l].stride + k);
        }
      }
      if (pass == 0) {
        square = fma(product, product, square);
        largest = larger(largest, product);
      } else {
        write_planes(p.planes[0], tuple, k, product * inverse, grid);
        write_planes(p.planes[1], tuple, k, product * inverse, grid);
      }
    }
    if (pass == 0) {
      const double unit = unit_of(largest);
      inverse = 1.0 / unit;
      grid = grid_of(sqrt(warp_sum(square)) * inverse);
      if (lane == 0) {
        p.factors[tuple] = unit;
      }
    }
  }
}

__device__ __forceinline__ void finish_elementwise(const FinishElementwiseParams& p) {
  const i64 tuple = warp_row();
  if (tuple >= p.tuples.count) {
    return;
  }
  const u32 lane = threadIdx.x % kWarpSize;
  const Normalized own = member_normalized(p.tuples, tuple, p.members, lane);
  const float* gradient = p.gradient + tuple * p.gradientStride;
  const double inverse = 1.0 / p.units[tuple];
#pragma unroll 1
  for (u32 l = 0; l < p.members; ++l) {
    if (p.out[l].to == nullptr) {
      continue;
    }
    const bool isPresent = is_present(p.tuples.present, tuple, l);
    const double scale = __shfl_sync(kFullMask, own.scale, static_cast<int>(l));
    const bool isProjected =
        __shfl_sync(kFullMask, own.isProjected ? 1 : 0, static_cast<int>(l)) != 0;
    double others = inverse;
#pragma unroll 1
    for (u32 m = 0; m < p.members; ++m) {
      const double factor = __shfl_sync(kFullMask, own.scale, static_cast<int>(m));
      others *= m != l && is_present(p.tuples.present, tuple, m) ? factor : 1.0;
    }
    // The gradient of the member after normalisation is gradient times the other members.
    double along = 0.0;
#pragma unroll 1
    for (u32 pass = isPresent && isProjected ? 0 : 1; pass < 2; ++pass) {
#pragma unroll 1
      for (u32 k = lane; k < p.tuples.depth; k += kWarpSize) {
        double value = 0.0;
        double x = 0.0;
        if (isPresent) {
          value = gradient[k] * others;
#pragma unroll 1
          for (u32 m = 0; m < p.members; ++m) {
            if (m != l && is_present(p.tuples.present, tuple, m)) {
              value *= load_element(p.tuples.member[m].rows, p.tuples.type,
                                    tuple * p.tuples.member[m].stride + k);
            }
          }
          x = scale * load_element(p.tuples.member[l].rows, p.tuples.type,
                                   tuple * p.tuples.member[l].stride + k);
        }
        if (pass == 0) {
          along = fma(value, x, along);
        } else {
          write_gradient(p.out[l], tuple, k, isPresent ? scale * (value - along * x) : 0.0);
        }
      }
      if (pass == 0) {
        along = warp_sum(along);
      }
    }
  }
}

}  // namespace gramian
