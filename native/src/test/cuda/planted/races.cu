// Two accesses to the same bytes, one of them a plain write, that nothing orders.
#include "instructions.cuh"

extern __shared__ float tile[];

KERNEL reversal_without_barrier(float* out, const float* in, u32 n, u32 spare) {
  tile[threadIdx.x] = in[threadIdx.x];                       // fault
  out[global_index()] = tile[blockDim.x - 1 - threadIdx.x];  // fault
}

KERNEL reversal_without_barrier_mended(float* out, const float* in, u32 n, u32 spare) {
  tile[threadIdx.x] = in[threadIdx.x];
  __syncthreads();
  out[global_index()] = tile[blockDim.x - 1 - threadIdx.x];
}

// The second round's writes meet the first round's reads.
KERNEL rounds_with_one_barrier(float* out, const float* in, u32 n, u32 spare) {
  for (u32 round = 0; round < 3; ++round) {
    tile[threadIdx.x] = in[threadIdx.x] + static_cast<float>(round);  // fault
    __syncthreads();
    out[global_index()] = tile[blockDim.x - 1 - threadIdx.x];  // fault
  }
}

KERNEL rounds_with_one_barrier_mended(float* out, const float* in, u32 n, u32 spare) {
  for (u32 round = 0; round < 3; ++round) {
    tile[threadIdx.x] = in[threadIdx.x] + static_cast<float>(round);
    __syncthreads();
    out[global_index()] = tile[blockDim.x - 1 - threadIdx.x];
    __syncthreads();
  }
}

// Two buffers and one barrier a round are enough; here the buffers change places too late.
KERNEL buffers_swapped_too_late(float* out, const float* in, u32 n, u32 spare) {
  float sum = 0.0f;
  for (u32 round = 0; round < 4; ++round) {
    float* buffer = tile + (round / 2 % 2) * blockDim.x;
    buffer[threadIdx.x] = in[threadIdx.x] + static_cast<float>(round);  // fault
    __syncthreads();
    sum += buffer[blockDim.x - 1 - threadIdx.x];  // fault
  }
  out[global_index()] = sum;
}

KERNEL buffers_swapped_too_late_mended(float* out, const float* in, u32 n, u32 spare) {
  float sum = 0.0f;
  for (u32 round = 0; round < 4; ++round) {
    float* buffer = tile + (round % 2) * blockDim.x;
    buffer[threadIdx.x] = in[threadIdx.x] + static_cast<float>(round);
    __syncthreads();
    sum += buffer[blockDim.x - 1 - threadIdx.x];
  }
  out[global_index()] = sum;
}

KERNEL tree_without_barriers(float* out, const float* in, u32 n, u32 spare) {
  tile[threadIdx.x] = in[threadIdx.x];
  __syncthreads();
  for (u32 half = blockDim.x / 2; half > 0; half /= 2) {
    if (threadIdx.x < half) {
      tile[threadIdx.x] += tile[threadIdx.x + half];  // fault
    }
  }
  if (threadIdx.x == 0) {
    out[blockIdx.x] = tile[0];  // fault
  }
}

KERNEL tree_without_barriers_mended(float* out, const float* in, u32 n, u32 spare) {
  tile[threadIdx.x] = in[threadIdx.x];
  __syncthreads();
  for (u32 half = blockDim.x / 2; half > 0; half /= 2) {
    if (threadIdx.x < half) {
      tile[threadIdx.x] += tile[threadIdx.x + half];
    }
    __syncthreads();
  }
  if (threadIdx.x == 0) {
    out[blockIdx.x] = tile[0];
  }
}

// ---- within a warp

// What ran in lockstep before Volta: volatile orders nothing between lanes.
KERNEL last_warp_in_lockstep(float* out, const float* in, u32 n, u32 spare) {
  volatile float* t = tile;
  t[threadIdx.x] = in[threadIdx.x];
  __syncthreads();
  if (threadIdx.x < 32) {
    t[threadIdx.x] += t[threadIdx.x + 32];  // fault
    t[threadIdx.x] += t[threadIdx.x + 16];  // fault
    t[threadIdx.x] += t[threadIdx.x + 8];   // fault
    t[threadIdx.x] += t[threadIdx.x + 4];   // fault
    t[threadIdx.x] += t[threadIdx.x + 2];   // fault
    t[threadIdx.x] += t[threadIdx.x + 1];   // fault
    if (threadIdx.x == 0) {
      out[blockIdx.x] = t[0];
    }
  }
}

