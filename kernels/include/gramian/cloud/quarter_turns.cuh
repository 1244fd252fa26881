// Sine and cosine of angles in quarter turns. Measured so, an angle of any size is reduced without
// an error, and without the tables that radians need.
#pragma once

#include "gramian/platform/platform.cuh"

namespace gramian {

constexpr double kQuartersPerRadian = 0.63661977236758134;

// What remains of an angle: sine and cosine of the rest, at most half a quarter turn, and the
// number of whole quarters, 0 to 3.
struct ReducedAngle {
  float sine;
  float cosine;
  float quarters;

  // An infinite angle and NaN give NaN.
  __device__ __forceinline__ explicit ReducedAngle(float angle) {
    const float whole = rintf(angle);
    const float x = (angle - whole) * 1.57079632679f;
    quarters = whole - 4.0f * floorf(whole * 0.25f);
    // Taylor series; the next terms are below 3e-9 and 3e-10 at pi / 4.
    const float z = x * x;
    float s = fmaf(z, 2.75573192e-6f, -1.98412698e-4f);
    s = fmaf(z, s, 8.33333333e-3f);
    s = fmaf(z, s, -1.66666667e-1f);
    sine = fmaf(x * z, s, x);
    float c = fmaf(z, -2.75573192e-7f, 2.48015873e-5f);
    c = fmaf(z, c, -1.38888889e-3f);
    c = fmaf(z, c, 4.16666667e-2f);
    c = fmaf(z, c, -0.5f);
    cosine = fmaf(z, c, 1.0f);
  }
};

__device__ __forceinline__ float cosine_of_quarters(float angle) {
  const ReducedAngle a(angle);
  const float value = a.quarters == 1.0f || a.quarters == 3.0f ? a.sine : a.cosine;
  return a.quarters == 1.0f || a.quarters == 2.0f ? -value : value;
}

__device__ __forceinline__ float sine_of_quarters(float angle) {
  const ReducedAngle a(angle);
  const float value = a.quarters == 1.0f || a.quarters == 3.0f ? a.cosine : a.sine;
  return a.quarters == 2.0f || a.quarters == 3.0f ? -value : value;
}

}  // namespace gramian
