// Accesses that leave what they are for, or start where they may not. After each kernel that makes
// a mistake (in the line marked "fault") comes one of the same name and _mended that does not.
#include "instructions.cuh"

KERNEL write_past_the_end(float* out, const float* in, u32 n, u32 spare) {
  out[global_index()] = in[0];  // fault
}

KERNEL write_past_the_end_mended(float* out, const float* in, u32 n, u32 spare) {
  if (global_index() < n) {
    out[global_index()] = in[0];
  }
}

KERNEL read_before_the_start(float* out, const float* in, u32 n, u32 spare) {
  out[global_index()] = in[static_cast<i64>(global_index()) - 1];  // fault
}

KERNEL read_before_the_start_mended(float* out, const float* in, u32 n, u32 spare) {
  const u32 i = global_index();
  out[i] = i == 0 ? 0.0f : in[i - 1];
}

// An unsigned difference that wraps reads 16 GiB away.
KERNEL wrapped_index(float* out, const float* in, u32 n, u32 spare) {
  out[global_index()] = in[global_index() - 1u];  // fault
}

KERNEL wrapped_index_mended(float* out, const float* in, u32 n, u32 spare) {
  const int i = static_cast<int>(global_index()) - 1;
  out[global_index()] = i < 0 ? 0.0f : in[i];
}

// `spare` elements after `out` there is another allocation: the address is good, for another array.
KERNEL write_to_a_neighbour(float* out, const float* in, u32 n, u32 spare) {
  out[global_index() + spare] = 1.0f;  // fault
}

KERNEL write_to_a_neighbour_mended(float* out, const float* in, u32 n, u32 spare) {
  float* neighbour = const_cast<float*>(in);
  neighbour[global_index()] = 1.0f;
}

KERNEL read_of_a_neighbour(float* out, const float* in, u32 n, u32 spare) {
  out[global_index()] = out[global_index() + spare];  // fault
}

KERNEL read_of_a_neighbour_mended(float* out, const float* in, u32 n, u32 spare) {
  out[global_index()] = in[global_index()];
}

KERNEL atomic_past_the_end(float* out, const float* in, u32 n, u32 spare) {
  atomicAdd(reinterpret_cast<u32*>(out) + global_index(), 1u);  // fault
}

KERNEL atomic_past_the_end_mended(float* out, const float* in, u32 n, u32 spare) {
  if (global_index() < n) {
    atomicAdd(reinterpret_cast<u32*>(out) + global_index(), 1u);
  }
}

// The last block of a grid of tiles has fewer rows.
KERNEL tile_past_the_last_row(float* out, const float* in, u32 n, u32 spare) {
  const u32 row = blockIdx.x * 4 + threadIdx.x / 16;
  out[row * 16 + threadIdx.x % 16] = in[0];  // fault
}

KERNEL tile_past_the_last_row_mended(float* out, const float* in, u32 n, u32 spare) {
  const u32 row = blockIdx.x * 4 + threadIdx.x / 16;
  if (row * 16 + threadIdx.x % 16 < n) {
    out[row * 16 + threadIdx.x % 16] = in[0];
  }
}

// ---- shared, local, constant and global variables

extern __shared__ float dynamic_tile[];

KERNEL shared_past_the_end(float* out, const float* in, u32 n, u32 spare) {
  dynamic_tile[threadIdx.x + 1] = in[threadIdx.x];  // fault
  __syncthreads();
  out[global_index()] = dynamic_tile[threadIdx.x];
}

KERNEL shared_past_the_end_mended(float* out, const float* in, u32 n, u32 spare) {
  dynamic_tile[threadIdx.x] = in[threadIdx.x];
  __syncthreads();
  out[global_index()] = dynamic_tile[threadIdx.x];
}

// `spare` is the distance of the two arrays.
KERNEL shared_array_into_the_next(float* out, const float* in, u32 n, u32 spare) {
  __shared__ float first[64];
  __shared__ float second[64];
  first[threadIdx.x] = in[threadIdx.x];
  second[threadIdx.x] = 1.0f;
  __syncthreads();
  out[global_index()] =
      first[threadIdx.x ^ 1] + second[threadIdx.x ^ 1] + first[threadIdx.x + spare];  // fault
}

