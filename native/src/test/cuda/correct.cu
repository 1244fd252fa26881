// Kernels that are right, each for one thing that the device does; their parameter is one
// structure.
#include "instructions.cuh"

struct Buffers {
  float* out;
  const float* in;
  u32 n;
  u32 spare;
};

extern __shared__ __align__(16) float tile[];

KERNEL scale(Buffers p) {
  const u32 i = global_index();
  if (i < p.n) {
    p.out[i] = 2.0f * p.in[i];
  }
}

KERNEL shared_within_bounds(Buffers p) {
  tile[threadIdx.x] = p.in[global_index()];
  __syncthreads();
  p.out[global_index()] = tile[blockDim.x - 1 - threadIdx.x];
}

extern "C" __global__ void __launch_bounds__(32) static_shared_within_bounds(Buffers p) {
  __shared__ float first[32];
  __shared__ float second[32];
  first[threadIdx.x] = p.in[global_index()];
  second[threadIdx.x] = 1.0f;
  __syncthreads();
  p.out[global_index()] = first[31 - threadIdx.x] + second[31 - threadIdx.x];
}

KERNEL aligned_vectors(Buffers p) {
  const u32 i = global_index();
  reinterpret_cast<float4*>(p.out)[i] = __ldg(reinterpret_cast<const float4*>(p.in) + i);
}

// ---- order

KERNEL shared_reversal(Buffers p) {
  for (u32 round = 0; round < 3; ++round) {
    tile[threadIdx.x] = p.in[global_index()] + static_cast<float>(round);
    __syncthreads();
    p.out[global_index()] = tile[blockDim.x - 1 - threadIdx.x];
    __syncthreads();
  }
}

KERNEL warp_exchange(Buffers p) {
  tile[threadIdx.x] = p.in[global_index()];
  __syncwarp();
  p.out[global_index()] = tile[threadIdx.x ^ 1];
}

KERNEL half_warp_exchange(Buffers p) {
  tile[threadIdx.x] = p.in[global_index()];
  __syncwarp((threadIdx.x & 16) != 0 ? 0xffff0000u : 0x0000ffffu);
  p.out[global_index()] = tile[threadIdx.x ^ p.spare];
}

// Pairs of warps exchange by barriers of their own.
KERNEL pair_exchange(Buffers p) {
  const u32 barrier = threadIdx.x / 64 + 1;
  for (u32 round = 0; round < 3; ++round) {
    tile[threadIdx.x] = p.in[global_index()] + static_cast<float>(round);
    sync_threads(barrier, 64);
    p.out[global_index()] = tile[threadIdx.x ^ 32];
    sync_threads(barrier, 64);
  }
  tile[threadIdx.x] = p.out[global_index()];
  __syncthreads();
  p.out[global_index()] = tile[blockDim.x - 1 - threadIdx.x];
}

KERNEL half_words(Buffers p) {
  reinterpret_cast<u16*>(p.out)[global_index()] = float_to_bf16(p.in[global_index()]);
}

KERNEL counts(Buffers p) {
  atomicAdd(reinterpret_cast<u32*>(p.out), 1u);
  atomicAdd(reinterpret_cast<u64*>(p.out) + 1, u64{2});
  atomicMax(reinterpret_cast<u32*>(p.out) + 1, global_index());
}

// ---- asynchronous copies

KERNEL async_copy(Buffers p) {
  const u32 i = global_index();
  copy_async<16>(tile + 4 * threadIdx.x, p.in + 4 * i);
  commit_copies();
  wait_for_copies<0>();
  __syncthreads();
  const u32 other = blockDim.x - 1 - threadIdx.x;
  reinterpret_cast<float4*>(p.out)[blockIdx.x * blockDim.x + other] =
      reinterpret_cast<const float4*>(tile)[other];
}

// Two groups in flight; the wait of one leaves the second under way.
KERNEL async_copy_stages(Buffers p) {
  copy_async<4>(tile + threadIdx.x, p.in + global_index());
  commit_copies();
  copy_async<8>(tile + blockDim.x + 2 * threadIdx.x, p.in + 2 * global_index(), 4);
  commit_copies();
  wait_for_copies<1>();
  const float first = tile[threadIdx.x];
  wait_for_copies<0>();
  p.out[global_index()] = first + tile[blockDim.x + 2 * threadIdx.x + 1];
}

// ---- every result of the warp operations, for comparison with the test's own arithmetic

struct WarpResults {
  u32* out;  // 10 words per thread
  u32 mask;
  u32 width;
  u32 amount;
};

KERNEL warp_operations(WarpResults p) {
  const u32 i = global_index();
  const u32 lane = lane_index();
  u32* out = p.out + 10 * i;
  if ((p.mask >> lane & 1) == 0) {
    return;
  }
  const int width = static_cast<int>(p.width);
  out[0] = __shfl_sync(p.mask, i, static_cast<int>(p.amount), width);
  out[1] = __shfl_up_sync(p.mask, i, p.amount, width);
  out[2] = __shfl_down_sync(p.mask, i, p.amount, width);
  out[3] = __shfl_xor_sync(p.mask, i, static_cast<int>(p.amount), width);
  const double wide = __shfl_xor_sync(p.mask, 1e300 + i, static_cast<int>(p.amount), width);
  out[4] = static_cast<u32>(wide == 1e300 + out[3]);
  out[5] = __ballot_sync(p.mask, (lane & 3) == 1);
  out[6] = static_cast<u32>(__any_sync(p.mask, lane == 9));
  out[7] = static_cast<u32>(__all_sync(p.mask, lane != 9));
  __syncwarp(p.mask);
  out[8] = lane;
  out[9] = 0;
}

KERNEL block_votes(WarpResults p) {
  u32* out = p.out + 3 * global_index();
  out[0] = static_cast<u32>(__syncthreads_count(threadIdx.x % 3 == 0));
  out[1] = static_cast<u32>(__syncthreads_and(threadIdx.x < p.amount));
  out[2] = static_cast<u32>(__syncthreads_or(threadIdx.x == p.amount));
}
