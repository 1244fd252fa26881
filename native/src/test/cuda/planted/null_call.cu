// A call by a pointer that nothing was written to but zero.
#include "instructions.cuh"

using Function = float (*)(float);
__device__ Function chosen;

KERNEL calls_a_null_function(float* out, const float* in, u32 n, u32 spare) {
  out[global_index()] = chosen(in[threadIdx.x]);  // fault
}