KERNEL shared_array_into_the_next_mended(float* out, const float* in, u32 n, u32 spare) {
  __shared__ float first[64];
  __shared__ float second[64];
  first[threadIdx.x] = in[threadIdx.x];
  second[threadIdx.x] = 1.0f;
  __syncthreads();
  out[global_index()] = first[threadIdx.x ^ 1] + second[threadIdx.x ^ 1];
}

KERNEL local_past_the_end(float* out, const float* in, u32 n, u32 spare) {
  float local[8];
  for (u32 i = 0; i < 8; ++i) {
    local[i] = in[i];
  }
  out[global_index()] = local[threadIdx.x % 9];  // fault
}

KERNEL local_past_the_end_mended(float* out, const float* in, u32 n, u32 spare) {
  float local[8];
  for (u32 i = 0; i < 8; ++i) {
    local[i] = in[i];
  }
  out[global_index()] = local[threadIdx.x % 8];
}

__constant__ float kTable[16] = {1.0f, 2.0f, 3.0f};
__device__ float table[64];

KERNEL constant_past_the_end(float* out, const float* in, u32 n, u32 spare) {
  out[global_index()] = kTable[threadIdx.x % 17];  // fault
}

KERNEL constant_past_the_end_mended(float* out, const float* in, u32 n, u32 spare) {
  out[global_index()] = kTable[threadIdx.x % 16];
}

KERNEL variable_past_the_end(float* out, const float* in, u32 n, u32 spare) {
  table[threadIdx.x + 1] = in[0];  // fault
}

KERNEL variable_past_the_end_mended(float* out, const float* in, u32 n, u32 spare) {
  if (blockIdx.x == 0) {
    table[threadIdx.x] = in[0];
  }
}

// ---- alignment

KERNEL misaligned_vector(float* out, const float* in, u32 n, u32 spare) {
  const float4 v = *reinterpret_cast<const float4*>(in + 1);  // fault
  out[global_index()] = v.x + v.w;
}

KERNEL misaligned_vector_mended(float* out, const float* in, u32 n, u32 spare) {
  const float4 v = *reinterpret_cast<const float4*>(in + 4);
  out[global_index()] = v.x + v.w;
}

KERNEL misaligned_scalar(float* out, const float* in, u32 n, u32 spare) {
  const char* bytes = reinterpret_cast<const char*>(in);
  out[global_index()] = *reinterpret_cast<const float*>(bytes + 2);  // fault
}

KERNEL misaligned_scalar_mended(float* out, const float* in, u32 n, u32 spare) {
  const char* bytes = reinterpret_cast<const char*>(in);
  out[global_index()] = *reinterpret_cast<const float*>(bytes + 4);
}

KERNEL misaligned_shared_vector(float* out, const float* in, u32 n, u32 spare) {
  __shared__ __align__(16) float tile[128];
  tile[threadIdx.x] = in[threadIdx.x];
  tile[threadIdx.x + 64] = in[threadIdx.x];
  __syncthreads();
  const float2 v = *reinterpret_cast<const float2*>(tile + threadIdx.x);  // fault
  out[global_index()] = v.x + v.y;
}

KERNEL misaligned_shared_vector_mended(float* out, const float* in, u32 n, u32 spare) {
  __shared__ __align__(16) float tile[128];
  tile[threadIdx.x] = in[threadIdx.x];
  tile[threadIdx.x + 64] = in[threadIdx.x];
  __syncthreads();
  const float2 v = *reinterpret_cast<const float2*>(tile + 2 * threadIdx.x);
  out[global_index()] = v.x + v.y;
}

KERNEL misaligned_atomic(float* out, const float* in, u32 n, u32 spare) {
  char* bytes = reinterpret_cast<char*>(out);
  atomicAdd(reinterpret_cast<u64*>(bytes + 4), u64{1});  // fault
}

KERNEL misaligned_atomic_mended(float* out, const float* in, u32 n, u32 spare) {
  char* bytes = reinterpret_cast<char*>(out);
  atomicAdd(reinterpret_cast<u64*>(bytes + 8), u64{1});
}
