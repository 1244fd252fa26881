// The cross-entropy of a target, log(exp(t) + sum of exp of the others) - t, from what the others
// weigh against it: x = log(sum of exp of the others) - t. Where the target has nearly all of the
// probability the loss is the small part that the others have, which would be lost in a sum that
// holds the target too. So sums over scores leave the targets out, and these join at the end.
#pragma once

#include "gramian/platform/platform.cuh"

namespace gramian {

constexpr double kLog2E = 1.4426950408889634;

// Of the least factor, and the greatest, a difference of floats makes as much as of any beyond: no
// difference at all, or all there is.
constexpr double kLeastScale = 3.2e-37;
constexpr double kGreatestScale = 3.4e38;

// What takes differences of scores to exponents of 2, from what takes scores to logits: within the
// range of float, NaN if it is not finite.
__device__ __forceinline__ float exponent_scale(double scale) {
  const double magnitude = fmin(fmax(fabs(scale) * kLog2E, kLeastScale), kGreatestScale);
  return static_cast<float>((scale < 0.0 ? -magnitude : magnitude) + 0.0 * scale);
}

// What the others weigh against a target: x, but NaN where the target is not finite.
__device__ __forceinline__ double target_margin(double x, double target) {
  return x + 0.0 * target;
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