KERNEL last_warp_in_lockstep_mended(float* out, const float* in, u32 n, u32 spare) {
  volatile float* t = tile;
  t[threadIdx.x] = in[threadIdx.x];
  __syncthreads();
  if (threadIdx.x < 32) {
    float sum = t[threadIdx.x] + t[threadIdx.x + 32];
    for (u32 distance = 16; distance > 0; distance /= 2) {
      sum += __shfl_down_sync(kFull, sum, distance);
    }
    if (threadIdx.x == 0) {
      out[blockIdx.x] = sum;
    }
  }
}

KERNEL exchange_without_syncwarp(float* out, const float* in, u32 n, u32 spare) {
  tile[threadIdx.x] = in[threadIdx.x];          // fault
  out[global_index()] = tile[threadIdx.x ^ 1];  // fault
}

KERNEL exchange_without_syncwarp_mended(float* out, const float* in, u32 n, u32 spare) {
  tile[threadIdx.x] = in[threadIdx.x];
  __syncwarp();
  out[global_index()] = tile[threadIdx.x ^ 1];
}

// A shuffle brings lanes together and orders no memory accesses.
KERNEL exchange_with_a_shuffle(float* out, const float* in, u32 n, u32 spare) {
  tile[threadIdx.x] = in[threadIdx.x];  // fault
  const float one = __shfl_xor_sync(kFull, 1.0f, 1);
  out[global_index()] = one * tile[threadIdx.x ^ 1];  // fault
}

KERNEL exchange_with_a_shuffle_mended(float* out, const float* in, u32 n, u32 spare) {
  const float other = __shfl_xor_sync(kFull, in[threadIdx.x], 1);
  out[global_index()] = other;
}

KERNEL halves_of_a_warp(float* out, const float* in, u32 n, u32 spare) {
  tile[threadIdx.x] = in[threadIdx.x];  // fault
  __syncwarp((threadIdx.x & 16) != 0 ? 0xffff0000u : 0x0000ffffu);
  out[global_index()] = tile[threadIdx.x ^ 16];  // fault
}

KERNEL halves_of_a_warp_mended(float* out, const float* in, u32 n, u32 spare) {
  tile[threadIdx.x] = in[threadIdx.x];
  __syncwarp((threadIdx.x & 16) != 0 ? 0xffff0000u : 0x0000ffffu);
  out[global_index()] = tile[threadIdx.x ^ 8];
}

KERNEL histogram_without_atomics(float* out, const float* in, u32 n, u32 spare) {
  u32* bins = reinterpret_cast<u32*>(tile);
  if (threadIdx.x < 8) {
    bins[threadIdx.x] = 0;
  }
  __syncthreads();
  bins[threadIdx.x % 8] += 1;  // fault
  __syncthreads();
  out[global_index()] = static_cast<float>(bins[threadIdx.x % 8]);
}

KERNEL histogram_without_atomics_mended(float* out, const float* in, u32 n, u32 spare) {
  u32* bins = reinterpret_cast<u32*>(tile);
  if (threadIdx.x < 8) {
    bins[threadIdx.x] = 0;
  }
  __syncthreads();
  atomicAdd(bins + threadIdx.x % 8, 1u);
  __syncthreads();
  out[global_index()] = static_cast<float>(bins[threadIdx.x % 8]);
}

// ---- barriers that order others

// The barrier of a warp orders nothing for another.
KERNEL barrier_of_one_warp(float* out, const float* in, u32 n, u32 spare) {
  tile[threadIdx.x] = in[threadIdx.x];  // fault
  sync_threads(threadIdx.x / 32 + 1, 32);
  out[global_index()] = tile[threadIdx.x ^ 32];  // fault
}

KERNEL barrier_of_one_warp_mended(float* out, const float* in, u32 n, u32 spare) {
  tile[threadIdx.x] = in[threadIdx.x];
  sync_threads(1, 64);
  out[global_index()] = tile[threadIdx.x ^ 32];
}

// The consumer waits; the producer arrives before it has written.
KERNEL arrival_before_the_write(float* out, const float* in, u32 n, u32 spare) {
  if (threadIdx.x < 32) {
    arrive(1, 64);
    tile[threadIdx.x] = in[threadIdx.x];  // fault
  } else {
    sync_threads(1, 64);
    out[global_index()] = tile[threadIdx.x - 32];  // fault
  }
}

