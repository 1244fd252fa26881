// A function that calls itself, without end.
#include "instructions.cuh"

__device__ __noinline__ u32 descend(volatile u32* depth) {
  volatile u32 frame[64];
  frame[0] = *depth + 1;
  return frame[0] == 0 ? 0 : descend(frame) + frame[0];
}

KERNEL recurses_forever(float* out, const float* in, u32 n, u32 spare) {
  volatile u32 zero = n;
  out[global_index()] = static_cast<float>(descend(&zero));
}
