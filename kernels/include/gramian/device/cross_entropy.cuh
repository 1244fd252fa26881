// The cross-entropy of a target, log(exp(t) + sum of exp of the others) - t, from what the others
// weigh against it: x = log(sum of exp of the others) - t. Where the target has nearly all of the
// probability the loss is the small part that the others have, which would be lost in a sum that
// holds the target too. So sums over scores leave the targets out, and these join at the end.
#pragma once

#include "gramian/platform/platform.cuh"

namespace gramian {

// What the others weigh against a target: x. NaN where the target is not finite.
__device__ __forceinline__ double target_margin(double others, double target) {
  return (others - target) + 0.0 * target;
}

// log(1 + e^x).
__device__ __forceinline__ double cross_entropy(double x) {
  // A comparison with NaN is false.
  return (x < 0.0 ? 0.0 : x) + log1p(exp(-fabs(x)));
}

// The probability of the others, 1 / (1 + e^-x): the derivative of the loss by x.
__device__ __forceinline__ double others_share(double x) {
  const double tail = exp(-fabs(x));
  return (x < 0.0 ? tail : 1.0) / (1.0 + tail);
}

}  // namespace gramian
