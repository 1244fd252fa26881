// Kernels that do not end as they should.
#include "instructions.cuh"

KERNEL waits_for_memory_forever(float* out, const float* in, u32 n, u32 spare) {
  const volatile float* v = in;
  while (v[threadIdx.x] != -1.0f) {  // fault
  }
  out[global_index()] = 1.0f;
}

KERNEL computes_forever(float* out, const float* in, u32 n, u32 spare) {
  u32 x = n;
  do {
    x = x * 1664525u + 1013904223u;  // fault
  } while (x != spare || n != 0);    // fault
  out[global_index()] = static_cast<float>(x);
}

KERNEL waits_at_barriers_forever(float* out, const float* in, u32 n, u32 spare) {
  while (__syncthreads_or(in[0] != -1.0f) != 0) {  // fault
  }
  out[global_index()] = 1.0f;
}

KERNEL divides_by_zero(float* out, const float* in, u32 n, u32 spare) {
  out[global_index()] = static_cast<float>(7u / spare);  // fault
}

KERNEL traps(float* out, const float* in, u32 n, u32 spare) {
  if (global_index() == 70) {
    __trap();  // fault
  }
}

KERNEL asserts(float* out, const float* in, u32 n, u32 spare) {
  assert(global_index() != 70 && "an odd one");  // fault
  out[global_index()] = in[threadIdx.x];
}

KERNEL more_shared_memory_than_there_is(float* out, const float* in, u32 n, u32 spare) {
  __shared__ float tile[1024];
  tile[threadIdx.x] = in[threadIdx.x];
  out[global_index()] = tile[threadIdx.x];
}

// A lock that the lanes of one warp take in turn needs independent thread scheduling; it ends.
KERNEL lock_within_a_warp(float* out, const float* in, u32 n, u32 spare) {
  u32* lock = reinterpret_cast<u32*>(const_cast<float*>(in));
  bool done = false;
  while (!done) {
    if (atomicCAS(lock, 0u, 1u) == 0u) {
      __threadfence();
      const u32 count = load_acquire(lock + 1);
      store_release(lock + 1, count + 1);
      __threadfence();
      atomicExch(lock, 0u);
      done = true;
    }
  }
  out[global_index()] = 1.0f;
}
