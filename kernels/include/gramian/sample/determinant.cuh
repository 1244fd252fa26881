// Forward and backward of an op that is a function of the pivots of a sample's Gram matrix (logdet,
// volume). The op is a struct of static functions, each reached by all lanes of the warp:
//   prepare(p, workspace, k, lane)      changes workspace.matrix, still unfactorised, and ends with
//                                       __syncwarp
//   value(workspace, k, lane)           the output, the same on every lane, from the pivots
//   gradient_factor(p, value)           d output / dX = factor * C X, C symmetric ...
//   coefficient(p, workspace, k, i, j)  ... and its entry (i, j), from workspace.inverse_factor and
//                                       workspace.weight
#pragma once

#include "gramian/device/factor.cuh"
#include "gramian/sample/sample.cuh"

namespace gramian {

// Below this ratio of a pivot to its diagonal entry, the error of products summed in float is no
// longer small against the pivot, and the sample is computed again in double.
constexpr double kPrecisePivotRatio = 1.0 / 64.0;

// Turns the Gram matrix in the workspace into its factors. Returns, on every lane, whether sums in
// float leave a pivot in doubt: it is small, zero, infinite or NaN.
template <typename Op, u32 K>
__device__ __forceinline__ bool factorize_sample(const SampleParams& p,
                                                 SampleWorkspace<K>& workspace, u32 k, u32 lane) {
  Op::prepare(p, workspace, k, lane);
  factorize(workspace.matrix, workspace.diagonal, k, lane);
  bool doubtful = false;
  if (lane < k) {
    const double pivot = workspace.matrix[packed(lane, lane)];
    const double diagonal = workspace.diagonal[lane];
    workspace.weight[lane] = is_dead(pivot, diagonal) ? 0.0 : 1.0 / pivot;
    doubtful = !(pivot > kPrecisePivotRatio * diagonal) || !(diagonal > kDeadDiagonal);
  }
  __syncwarp();
  return __any_sync(kFullMask, doubtful) != 0;
}

// Writes the coefficients of the gradient, times `factor`, in float to workspace.coefficient or in
// double over the factors in workspace.matrix.
template <typename Op, u32 K>
__device__ __forceinline__ void write_coefficients(const SampleParams& p,
                                                   SampleWorkspace<K>& workspace, u32 k, u32 lane,
                                                   double factor, bool precise) {
  constexpr u32 kStride = SampleWorkspace<K>::kCoefficientStride;
  invert_unit_lower(workspace.matrix, workspace.inverse_factor, k, lane);
#pragma unroll 1
  for (u32 entry = lane; entry < k * kStride; entry += kWarpSize) {
    const u32 i = entry / kStride;
    const u32 j = entry % kStride;
    const double c = j < k ? factor * Op::coefficient(p, workspace, k, i, j) : 0.0;
    if (!precise) {
      workspace.coefficient[entry] = static_cast<float>(c);
    } else if (j <= i) {
      workspace.matrix[packed(i, j)] = c;
    }
  }
  __syncwarp();
}

template <typename Op, typename T, u32 K>
__device__ __forceinline__ void run_determinant(const SampleParams& p) {
  GRAMIAN_SHARED(SampleWorkspace<K>, workspaces, kSampleWarps);
  const i64 index = sample_index();
  if (index >= p.batch) {
    return;
  }
  SampleWorkspace<K>& workspace = workspaces[threadIdx.x / kWarpSize];
  SampleRows<T, K> rows = rows_of<T, K>(p, index);

  gram_pass(rows, workspace.matrix);
  const bool precise = factorize_sample<Op>(p, workspace, rows.k, rows.lane);
  if (precise) {
    precise_gram_pass(rows, workspace.matrix);
    factorize_sample<Op>(p, workspace, rows.k, rows.lane);
  }
  const double value = Op::value(workspace, rows.k, rows.lane);
  if (p.output != nullptr && rows.lane == 0) {
    p.output[index * p.outputBatchStride] = static_cast<float>(value);
  }
  if (p.gradVectors == nullptr) {
    return;
  }
  const double upstream = p.gradOutput[index * p.gradOutputBatchStride];
  write_coefficients<Op>(p, workspace, rows.k, rows.lane, upstream * Op::gradient_factor(p, value),
                         precise);
  gradient_pass(rows, gradient_of<T>(p, index), workspace, precise);
}

}  // namespace gramian
