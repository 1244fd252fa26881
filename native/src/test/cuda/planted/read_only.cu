// Reads through the read-only path of memory that the kernel writes: they may give the old value.
#include "instructions.cuh"

KERNEL read_only_load_after_a_write(float* out, const float* in, u32 n, u32 spare) {
  out[global_index()] = in[threadIdx.x];
  out[global_index()] = load_read_only(out + global_index());  // fault
}

KERNEL read_only_load_after_a_write_mended(float* out, const float* in, u32 n, u32 spare) {
  out[global_index()] = load_read_only(in + threadIdx.x);
}

// Another block writes what this one reads, before it or after it.
KERNEL read_only_load_of_another_block(float* out, const float* in, u32 n, u32 spare) {
  if (blockIdx.x == 0) {
    out[threadIdx.x] = in[threadIdx.x];  // fault
  } else {
    out[global_index()] = load_read_only(out + threadIdx.x);  // fault
  }
}

KERNEL read_only_load_of_another_block_mended(float* out, const float* in, u32 n, u32 spare) {
  if (blockIdx.x == 0) {
    out[threadIdx.x] = in[threadIdx.x];
  } else {
    out[global_index()] = load_read_only(in + threadIdx.x);
  }
}

// The promise of __restrict__ makes the compiler take the read-only path; the test calls it with
// out = in.
KERNEL promise_that_is_broken(float* __restrict__ out, const float* __restrict__ in, u32 n,
                              u32 spare) {
  out[global_index()] = 2.0f * in[global_index()];  // fault
}

KERNEL promise_that_is_broken_mended(float* out, const float* in, u32 n, u32 spare) {
  out[global_index()] = 2.0f * in[global_index()];
}
