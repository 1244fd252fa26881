// matching: mean_i [log(exp(l_i0) + exp(l_i1)) - l_i,label] of logits [count, 2], and its gradient.
// Two launches: matching_rows writes the gradient and each block's part of the loss, matching_loss
// adds up the parts. A label that is neither 0 nor 1 makes the loss and the gradient of its row
// NaN, as a logit that is not finite does.
#include "gramian/device/block_sum.cuh"
#include "gramian/device/cross_entropy.cuh"
#include "gramian/device/tensor.cuh"
#include "gramian/op/matching_params.cuh"

namespace gramian::matching {

// By how much the other logit exceeds that of the label.
__device__ __forceinline__ double margin(double first, double second, i32 label) {
  const double nothing = __longlong_as_double(0x7ff8000000000000ll);
  // Of infinite logits this is NaN too.
  const double difference = (second - first) + 0.0 * (first + second);
  return label == 0 ? difference : label == 1 ? -difference : nothing;
}

__device__ __forceinline__ void run_rows(const RowsParams& p) {
  const double weight = read_scalar(p.gradLoss) / static_cast<double>(p.count);
  double loss = 0.0;
  for (i64 i = static_cast<i64>(blockIdx.x) * kThreads + threadIdx.x; i < p.count;
       i += static_cast<i64>(gridDim.x) * kThreads) {
    const i32 label = p.labels[i];
    const double x = margin(load_element(p.logits, p.logitsType, i * p.logitsStride),
                            load_element(p.logits, p.logitsType, i * p.logitsStride + 1), label);
    loss += cross_entropy(x);
    if (p.gradLogits != nullptr) {
      const double other = weight * others_share(x);
      const bool accumulate = p.accumulate != 0;
      const i64 at = i * p.gradStride;
      store_element(p.gradLogits, p.gradType, at, label == 0 ? -other : other, accumulate);
      store_element(p.gradLogits, p.gradType, at + 1, label == 0 ? other : -other, accumulate);
    }
  }
  loss = block_sum<kThreads>(loss);
  if (threadIdx.x == 0) {
    p.parts[blockIdx.x] = loss;
  }
}

__device__ __forceinline__ void run_loss(const LossParams& p) {
  double loss = 0.0;
  for (u32 block = threadIdx.x; block < p.blocks; block += kThreads) {
    loss += p.parts[block];
  }
  loss = block_sum<kThreads>(loss);
  if (threadIdx.x == 0) {
    store_element(p.loss, p.lossType, 0, loss / static_cast<double>(p.count), false);
  }
}

}  // namespace gramian::matching

GRAMIAN_KERNEL(matching_rows, gramian::matching::RowsParams, gramian::matching::kThreads) {
  gramian::matching::run_rows(p);
}

GRAMIAN_KERNEL(matching_loss, gramian::matching::LossParams, gramian::matching::kThreads) {
  gramian::matching::run_loss(p);
}
