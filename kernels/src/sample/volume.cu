// volume: V = sqrt(det(X X^T)) per sample, of the unit vectors where asked for. A dead pivot gives
// V = 0 and no gradient.
#include "gramian/sample/determinant.cuh"

namespace gramian::volume {

// A norm is at least this where it is divided by.
constexpr double kLeastNorm = 1e-12;

struct Volume {
  template <u32 K>
  static __device__ __forceinline__ void prepare(const SampleParams& p,
                                                 SampleWorkspace<K>& workspace, u32 k, u32 lane) {
    if ((p.flags & kNormalize) == 0) {
      return;
    }
    if (lane < k) {
      const double norm = sqrt(workspace.matrix[packed(lane, lane)]);
      workspace.scale[lane] = norm < kLeastNorm ? 1.0 / kLeastNorm : 1.0 / norm;
    }
    __syncwarp();
#pragma unroll 1
    for (u32 entry = lane; entry < k * k; entry += kWarpSize) {
      const u32 i = entry / k;
      const u32 j = entry % k;
      if (j <= i) {
        workspace.matrix[packed(i, j)] *= workspace.scale[i] * workspace.scale[j];
      }
    }
    __syncwarp();
  }

  template <u32 K>
  static __device__ __forceinline__ double value(const SampleWorkspace<K>& workspace, u32 k, u32) {
    double determinant = 1.0;
#pragma unroll 1
    for (u32 i = 0; i < k; ++i) {
      const double pivot = workspace.matrix[packed(i, i)];
      determinant *= is_dead(pivot, workspace.diagonal[i]) ? 0.0 : pivot;
    }
    return sqrt(determinant);
  }

  static __device__ __forceinline__ double gradient_factor(const SampleParams& p, double volume) {
    return volume * (volume < p.minVolume ? volume / p.minVolume : 1.0);
  }

  template <u32 K>
  static __device__ __forceinline__ double coefficient(const SampleParams& p,
                                                       const SampleWorkspace<K>& workspace, u32 k,
                                                       u32 i, u32 j) {
    const double inverse = inverse_entry(workspace.inverse_factor, workspace.weight, k, i, j);
    if ((p.flags & kNormalize) == 0) {
      return inverse;
    }
    // A unit vector moves only across itself; one below the least norm is merely scaled.
    const bool projected = i == j && workspace.scale[i] < 1.0 / kLeastNorm;
    return workspace.scale[i] * workspace.scale[j] * (projected ? inverse - 1.0 : inverse);
  }
};

template <typename T, u32 K>
__device__ __forceinline__ void run(const SampleParams& p) {
  run_determinant<Volume, T, K>(p);
}

}  // namespace gramian::volume

GRAMIAN_SAMPLE_KERNELS(volume)
