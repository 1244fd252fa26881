// Barriers that not all threads reach, or reach at different places, and operations of a warp that
// not all of its lanes take part in.
#include "instructions.cuh"

extern __shared__ float tile[];

// Thread 3 goes on to the second barrier while the others wait at the first.
KERNEL barrier_that_a_thread_skips(float* out, const float* in, u32 n, u32 spare) {
  if (threadIdx.x != 3) {
    __syncthreads();  // fault
  }
  out[global_index()] = in[0];
  __syncthreads();  // fault
}

KERNEL barrier_that_a_thread_skips_mended(float* out, const float* in, u32 n, u32 spare) {
  __syncthreads();
  if (threadIdx.x != 3) {
    out[global_index()] = in[0];
  }
  __syncthreads();
}

KERNEL barrier_in_both_branches(float* out, const float* in, u32 n, u32 spare) {
  if (threadIdx.x % 2 == 0) {
    tile[threadIdx.x] = in[threadIdx.x];
    __syncthreads();  // fault
    out[global_index()] = tile[threadIdx.x] + 1.0f;
  } else {
    tile[threadIdx.x] = -in[threadIdx.x];
    __syncthreads();  // fault
    out[global_index()] = tile[threadIdx.x ^ 1];
  }
}

KERNEL barrier_in_both_branches_mended(float* out, const float* in, u32 n, u32 spare) {
  tile[threadIdx.x] = threadIdx.x % 2 == 0 ? in[threadIdx.x] : -in[threadIdx.x];
  __syncthreads();
  if (threadIdx.x % 2 == 0) {
    out[global_index()] = tile[threadIdx.x] + 1.0f;
  } else {
    out[global_index()] = tile[threadIdx.x ^ 1];
  }
}

KERNEL barriers_of_different_warps(float* out, const float* in, u32 n, u32 spare) {
  if (threadIdx.x < 32) {
    tile[threadIdx.x] = in[threadIdx.x];
    __syncthreads();  // fault
  } else {
    __syncthreads();  // fault
    out[global_index()] = tile[threadIdx.x - 32];
  }
}

KERNEL barriers_of_different_warps_mended(float* out, const float* in, u32 n, u32 spare) {
  if (threadIdx.x < 32) {
    tile[threadIdx.x] = in[threadIdx.x];
  }
  __syncthreads();
  if (threadIdx.x >= 32) {
    out[global_index()] = tile[threadIdx.x - 32];
  }
}

KERNEL barrier_in_a_loop_of_its_own_length(float* out, const float* in, u32 n, u32 spare) {
  for (u32 i = 0; i < 1 + threadIdx.x % 2; ++i) {
    __syncthreads();  // fault
  }
  out[global_index()] = in[0];
  __syncthreads();  // fault
}

KERNEL barrier_in_a_loop_of_its_own_length_mended(float* out, const float* in, u32 n, u32 spare) {
  for (u32 i = 0; i < 2; ++i) {
    __syncthreads();
  }
  out[global_index()] = in[0];
  __syncthreads();
}

KERNEL barrier_of_a_missing_warp(float* out, const float* in, u32 n, u32 spare) {
  if (threadIdx.x >= 32) {
    sync_threads(3, blockDim.x);  // fault
  }
  out[global_index()] = in[0];
}

KERNEL barrier_of_a_missing_warp_mended(float* out, const float* in, u32 n, u32 spare) {
  if (threadIdx.x >= 32) {
    sync_threads(3, blockDim.x - 32);
  }
  out[global_index()] = in[0];
}

// The warps do not agree on how many are to come.
KERNEL barrier_of_two_counts(float* out, const float* in, u32 n, u32 spare) {
  sync_threads(2, threadIdx.x < 32 ? 64 : 96);  // fault
  out[global_index()] = in[0];
}

KERNEL barrier_of_two_counts_mended(float* out, const float* in, u32 n, u32 spare) {
  sync_threads(2, 64);
  out[global_index()] = in[0];
}

// ---- operations of a warp

KERNEL shuffle_that_a_lane_skips(float* out, const float* in, u32 n, u32 spare) {
  float v = in[threadIdx.x];
  if (threadIdx.x % 32 != 5) {
    v = __shfl_xor_sync(kFull, v, 1);  // fault
  }
  out[global_index()] = v;
}

KERNEL shuffle_that_a_lane_skips_mended(float* out, const float* in, u32 n, u32 spare) {
  const float other = __shfl_xor_sync(kFull, in[threadIdx.x], 1);
  out[global_index()] = threadIdx.x % 32 != 5 ? other : in[threadIdx.x];
}

KERNEL shuffle_from_a_lane_outside(float* out, const float* in, u32 n, u32 spare) {
  float v = in[threadIdx.x];
  if (threadIdx.x % 32 < 16) {
    v = __shfl_sync(0x0000ffffu, v, 20);  // fault
  }
  out[global_index()] = v;
}

KERNEL shuffle_from_a_lane_outside_mended(float* out, const float* in, u32 n, u32 spare) {
  float v = in[threadIdx.x];
  if (threadIdx.x % 32 < 16) {
    v = __shfl_sync(0x0000ffffu, v, 12);
  }
  out[global_index()] = v;
}

// A lane that calls with a mask it is not in.
KERNEL mask_without_the_lane(float* out, const float* in, u32 n, u32 spare) {
  out[global_index()] = static_cast<float>(__ballot_sync(0x7fffffffu, in[0] > 0.0f));  // fault
}

KERNEL mask_without_the_lane_mended(float* out, const float* in, u32 n, u32 spare) {
  if (threadIdx.x % 32 < 31) {
    out[global_index()] = static_cast<float>(__ballot_sync(0x7fffffffu, in[0] > 0.0f));
  }
}

