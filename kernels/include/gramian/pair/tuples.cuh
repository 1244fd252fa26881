// Tuples whose score is a function of their Gram matrix: the numbers that their score wants, and in
// the end the gradients of their members.
#pragma once

#include "gramian/gemm/rows.cuh"
#include "gramian/pair/row_params.cuh"
#include "gramian/pair/score/score.cuh"

namespace gramian {

// The Gram matrix of a tuple's members after normalisation, on all lanes of a warp. An absent
// member is a unit vector orthogonal to everything, with a factor of 0.
template <u32 N>
struct TupleGram {
  double gram[packed_size(N)];
  double scale[N];
  bool isProjected[N];

  __device__ __forceinline__ TupleGram(const TupleRows& rows, i64 tuple, u32 lane) {
    bool isPresent[N];
#pragma unroll
    for (u32 l = 0; l < N; ++l) {
      isPresent[l] = is_present(rows.present, tuple, l);
    }
#pragma unroll
    for (u32 t = 0; t < packed_size(N); ++t) {
      gram[t] = 0.0;
    }
#pragma unroll 1
    for (u32 k = lane; k < rows.depth; k += kWarpSize) {
      double x[N];
#pragma unroll
      for (u32 l = 0; l < N; ++l) {
        x[l] = isPresent[l]
                   ? load_element(rows.member[l].rows, rows.type, tuple * rows.member[l].stride + k)
                   : 0.0;
#pragma unroll
        for (u32 m = 0; m <= l; ++m) {
          gram[packed(l, m)] = fma(x[l], x[m], gram[packed(l, m)]);
        }
      }
    }
#pragma unroll
    for (u32 t = 0; t < packed_size(N); ++t) {
      gram[t] = warp_sum(gram[t]);
    }
#pragma unroll
    for (u32 l = 0; l < N; ++l) {
      const Normalized n = normalized(gram[packed(l, l)], rows.leastNorm);
      scale[l] = isPresent[l] ? n.scale : 0.0;
      isProjected[l] = isPresent[l] && n.isProjected;
      gram[packed(l, l)] = isPresent[l] ? n.norm : 1.0;
#pragma unroll
      for (u32 m = 0; m < l; ++m) {
        gram[packed(l, m)] *= scale[l] * scale[m];
      }
    }
  }
};

template <typename Score>
__device__ __forceinline__ void prepare_tuples(const PrepareTuplesParams& p) {
  const i64 tuple = warp_row();
  if (tuple >= p.tuples.count) {
    return;
  }
  const u32 lane = threadIdx.x % kWarpSize;
  const TupleGram<Score::kMembers> rows(p.tuples, tuple, lane);
  double scale[Score::kMembers];
#pragma unroll
  for (u32 l = 0; l < Score::kMembers; ++l) {
    scale[l] = rows.scale[l] * p.tuples.member[l].units[tuple];
  }
  double factor[Score::kFactors];
  Score::prepare(rows.gram, scale, factor);
  if (lane == 0) {
#pragma unroll
    for (u32 t = 0; t < Score::kFactors; ++t) {
      p.factors[tuple * Score::kFactors + t] = factor[t];
    }
  }
}

template <typename Score>
__device__ __forceinline__ void finish_tuples(const FinishTuplesParams& p) {
  constexpr u32 N = Score::kMembers;
  GRAMIAN_SHARED(double, grams, kRowWarps* packed_size(N));
  const i64 tuple = warp_row();
  if (tuple >= p.tuples.count) {
    return;
  }
  const u32 lane = threadIdx.x % kWarpSize;
  const TupleGram<N> rows(p.tuples, tuple, lane);
  // The registers hold the factor of the Gram matrix and as many products: not the matrix, too.
  double* gram = grams + threadIdx.x / kWarpSize * packed_size(N);
  if (lane == 0) {
#pragma unroll
    for (u32 t = 0; t < packed_size(N); ++t) {
      gram[t] = rows.gram[t];
    }
  }
  __syncwarp();
  const float* gradient = p.gradient + tuple * p.gradientStride;

  // Inner products of the gradients with the members, later the factors of the members in them.
  double products[N][N];
#pragma unroll
  for (u32 l = 0; l < N; ++l) {
#pragma unroll
    for (u32 m = 0; m < N; ++m) {
      products[l][m] = 0.0;
    }
  }
#pragma unroll 1
  for (u32 k = lane; k < p.tuples.depth; k += kWarpSize) {
    double x[N];
#pragma unroll
    for (u32 l = 0; l < N; ++l) {
      x[l] = rows.scale[l] == 0.0 ? 0.0
                                  : load_element(p.tuples.member[l].rows, p.tuples.type,
                                                 tuple * p.tuples.member[l].stride + k);
    }
#pragma unroll
    for (u32 l = 0; l < N; ++l) {
      const double g = gradient[l * p.gradientMember + k];
#pragma unroll
      for (u32 m = 0; m < N; ++m) {
        products[l][m] = fma(g, x[m], products[l][m]);
      }
    }
  }
  // Of the gradients with respect to the members after normalisation.
#pragma unroll
  for (u32 l = 0; l < N; ++l) {
    const double inverse =
        rows.scale[l] == 0.0 ? 0.0 : 1.0 / (rows.scale[l] * p.tuples.member[l].units[tuple]);
#pragma unroll
    for (u32 m = 0; m < N; ++m) {
      products[l][m] = warp_sum(products[l][m]) * rows.scale[m] * inverse;
    }
  }
  double sums[sum_count<Score>()] = {};
#pragma unroll 1
  for (u32 s = 0; s < p.slices; ++s) {
#pragma unroll
    for (u32 t = 0; t < Score::kSums; ++t) {
      sums[t] += p.sums[(static_cast<i64>(s) * p.tuples.count + tuple) * Score::kSums + t];
    }
  }
  double alongs[N];
#pragma unroll
  for (u32 l = 0; l < N; ++l) {
    alongs[l] = products[l][l];
  }
  Score::own(rows.gram, sums, products);

  // A member that is normalised moves only across itself.
#pragma unroll
  for (u32 l = 0; l < N; ++l) {
    if (rows.isProjected[l]) {
      double along = alongs[l];
#pragma unroll
      for (u32 m = 0; m < N; ++m) {
        along = fma(products[l][m], gram[packed_symmetric(l, m)], along);
      }
      products[l][l] -= along;
    }
#pragma unroll
    for (u32 m = 0; m < N; ++m) {
      products[l][m] *= rows.scale[l] * rows.scale[m];
    }
  }
  double inverse[N];
#pragma unroll
  for (u32 l = 0; l < N; ++l) {
    inverse[l] = 1.0 / p.tuples.member[l].units[tuple];
  }
#pragma unroll 1
  for (u32 k = lane; k < p.tuples.depth; k += kWarpSize) {
    double x[N];
#pragma unroll
    for (u32 l = 0; l < N; ++l) {
      x[l] = rows.scale[l] == 0.0 ? 0.0
                                  : load_element(p.tuples.member[l].rows, p.tuples.type,
                                                 tuple * p.tuples.member[l].stride + k);
    }
#pragma unroll
    for (u32 l = 0; l < N; ++l) {
      if (p.out[l].to != nullptr) {
        double value = rows.scale[l] == 0.0 ? 0.0 : gradient[l * p.gradientMember + k] * inverse[l];
#pragma unroll
        for (u32 m = 0; m < N; ++m) {
          value = fma(products[l][m], x[m], value);
        }
        write_gradient(p.out[l], tuple, k, value);
      }
    }
  }
}

}  // namespace gramian
