// sample-negatives: for each anchor the tuple with the greatest log(p + 1e-4) + Gumbel noise, its
// own left out, out of the scores of a chunk. A block has an anchor.
#include "gramian/device/philox.cuh"
#include "gramian/gemm/rows.cuh"
#include "gramian/op/sample_negatives_params.cuh"

namespace gramian::sample_negatives {

constexpr u32 kNone = 0xffffffffu;

// The one that is drawn: the greater key, of equal ones the lower index. NaN is never greater.
__device__ __forceinline__ Draw better(const Draw& a, const Draw& b) {
  const bool takesB = b.index != kNone &&
                      (a.index == kNone || b.key > a.key || (b.key == a.key && b.index < a.index));
  return takesB ? b : a;
}

__device__ __forceinline__ void draw(const DrawParams& p) {
  GRAMIAN_SHARED(Draw, parts, kRowWarps);
  const u32 anchor = p.anchorBegin + blockIdx.x;
  const u32 label =
      p.labels == nullptr ? anchor : static_cast<u32>(p.labels[anchor * p.labelStride]);
  const u32 step = p.step == nullptr ? 0 : static_cast<u32>(*p.step);
  const float* scores = p.scores + blockIdx.x * p.stride;
  const PeakedSum sum = p.sums[anchor];
  const double scale2 = p.scalars->rowScale * 1.4426950408889634;
  Draw best = {0.0, kNone};
#pragma unroll 1
  for (u32 column = threadIdx.x; column < p.tuples; column += kRowThreads) {
    const u32 tuple = p.tupleBegin + column;
    if (tuple != label) {
      const double probability = exp2((scores[column] - sum.peak) * scale2 - sum.log);
      const double noise = -log(-log(uniform(philox(p.seed, tuple, anchor, step, 0))));
      const double key = log(probability + p.floor) + noise;
      // Where all is NaN, the first one is drawn.
      best = better(best, {key == key ? key : -1e300, tuple});
    }
  }
#pragma unroll
  for (u32 mask = kWarpSize / 2; mask > 0; mask /= 2) {
    Draw other;
    other.key = __shfl_xor_sync(kFullMask, best.key, static_cast<int>(mask));
    other.index = __shfl_xor_sync(kFullMask, best.index, static_cast<int>(mask));
    best = better(best, other);
  }
  if (threadIdx.x % kWarpSize == 0) {
    parts[threadIdx.x / kWarpSize] = best;
  }
  __syncthreads();
  if (threadIdx.x == 0) {
    best = p.tupleBegin == 0 ? Draw{0.0, kNone} : p.best[anchor];
#pragma unroll
    for (u32 w = 0; w < kRowWarps; ++w) {
      best = better(best, parts[w]);
    }
    p.best[anchor] = best;
    if (p.isLast != 0) {
      p.indices[anchor * p.indicesStride] = static_cast<i32>(best.index);
    }
  }
}

}  // namespace gramian::sample_negatives

GRAMIAN_KERNEL(sample_negatives_draw, gramian::sample_negatives::DrawParams, gramian::kRowThreads) {
  gramian::sample_negatives::draw(p);
}