KERNEL vote_of_two_masks(float* out, const float* in, u32 n, u32 spare) {
  const u32 mask = threadIdx.x % 32 < 16 ? 0x00ffffffu : 0xffffffffu;
  out[global_index()] = static_cast<float>(__any_sync(mask, in[0] > 0.0f));  // fault
}

KERNEL vote_of_two_masks_mended(float* out, const float* in, u32 n, u32 spare) {
  const u32 mask = threadIdx.x % 32 < 16 ? 0x0000ffffu : 0xffff0000u;
  out[global_index()] = static_cast<float>(__any_sync(mask, in[0] > 0.0f));
}

KERNEL syncwarp_that_a_lane_skips(float* out, const float* in, u32 n, u32 spare) {
  if (threadIdx.x % 32 != 9) {
    __syncwarp();  // fault
  }
  out[global_index()] = in[0];
}

KERNEL syncwarp_that_a_lane_skips_mended(float* out, const float* in, u32 n, u32 spare) {
  if (threadIdx.x % 32 != 9) {
    __syncwarp(~(1u << 9));
  }
  out[global_index()] = in[0];
}

KERNEL reduction_that_a_lane_skips(float* out, const float* in, u32 n, u32 spare) {
  u32 sum = threadIdx.x;
  if (threadIdx.x % 32 != 30) {
    sum = __reduce_add_sync(kFull, sum);  // fault
  }
  out[global_index()] = static_cast<float>(sum);
}

KERNEL reduction_that_a_lane_skips_mended(float* out, const float* in, u32 n, u32 spare) {
  const u32 sum = __reduce_add_sync(kFull, threadIdx.x);
  out[global_index()] = static_cast<float>(sum);
}

// ---- tensor cores

KERNEL product_of_half_a_warp(float* out, const float* in, u32 n, u32 spare) {
  float c[4] = {};
  const u32 a[4] = {threadIdx.x, 0, 0, 0};
  if (threadIdx.x % 32 < 16) {
    multiply_bf16(c, a, 1, 2);  // fault
  }
  out[global_index()] = c[0];
}

KERNEL product_of_half_a_warp_mended(float* out, const float* in, u32 n, u32 spare) {
  float c[4] = {};
  const u32 a[4] = {threadIdx.x, 0, 0, 0};
  multiply_bf16(c, a, 1, 2);
  if (threadIdx.x % 32 < 16) {
    out[global_index()] = c[0];
  }
}

// Each half of the warp at an instruction of its own.
KERNEL product_in_both_branches(float* out, const float* in, u32 n, u32 spare) {
  float c[4] = {};
  const u32 a[4] = {threadIdx.x, 0, 0, 0};
  if (threadIdx.x % 32 < 16) {
    multiply_bf16(c, a, 1, 2);  // fault
    out[global_index()] = c[0];
  } else {
    multiply_bf16(c, a, 3, 4);  // fault
    out[global_index()] = c[1];
  }
}

KERNEL product_in_both_branches_mended(float* out, const float* in, u32 n, u32 spare) {
  float c[4] = {};
  const u32 a[4] = {threadIdx.x, 0, 0, 0};
  const bool first = threadIdx.x % 32 < 16;
  multiply_bf16(c, a, first ? 1 : 3, first ? 2 : 4);
  out[global_index()] = first ? c[0] : c[1];
}

KERNEL matrices_of_half_a_warp(float* out, const float* in, u32 n, u32 spare) {
  __shared__ __align__(16) u32 rows[32 * 4];
  if (threadIdx.x < 32) {
    for (u32 i = 0; i < 4; ++i) {
      rows[threadIdx.x * 4 + i] = i;
    }
  }
  __syncthreads();
  u32 x[4] = {};
  if (threadIdx.x % 32 < 16) {
    load_matrices(x, rows + (threadIdx.x % 32) * 4);  // fault
  }
  out[global_index()] = static_cast<float>(x[0]);
}

KERNEL matrices_of_half_a_warp_mended(float* out, const float* in, u32 n, u32 spare) {
  __shared__ __align__(16) u32 rows[32 * 4];
  if (threadIdx.x < 32) {
    for (u32 i = 0; i < 4; ++i) {
      rows[threadIdx.x * 4 + i] = i;
    }
  }
  __syncthreads();
  u32 x[4] = {};
  load_matrices(x, rows + (threadIdx.x % 32) * 4);
  out[global_index()] = static_cast<float>(x[0]);
}

KERNEL matrix_row_misaligned(float* out, const float* in, u32 n, u32 spare) {
  __shared__ __align__(16) u32 rows[33 * 4];
  if (threadIdx.x < 33) {
    for (u32 i = 0; i < 4; ++i) {
      rows[threadIdx.x * 4 + i] = i;
    }
  }
  __syncthreads();
  u32 x[4] = {};
  load_matrices(x, rows + (threadIdx.x % 32) * 4 + 1);  // fault
  out[global_index()] = static_cast<float>(x[0]);
}

KERNEL matrix_row_misaligned_mended(float* out, const float* in, u32 n, u32 spare) {
  __shared__ __align__(16) u32 rows[33 * 4];
  if (threadIdx.x < 33) {
    for (u32 i = 0; i < 4; ++i) {
      rows[threadIdx.x * 4 + i] = i;
    }
  }
  __syncthreads();
  u32 x[4] = {};
  load_matrices(x, rows + (threadIdx.x % 32) * 4 + 4);
  out[global_index()] = static_cast<float>(x[0]);
}
