// set-clip: the upstream gradients of its parts, and what they add up to.
#include "gramian/gemm/rows.cuh"
#include "gramian/set/set_clip_params.cuh"

namespace gramian::set_clip {

__device__ __forceinline__ void begin(const BeginParams& p) {
  if (threadIdx.x < kParts) {
    p.upstreams[threadIdx.x] = read_scalar(p.upstream) * p.weights[threadIdx.x];
  }
}

__device__ __forceinline__ void write_loss(const LossParams& p) {
  if (threadIdx.x == 0) {
    double sum = 0.0;
#pragma unroll
    for (u32 part = 0; part < kParts; ++part) {
      sum += p.weights[part] * p.losses[part];
    }
    store_element(p.loss, p.lossType, 0, sum, false);
  }
}

// A warp has a row.
__device__ __forceinline__ void gradient(const GradientParams& p) {
  const i64 row = warp_row();
  if (row >= p.count) {
    return;
  }
#pragma unroll 2
  for (u32 k = threadIdx.x % kWarpSize; k < p.depth; k += kWarpSize) {
    write_gradient(p.out, row, k, p.gradient[row * p.depth + k]);
  }
}

}  // namespace gramian::set_clip

GRAMIAN_KERNEL(set_clip_begin, gramian::set_clip::BeginParams, gramian::kRowThreads) {
  gramian::set_clip::begin(p);
}

GRAMIAN_KERNEL(set_clip_loss, gramian::set_clip::LossParams, gramian::kRowThreads) {
  gramian::set_clip::write_loss(p);
}

GRAMIAN_KERNEL(set_clip_gradient, gramian::set_clip::GradientParams, gramian::kRowThreads) {
  gramian::set_clip::gradient(p);
}
