// mmd: the mean kernels of the three passes, added up.
#include "gramian/pair/reduce.cuh"
#include "gramian/set/mmd_params.cuh"

namespace gramian::mmd {

__device__ __forceinline__ void add_part(const PartParams& p) {
  const double sum = p.weight * sum_of(p.sums, p.blocks, p.stride);
  if (threadIdx.x == 0) {
    if (p.isLast == 0) {
      p.parts[p.part] = sum;
    } else {
      store_element(p.loss, p.lossType, 0, p.parts[0] + p.parts[1] + sum, false);
    }
  }
}

}  // namespace gramian::mmd

GRAMIAN_KERNEL(mmd_part, gramian::mmd::PartParams, gramian::kRowThreads) {
  gramian::mmd::add_part(p);
}
