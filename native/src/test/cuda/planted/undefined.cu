// Uses of memory that nothing was written to. Fresh device and shared memory holds NaNs, which many
// uses hide: what counts is whether a byte was written.
#include "instructions.cuh"

extern __shared__ float tile[];

KERNEL sum_of_unwritten(float* out, const float* in, u32 n, u32 spare) {
  out[global_index()] = in[threadIdx.x] + tile[threadIdx.x];  // fault
}

KERNEL sum_of_unwritten_mended(float* out, const float* in, u32 n, u32 spare) {
  tile[threadIdx.x] = 0.0f;
  out[global_index()] = in[threadIdx.x] + tile[threadIdx.x];
}

// max(NaN, x) is x.
KERNEL maximum_of_unwritten(float* out, const float* in, u32 n, u32 spare) {
  out[global_index()] = fmaxf(in[threadIdx.x], tile[threadIdx.x]);  // fault
}

KERNEL maximum_of_unwritten_mended(float* out, const float* in, u32 n, u32 spare) {
  tile[threadIdx.x] = -1e30f;
  out[global_index()] = fmaxf(in[threadIdx.x], tile[threadIdx.x]);
}

KERNEL comparison_of_unwritten(float* out, const float* in, u32 n, u32 spare) {
  if (reinterpret_cast<const int*>(tile)[threadIdx.x] > 5) {  // fault
    out[global_index()] = in[0];
  }
}

KERNEL comparison_of_unwritten_mended(float* out, const float* in, u32 n, u32 spare) {
  reinterpret_cast<int*>(tile)[threadIdx.x] = static_cast<int>(threadIdx.x);
  if (reinterpret_cast<const int*>(tile)[threadIdx.x] > 5) {
    out[global_index()] = in[0];
  }
}

KERNEL index_that_is_unwritten(float* out, const float* in, u32 n, u32 spare) {
  const u32 at = reinterpret_cast<const u32*>(tile)[threadIdx.x] % 64;
  out[global_index()] = in[at];  // fault
}

KERNEL index_that_is_unwritten_mended(float* out, const float* in, u32 n, u32 spare) {
  reinterpret_cast<u32*>(tile)[threadIdx.x] = threadIdx.x + 1;
  const u32 at = reinterpret_cast<const u32*>(tile)[threadIdx.x] % 64;
  out[global_index()] = in[at];
}

// Two of the four bytes are written.
KERNEL half_written_word(float* out, const float* in, u32 n, u32 spare) {
  reinterpret_cast<u16*>(tile)[2 * threadIdx.x] = static_cast<u16>(threadIdx.x);
  __syncthreads();
  const u32 word = reinterpret_cast<const u32*>(tile)[threadIdx.x ^ 1];
  out[global_index()] = word > 7 ? in[0] : 0.0f;  // fault
}

KERNEL half_written_word_mended(float* out, const float* in, u32 n, u32 spare) {
  reinterpret_cast<u16*>(tile)[2 * threadIdx.x] = static_cast<u16>(threadIdx.x);
  __syncthreads();
  const u32 half = reinterpret_cast<const u16*>(tile)[2 * (threadIdx.x ^ 1)];
  out[global_index()] = half > 7 ? in[0] : 0.0f;
}

// The tail of a tile is not filled, and the sum runs over all of it.
KERNEL unfilled_tail(float* out, const float* in, u32 n, u32 spare) {
  if (global_index() < n) {
    tile[threadIdx.x] = in[global_index()];
  }
  __syncthreads();
  float sum = 0.0f;
  for (u32 i = 0; i < blockDim.x; ++i) {
    sum += tile[i];  // fault
  }
  out[global_index()] = sum;
}

KERNEL unfilled_tail_mended(float* out, const float* in, u32 n, u32 spare) {
  tile[threadIdx.x] = global_index() < n ? in[global_index()] : 0.0f;
  __syncthreads();
  float sum = 0.0f;
  for (u32 i = 0; i < blockDim.x; ++i) {
    sum += tile[i];
  }
  out[global_index()] = sum;
}

// `out` is fresh: nothing has set the sum to zero.
KERNEL atomic_on_unwritten(float* out, const float* in, u32 n, u32 spare) {
  atomicAdd(reinterpret_cast<u32*>(out), 1u);  // fault
}

KERNEL atomic_on_unwritten_mended(float* out, const float* in, u32 n, u32 spare) {
  u32* sum = reinterpret_cast<u32*>(out) + blockIdx.x;
  if (threadIdx.x == 0) {
    *sum = 0;
  }
  __syncthreads();
  atomicAdd(sum, 1u);
}

KERNEL read_modify_write_of_unwritten(float* out, const float* in, u32 n, u32 spare) {
  out[global_index()] += in[threadIdx.x];  // fault
}

KERNEL read_modify_write_of_unwritten_mended(float* out, const float* in, u32 n, u32 spare) {
  out[global_index()] = in[threadIdx.x];
  out[global_index()] += in[threadIdx.x];
}

// The product of a tile of which the last rows were never loaded.
KERNEL product_of_unwritten(float* out, const float* in, u32 n, u32 spare) {
  __shared__ __align__(16) u16 rows[16 * 16];
  if (threadIdx.x < 30) {
    for (u32 i = 0; i < 8; ++i) {
      rows[threadIdx.x * 8 + i] = float_to_bf16(in[i]);
    }
  }
  __syncwarp();
  u32 a[4];
  load_matrices(a, rows + (threadIdx.x % 16) * 16 + threadIdx.x / 16 * 8);
  float c[4] = {};
  multiply_bf16(c, a, a[0], a[2]);  // fault
  out[global_index()] = c[0] + c[1] + c[2] + c[3];
}

KERNEL product_of_unwritten_mended(float* out, const float* in, u32 n, u32 spare) {
  __shared__ __align__(16) u16 rows[16 * 16];
  for (u32 i = 0; i < 8; ++i) {
    rows[threadIdx.x * 8 + i] = float_to_bf16(in[i]);
  }
  __syncwarp();
  u32 a[4];
  load_matrices(a, rows + (threadIdx.x % 16) * 16 + threadIdx.x / 16 * 8);
  float c[4] = {};
  multiply_bf16(c, a, a[0], a[2]);
  out[global_index()] = c[0] + c[1] + c[2] + c[3];
}

// Copies of unwritten bytes harm nobody: structures have padding.
struct Padded {
  u8 small;
  float large;
};

KERNEL copy_of_padding_mended(float* out, const float* in, u32 n, u32 spare) {
  Padded* padded = reinterpret_cast<Padded*>(tile);
  padded[threadIdx.x].small = 3;
  padded[threadIdx.x].large = in[threadIdx.x];
  __syncthreads();
  const u64 both = reinterpret_cast<const u64*>(tile)[threadIdx.x ^ 1];
  reinterpret_cast<u64*>(out)[global_index()] = both;
}
