// Asynchronous copies whose destination or source is touched while they are under way.
#include "instructions.cuh"

extern __shared__ __align__(16) float tile[];

KERNEL copy_without_wait(float* out, const float* in, u32 n, u32 spare) {
  copy_async<4>(tile + threadIdx.x, in + threadIdx.x);
  commit_copies();
  out[global_index()] = tile[threadIdx.x];  // fault
}

KERNEL copy_without_wait_mended(float* out, const float* in, u32 n, u32 spare) {
  copy_async<4>(tile + threadIdx.x, in + threadIdx.x);
  commit_copies();
  wait_for_copies<0>();
  out[global_index()] = tile[threadIdx.x];
}

// A group that is not committed is not waited for.
KERNEL copy_without_commit(float* out, const float* in, u32 n, u32 spare) {
  copy_async<4>(tile + threadIdx.x, in + threadIdx.x);
  wait_for_copies<0>();
  out[global_index()] = tile[threadIdx.x];  // fault
}

KERNEL copy_without_commit_mended(float* out, const float* in, u32 n, u32 spare) {
  copy_async<4>(tile + threadIdx.x, in + threadIdx.x);
  asm volatile("cp.async.wait_all;" ::: "memory");
  out[global_index()] = tile[threadIdx.x];
}

KERNEL copy_without_barrier(float* out, const float* in, u32 n, u32 spare) {
  copy_async<4>(tile + threadIdx.x, in + threadIdx.x);  // fault
  commit_copies();
  wait_for_copies<0>();                                      // fault
  out[global_index()] = tile[blockDim.x - 1 - threadIdx.x];  // fault
}

KERNEL copy_without_barrier_mended(float* out, const float* in, u32 n, u32 spare) {
  copy_async<4>(tile + threadIdx.x, in + threadIdx.x);
  commit_copies();
  wait_for_copies<0>();
  __syncthreads();
  out[global_index()] = tile[blockDim.x - 1 - threadIdx.x];
}

// A ring of three stages; the wait leaves one group too many under way.
__device__ __forceinline__ void start_stage(const float* in, u32 round) {
  copy_async<4>(tile + (round % 3) * blockDim.x + threadIdx.x, in + threadIdx.x);
  commit_copies();
}

KERNEL wait_for_too_few_groups(float* out, const float* in, u32 n, u32 spare) {
  start_stage(in, 0);
  start_stage(in, 1);
  float sum = 0.0f;
  for (u32 round = 0; round < 6; ++round) {
    wait_for_copies<2>();
    __syncthreads();
    sum += tile[(round % 3) * blockDim.x + threadIdx.x];  // fault
    start_stage(in, round + 2);
  }
  wait_for_copies<0>();
  out[global_index()] = sum;
}

KERNEL wait_for_too_few_groups_mended(float* out, const float* in, u32 n, u32 spare) {
  start_stage(in, 0);
  start_stage(in, 1);
  float sum = 0.0f;
  for (u32 round = 0; round < 6; ++round) {
    wait_for_copies<1>();
    __syncthreads();
    sum += tile[(round % 3) * blockDim.x + threadIdx.x];
    start_stage(in, round + 2);
  }
  wait_for_copies<0>();
  out[global_index()] = sum;
}

// A stage is filled again while other warps read it: two stages need a barrier after the reads.
KERNEL stage_filled_too_early(float* out, const float* in, u32 n, u32 spare) {
  float sum = 0.0f;
  copy_async<4>(tile + threadIdx.x, in + threadIdx.x);
  commit_copies();
  for (u32 round = 0; round < 4; ++round) {
    wait_for_copies<0>();
    __syncthreads();
    sum += tile[blockDim.x - 1 - threadIdx.x];            // fault
    copy_async<4>(tile + threadIdx.x, in + threadIdx.x);  // fault
    commit_copies();
  }
  wait_for_copies<0>();
  out[global_index()] = sum;
}