KERNEL arrival_before_the_write_mended(float* out, const float* in, u32 n, u32 spare) {
  if (threadIdx.x < 32) {
    tile[threadIdx.x] = in[threadIdx.x];
    arrive(1, 64);
  } else {
    sync_threads(1, 64);
    out[global_index()] = tile[threadIdx.x - 32];
  }
}

// ---- between blocks

KERNEL blocks_write_one_place(float* out, const float* in, u32 n, u32 spare) {
  if (threadIdx.x == 0) {
    out[0] = in[blockIdx.x];  // fault
  }
}

KERNEL blocks_write_one_place_mended(float* out, const float* in, u32 n, u32 spare) {
  if (threadIdx.x == 0) {
    out[blockIdx.x] = in[blockIdx.x];
  }
}

// A stencil in place reads what the next block writes.
KERNEL stencil_in_place(float* out, const float* in, u32 n, u32 spare) {
  float* values = const_cast<float*>(in);
  const u32 i = global_index();
  const float next = i + 1 < n ? values[i + 1] : 0.0f;  // fault
  __syncthreads();
  values[i] = next;  // fault
}

KERNEL stencil_in_place_mended(float* out, const float* in, u32 n, u32 spare) {
  const u32 i = global_index();
  out[i] = i + 1 < n ? in[i + 1] : 0.0f;
}

KERNEL halves_of_a_word(float* out, const float* in, u32 n, u32 spare) {
  reinterpret_cast<u16*>(out)[global_index() / 2] = static_cast<u16>(threadIdx.x);  // fault
}

KERNEL halves_of_a_word_mended(float* out, const float* in, u32 n, u32 spare) {
  reinterpret_cast<u16*>(out)[global_index()] = static_cast<u16>(threadIdx.x);
}

KERNEL atomics_and_a_plain_write(float* out, const float* in, u32 n, u32 spare) {
  u32* count = reinterpret_cast<u32*>(const_cast<float*>(in));
  if (threadIdx.x == 0) {
    *count += 1u;  // fault
  } else {
    atomicAdd(count, 1u);  // fault
  }
}

KERNEL atomics_and_a_plain_write_mended(float* out, const float* in, u32 n, u32 spare) {
  u32* count = reinterpret_cast<u32*>(const_cast<float*>(in));
  atomicAdd(count, 1u);
}

// One block writes a value and raises a flag, the other waits for the flag. in[1] is the flag.
KERNEL flag_without_release(float* out, const float* in, u32 n, u32 spare) {
  float* values = const_cast<float*>(in);
  volatile u32* flag = reinterpret_cast<volatile u32*>(values + 1);
  if (threadIdx.x == 0) {
    if (blockIdx.x == 0) {
      values[0] = 7.0f;  // fault
      *flag = 1u;        // fault
    } else {
      while (*flag == 0u) {  // fault
      }
      out[0] = values[0];  // fault
    }
  }
}

KERNEL flag_without_release_mended(float* out, const float* in, u32 n, u32 spare) {
  float* values = const_cast<float*>(in);
  u32* flag = reinterpret_cast<u32*>(values + 1);
  if (threadIdx.x == 0) {
    if (blockIdx.x == 0) {
      values[0] = 7.0f;
      store_release(flag, 1u);
    } else {
      while (load_acquire(flag) == 0u) {
      }
      out[0] = values[0];
    }
  }
}

// The block that comes last adds up the others' sums. in[0], as a number, counts the blocks.
KERNEL last_block_without_fence(float* out, const float* in, u32 n, u32 spare) {
  u32* count = reinterpret_cast<u32*>(const_cast<float*>(in));
  if (threadIdx.x == 0) {
    out[1 + blockIdx.x] = 1.0f;  // fault
    if (atomicAdd(count, 1u) == gridDim.x - 1) {
      float sum = 0.0f;
      for (u32 i = 0; i < gridDim.x; ++i) {
        sum += out[1 + i];  // fault
      }
      out[0] = sum;
    }
  }
}

KERNEL last_block_without_fence_mended(float* out, const float* in, u32 n, u32 spare) {
  u32* count = reinterpret_cast<u32*>(const_cast<float*>(in));
  if (threadIdx.x == 0) {
    out[1 + blockIdx.x] = 1.0f;
    __threadfence();
    if (atomicAdd(count, 1u) == gridDim.x - 1) {
      __threadfence();
      float sum = 0.0f;
      for (u32 i = 0; i < gridDim.x; ++i) {
        sum += out[1 + i];
      }
      out[0] = sum;
    }
  }
}
