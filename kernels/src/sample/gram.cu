// gram: G = X X^T per sample, and dX = (g + g^T) X for the upstream gradient g.
#include "gramian/sample/sample.cuh"

namespace gramian::gram {

template <u32 K>
__device__ __forceinline__ void write_gram(const SampleParams& p, i64 index, const double* matrix,
                                           u32 k, u32 lane) {
  float* output = p.output + index * p.outputBatchStride;
#pragma unroll 1
  for (u32 entry = lane; entry < k * k; entry += kWarpSize) {
    const u32 i = entry / k;
    const u32 j = entry % k;
    output[i * p.outputRowStride + j] = static_cast<float>(matrix[packed_symmetric(i, j)]);
  }
}

template <u32 K>
__device__ __forceinline__ void read_coefficients(const SampleParams& p, i64 index,
                                                  SampleWorkspace<K>& workspace, u32 k, u32 lane) {
  constexpr u32 kStride = SampleWorkspace<K>::kCoefficientStride;
  const float* g = p.gradOutput + index * p.gradOutputBatchStride;
#pragma unroll 1
  for (u32 entry = lane; entry < k * kStride; entry += kWarpSize) {
    const u32 i = entry / kStride;
    const u32 j = entry % kStride;
    workspace.coefficient[entry] =
        j < k ? g[i * p.gradOutputRowStride + j] + g[j * p.gradOutputRowStride + i] : 0.0f;
  }
  __syncwarp();
}

template <typename T, u32 K>
__device__ __forceinline__ void run(const SampleParams& p) {
  GRAMIAN_SHARED(SampleWorkspace<K>, workspaces, kSampleWarps);
  const i64 index = sample_index();
  if (index >= p.batch) {
    return;
  }
  SampleWorkspace<K>& workspace = workspaces[threadIdx.x / kWarpSize];
  SampleRows<T, K> rows = rows_of<T, K>(p, index);
  if (p.output != nullptr) {
    gram_pass(rows, workspace.matrix);
    write_gram<K>(p, index, workspace.matrix, rows.k, rows.lane);
  }
  if (p.gradVectors != nullptr) {
    read_coefficients<K>(p, index, workspace, rows.k, rows.lane);
    gradient_pass(rows, gradient_of<T>(p, index), workspace, false);
  }
}

}  // namespace gramian::gram

GRAMIAN_SAMPLE_KERNELS(gram)
