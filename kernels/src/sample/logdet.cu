// logdet: log det(X X^T + ridge I) per sample. A dead pivot counts as the smallest living one would
// and has no gradient.
#include "gramian/sample/determinant.cuh"

namespace gramian::logdet {

struct LogDeterminant {
  template <u32 K>
  static __device__ __forceinline__ void prepare(const SampleParams& p,
                                                 SampleWorkspace<K>& workspace, u32 k, u32 lane) {
    if (lane < k) {
      workspace.matrix[packed(lane, lane)] += p.ridge;
    }
    __syncwarp();
  }

  template <u32 K>
  static __device__ __forceinline__ double value(const SampleWorkspace<K>& workspace, u32 k,
                                                 u32 lane) {
    double logarithm = 0.0;
    if (lane < k) {
      const double pivot = workspace.matrix[packed(lane, lane)];
      const double diagonal = workspace.diagonal[lane];
      const double least = fmax(kDeadPivotRatio * diagonal, kDeadDiagonal);
      logarithm = log(is_dead(pivot, diagonal) ? least : pivot);
    }
    return warp_sum(logarithm);
  }

  static __device__ __forceinline__ double gradient_factor(const SampleParams&, double) {
    return 2.0;
  }

  template <u32 K>
  static __device__ __forceinline__ double coefficient(const SampleParams&,
                                                       const SampleWorkspace<K>& workspace, u32 k,
                                                       u32 i, u32 j) {
    return inverse_entry(workspace.inverse_factor, workspace.weight, k, i, j);
  }
};

template <typename T, u32 K>
__device__ __forceinline__ void run(const SampleParams& p) {
  run_determinant<LogDeterminant, T, K>(p);
}

}  // namespace gramian::logdet

GRAMIAN_SAMPLE_KERNELS(logdet)