KERNEL stage_filled_too_early_mended(float* out, const float* in, u32 n, u32 spare) {
  float sum = 0.0f;
  copy_async<4>(tile + threadIdx.x, in + threadIdx.x);
  commit_copies();
  for (u32 round = 0; round < 4; ++round) {
    wait_for_copies<0>();
    __syncthreads();
    sum += tile[blockDim.x - 1 - threadIdx.x];
    __syncthreads();
    copy_async<4>(tile + threadIdx.x, in + threadIdx.x);
    commit_copies();
  }
  wait_for_copies<0>();
  out[global_index()] = sum;
}

KERNEL source_overwritten_in_flight(float* out, const float* in, u32 n, u32 spare) {
  float* source = out + global_index();
  *source = 1.0f;
  copy_async<4>(tile + threadIdx.x, source);
  commit_copies();
  *source = 2.0f;  // fault
  wait_for_copies<0>();
  out[global_index()] += tile[threadIdx.x];
}

KERNEL source_overwritten_in_flight_mended(float* out, const float* in, u32 n, u32 spare) {
  float* source = out + global_index();
  *source = 1.0f;
  copy_async<4>(tile + threadIdx.x, source);
  commit_copies();
  wait_for_copies<0>();
  *source = 2.0f;
  out[global_index()] += tile[threadIdx.x];
}

KERNEL destination_overwritten_in_flight(float* out, const float* in, u32 n, u32 spare) {
  copy_async<4>(tile + threadIdx.x, in + threadIdx.x);
  commit_copies();
  tile[threadIdx.x] = 2.0f;  // fault
  wait_for_copies<0>();
  out[global_index()] = tile[threadIdx.x];
}

KERNEL destination_overwritten_in_flight_mended(float* out, const float* in, u32 n, u32 spare) {
  copy_async<4>(tile + threadIdx.x, in + threadIdx.x);
  commit_copies();
  wait_for_copies<0>();
  tile[threadIdx.x] += 2.0f;
  out[global_index()] = tile[threadIdx.x];
}

KERNEL copy_past_the_end(float* out, const float* in, u32 n, u32 spare) {
  copy_async<16>(tile + 4 * threadIdx.x, in + 4 * global_index());  // fault
  commit_copies();
  wait_for_copies<0>();
  out[global_index()] = tile[4 * threadIdx.x];
}

// Where nothing is valid, nothing is read, and zeros come.
KERNEL copy_past_the_end_mended(float* out, const float* in, u32 n, u32 spare) {
  copy_async<16>(tile + 4 * threadIdx.x, in + 4 * global_index(), 4 * global_index() < n ? 16 : 0);
  commit_copies();
  wait_for_copies<0>();
  out[global_index()] = tile[4 * threadIdx.x];
}

KERNEL copy_from_a_misaligned_place(float* out, const float* in, u32 n, u32 spare) {
  copy_async<16>(tile + 4 * threadIdx.x, in + 1);  // fault
  commit_copies();
  wait_for_copies<0>();
  out[global_index()] = tile[4 * threadIdx.x];
}

KERNEL copy_from_a_misaligned_place_mended(float* out, const float* in, u32 n, u32 spare) {
  copy_async<16>(tile + 4 * threadIdx.x, in + 4);
  commit_copies();
  wait_for_copies<0>();
  out[global_index()] = tile[4 * threadIdx.x];
}

KERNEL copy_of_unwritten(float* out, const float* in, u32 n, u32 spare) {
  copy_async<4>(tile + threadIdx.x, out + global_index());
  commit_copies();
  wait_for_copies<0>();
  out[global_index()] = tile[threadIdx.x] > 0.0f ? 1.0f : 0.0f;  // fault
}

KERNEL copy_of_unwritten_mended(float* out, const float* in, u32 n, u32 spare) {
  copy_async<4>(tile + threadIdx.x, in + threadIdx.x);
  commit_copies();
  wait_for_copies<0>();
  out[global_index()] = tile[threadIdx.x] > 0.0f ? 1.0f : 0.0f;
}
