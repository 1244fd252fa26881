// Kernels for the tests of the emulated device: for each kind of mistake one that is right and one
// that makes it.
#include "gramian/platform/platform.cuh"

using namespace gramian;

namespace {

struct Buffers {
  float* out;
  const float* in;
  u32 n;
  u32 spare;
};

__device__ u32 global_index() { return blockIdx.x * blockDim.x + threadIdx.x; }

}  // namespace

GRAMIAN_KERNEL(scale, Buffers, 1024) {
  const u32 i = global_index();
  if (i < p.n) {
    p.out[i] = 2.0f * p.in[i];
  }
}

// ---- bounds

GRAMIAN_KERNEL(writes_past_the_end, Buffers, 1024) { p.out[global_index()] = 1.0f; }

GRAMIAN_KERNEL(reads_before_the_start, Buffers, 1024) {
  p.out[global_index()] = p.in[static_cast<i64>(global_index()) - 1];
}

GRAMIAN_KERNEL(shared_within_bounds, Buffers, 1024) {
  float* tile = dynamic_shared<float>();
  tile[threadIdx.x] = p.in[global_index()];
  __syncthreads();
  p.out[global_index()] = tile[blockDim.x - 1 - threadIdx.x];
}

GRAMIAN_KERNEL(shared_past_the_end, Buffers, 1024) {
  dynamic_shared<float>()[threadIdx.x + 1] = p.in[global_index()];
}

GRAMIAN_KERNEL(static_shared_within_bounds, Buffers, 32) {
  GRAMIAN_SHARED(float, first, 32);
  GRAMIAN_SHARED(float, second, 32);
  first[threadIdx.x] = p.in[global_index()];
  second[threadIdx.x] = 1.0f;
  __syncthreads();
  p.out[global_index()] = first[31 - threadIdx.x] + second[31 - threadIdx.x];
}

GRAMIAN_KERNEL(static_shared_past_the_end, Buffers, 32) {
  GRAMIAN_SHARED(float, first, 32);
  GRAMIAN_SHARED(float, second, 32);
  second[threadIdx.x] = 0.0f;
  first[threadIdx.x + p.spare] = second[threadIdx.x];
  p.out[global_index()] = first[threadIdx.x];
}

GRAMIAN_KERNEL(reads_fresh_memory, Buffers, 1024) {
  p.out[global_index()] = p.in[global_index()] + dynamic_shared<float>()[threadIdx.x];
}

// ---- alignment

GRAMIAN_KERNEL(aligned_vectors, Buffers, 1024) {
  const u32 i = global_index();
  const float4 v = load_global_nc(reinterpret_cast<const float4*>(p.in) + i);
  store_vector(reinterpret_cast<float4*>(p.out) + i, v);
}

GRAMIAN_KERNEL(misaligned_vector, Buffers, 1024) {
  const u32 i = global_index();
  const float4 v = load_global_nc(reinterpret_cast<const float4*>(p.in + 1) + i);
  store_vector(reinterpret_cast<float4*>(p.out) + i, v);
}

GRAMIAN_KERNEL(misaligned_scalar, Buffers, 1024) {
  const char* bytes = reinterpret_cast<const char*>(p.in);
  p.out[global_index()] = *reinterpret_cast<const float*>(bytes + 2);
}

// ---- races

GRAMIAN_KERNEL(shared_reversal, Buffers, 1024) {
  float* tile = dynamic_shared<float>();
  for (u32 round = 0; round < 3; ++round) {
    tile[threadIdx.x] = p.in[global_index()] + static_cast<float>(round);
    __syncthreads();
    p.out[global_index()] = tile[blockDim.x - 1 - threadIdx.x];
    __syncthreads();
  }
}

GRAMIAN_KERNEL(shared_race, Buffers, 1024) {
  float* tile = dynamic_shared<float>();
  tile[threadIdx.x] = p.in[global_index()];
  p.out[global_index()] = tile[blockDim.x - 1 - threadIdx.x];
}

// The second round's writes meet the first round's reads.
GRAMIAN_KERNEL(shared_race_of_rounds, Buffers, 1024) {
  float* tile = dynamic_shared<float>();
  for (u32 round = 0; round < 3; ++round) {
    tile[threadIdx.x] = p.in[global_index()] + static_cast<float>(round);
    __syncthreads();
    p.out[global_index()] = tile[blockDim.x - 1 - threadIdx.x];
  }
}

GRAMIAN_KERNEL(warp_exchange, Buffers, 1024) {
  float* tile = dynamic_shared<float>();
  tile[threadIdx.x] = p.in[global_index()];
  __syncwarp();
  p.out[global_index()] = tile[threadIdx.x ^ 1];
}

GRAMIAN_KERNEL(half_warp_exchange, Buffers, 1024) {
  float* tile = dynamic_shared<float>();
  tile[threadIdx.x] = p.in[global_index()];
  const u32 mask = (threadIdx.x & 16) != 0 ? 0xffff0000u : 0x0000ffffu;
  __syncwarp(mask);
  p.out[global_index()] = tile[threadIdx.x ^ p.spare];
}

// A shuffle orders no memory accesses.
GRAMIAN_KERNEL(warp_race, Buffers, 1024) {
  float* tile = dynamic_shared<float>();
  tile[threadIdx.x] = p.in[global_index()];
  const float one = __shfl_xor_sync(kFullMask, 1.0f, 1);
  p.out[global_index()] = one * tile[threadIdx.x ^ 1];
}

GRAMIAN_KERNEL(global_race, Buffers, 1024) {
  if (threadIdx.x == 0) {
    p.out[0] = static_cast<float>(blockIdx.x);
  }
}

GRAMIAN_KERNEL(global_race_of_a_read, Buffers, 1024) {
  const u32 i = global_index();
  p.out[i] = 1.0f;
  p.out[i] += p.out[(i + blockDim.x) % (gridDim.x * blockDim.x)];
}

GRAMIAN_KERNEL(half_words, Buffers, 1024) {
  bf16* out = reinterpret_cast<bf16*>(p.out);
  out[global_index()] = from_float<bf16>(p.in[global_index()]);
}

GRAMIAN_KERNEL(half_word_race, Buffers, 1024) {
  bf16* out = reinterpret_cast<bf16*>(p.out);
  out[global_index() / 2] = from_float<bf16>(p.in[global_index()]);
}

GRAMIAN_KERNEL(counts, Buffers, 1024) {
  atomicAdd(reinterpret_cast<u32*>(p.out), 1u);
  atomicAdd(reinterpret_cast<u64*>(p.out) + 1, u64{2});
  atomicMax(reinterpret_cast<u32*>(p.out) + 1, global_index());
}

GRAMIAN_KERNEL(counts_without_atomics, Buffers, 1024) {
  if (threadIdx.x == 0) {
    *reinterpret_cast<u32*>(p.out) += 1u;
  } else {
    atomicAdd(reinterpret_cast<u32*>(p.out), 1u);
  }
}

// ---- asynchronous copies

GRAMIAN_KERNEL(async_copy, Buffers, 1024) {
  float* tile = dynamic_shared<float>();
  const u32 i = global_index();
  copy_async<16>(tile + 4 * threadIdx.x, p.in + 4 * i);
  copy_async_commit();
  copy_async_wait<0>();
  __syncthreads();
  const u32 other = blockDim.x - 1 - threadIdx.x;
  store_vector(reinterpret_cast<float4*>(p.out) + blockIdx.x * blockDim.x + other,
               load_vector(reinterpret_cast<const float4*>(tile) + other));
}

// Two groups in flight; the wait of one leaves the second under way.
GRAMIAN_KERNEL(async_copy_stages, Buffers, 1024) {
  float* tile = dynamic_shared<float>();
  copy_async<4>(tile + threadIdx.x, p.in + global_index());
  copy_async_commit();
  copy_async<8>(tile + blockDim.x + 2 * threadIdx.x, p.in + 2 * global_index(), 4);
  copy_async_commit();
  copy_async_wait<1>();
  const float first = tile[threadIdx.x];
  copy_async_wait<0>();
  p.out[global_index()] = first + tile[blockDim.x + 2 * threadIdx.x + 1];
}

GRAMIAN_KERNEL(async_copy_without_wait, Buffers, 1024) {
  float* tile = dynamic_shared<float>();
  copy_async<4>(tile + threadIdx.x, p.in + global_index());
  copy_async_commit();
  copy_async_wait<1>();
  p.out[global_index()] = tile[threadIdx.x];
}

GRAMIAN_KERNEL(async_copy_without_barrier, Buffers, 1024) {
  float* tile = dynamic_shared<float>();
  copy_async<4>(tile + threadIdx.x, p.in + global_index());
  copy_async_commit();
  copy_async_wait<0>();
  p.out[global_index()] = tile[blockDim.x - 1 - threadIdx.x];
}

// ---- barriers

GRAMIAN_KERNEL(barrier_of_some_threads, Buffers, 1024) {
  if (threadIdx.x != 3) {
    __syncthreads();
  }
  p.out[global_index()] = 1.0f;
}

// Pairs of warps exchange by barriers of their own.
GRAMIAN_KERNEL(pair_exchange, Buffers, 1024) {
  float* tile = dynamic_shared<float>();
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

// The barrier of a warp orders nothing for another.
GRAMIAN_KERNEL(race_beside_a_barrier, Buffers, 1024) {
  float* tile = dynamic_shared<float>();
  tile[threadIdx.x] = p.in[global_index()];
  sync_threads(threadIdx.x / 32 + 1, 32);
  p.out[global_index()] = tile[threadIdx.x ^ 32];
}

// A read of several warps, ordered before the write of one of them only.
GRAMIAN_KERNEL(race_with_a_warp_elsewhere, Buffers, 1024) {
  float* tile = dynamic_shared<float>();
  tile[threadIdx.x] = p.in[global_index()];
  __syncthreads();
  p.out[global_index()] = tile[0];
  if (threadIdx.x < 64) {
    sync_threads(1, 64);
    if (threadIdx.x == 0) {
      tile[0] = 1.0f;
    }
  }
}

GRAMIAN_KERNEL(barrier_of_a_missing_warp, Buffers, 1024) {
  if (threadIdx.x >= 32) {
    sync_threads(3, blockDim.x);
  }
  p.out[global_index()] = 1.0f;
}

GRAMIAN_KERNEL(more_shared_memory_than_there_is, Buffers, 1024) {
  GRAMIAN_SHARED(float, tile, 1024);
  tile[threadIdx.x] = p.in[global_index()];
  p.out[global_index()] = tile[threadIdx.x];
}

GRAMIAN_KERNEL(shuffle_of_some_lanes, Buffers, 1024) {
  float v = static_cast<float>(threadIdx.x);
  if (threadIdx.x % kWarpSize != 5) {
    v = __shfl_xor_sync(kFullMask, v, 1);
  }
  p.out[global_index()] = v;
}

GRAMIAN_KERNEL(shuffle_from_outside, Buffers, 1024) {
  float v = static_cast<float>(threadIdx.x);
  if (threadIdx.x % kWarpSize < 16) {
    v = __shfl_sync(0x0000ffffu, v, 20);
  }
  p.out[global_index()] = v;
}

// ---- ends that are none

GRAMIAN_KERNEL(runs_forever, Buffers, 1024) {
  volatile float* out = p.out;
  while (out[global_index()] != 1.0f) {
  }
}

GRAMIAN_KERNEL(computes_forever, Buffers, 1024) {
  u32 x = p.n;
  do {
    x = x * 1664525u + 1013904223u;
  } while (x != p.spare || p.n != 0);
  p.out[global_index()] = static_cast<float>(x);
}

GRAMIAN_KERNEL(waits_forever, Buffers, 1024) {
  while (__syncthreads_or(1) != 0) {
  }
  p.out[global_index()] = 1.0f;
}

namespace {
__device__ __noinline__ u32 descend(volatile u32* depth) {
  volatile u32 frame[64];
  frame[0] = *depth + 1;
  return frame[0] == 0 ? 0 : descend(frame) + frame[0];
}
}  // namespace

GRAMIAN_KERNEL(recurses_forever, Buffers, 1024) {
  volatile u32 zero = p.n;
  p.out[global_index()] = static_cast<float>(descend(&zero));
}

GRAMIAN_KERNEL(divides_by_zero, Buffers, 1024) {
  p.out[global_index()] = static_cast<float>(7u / p.spare);
}

GRAMIAN_KERNEL(traps, Buffers, 1024) {
  if (global_index() == p.n) {
    __trap();
  }
}

// ---- every result of the warp operations, for comparison with the test's own arithmetic

struct WarpResults {
  u32* out;  // 10 words per thread
  u32 mask;
  u32 width;
  u32 amount;
};

GRAMIAN_KERNEL(warp_operations, WarpResults, 1024) {
  const u32 i = global_index();
  const u32 lane = threadIdx.x % kWarpSize;
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

GRAMIAN_KERNEL(block_votes, WarpResults, 1024) {
  u32* out = p.out + 3 * global_index();
  out[0] = static_cast<u32>(__syncthreads_count(threadIdx.x % 3 == 0));
  out[1] = static_cast<u32>(__syncthreads_and(threadIdx.x < p.amount));
  out[2] = static_cast<u32>(__syncthreads_or(threadIdx.x == p.amount));
}

// ---- a product of 16 x 16 by 16 x 8 on the tensor cores, from shared memory

struct Product {
  float* c;      // [16, 8], in and out
  const u16* a;  // [16, 16]
  const u16* b;  // [16, 8]
  u32 is_bf16;
};

namespace {
template <typename T>
__device__ void multiply(FragmentC& c, const u16* a, const u16* b) {
  const u32 lane = threadIdx.x % kWarpSize;
  FragmentA fa;
  ldmatrix(fa.x, a + (lane % 16) * 16 + lane / 16 * 8);
  FragmentB fb;
  ldmatrix<true>(fb.x, b + (lane % 16) * 8);
  mma_m16n8k16<T>(c, fa, fb);
}
}  // namespace

GRAMIAN_KERNEL(tensor_product, Product, 32) {
  u16* a = dynamic_shared<u16>();
  u16* b = a + 256;
  const u32 lane = threadIdx.x;
  for (u32 i = lane; i < 256; i += kWarpSize) {
    a[i] = p.a[i];
  }
  for (u32 i = lane; i < 128; i += kWarpSize) {
    b[i] = p.b[i];
  }
  __syncthreads();
  FragmentC c;
  const u32 row = lane / 4;
  const u32 column = lane % 4 * 2;
  for (u32 i = 0; i < 4; ++i) {
    c.x[i] = p.c[(row + i / 2 * 8) * 8 + column + i % 2];
  }
  if (p.is_bf16 != 0) {
    multiply<bf16>(c, a, b);
  } else {
    multiply<f16>(c, a, b);
  }
  for (u32 i = 0; i < 4; ++i) {
    p.c[(row + i / 2 * 8) * 8 + column + i % 2] = c.x[i];
  }
}

struct Conversions {
  const float* in;
  u16* bf16_bits;
  u16* f16_bits;
  float* back;  // two per input
  u32 n;
};

GRAMIAN_KERNEL(conversions, Conversions, 256) {
  const u32 i = global_index();
  if (i < p.n) {
    const bf16 b = from_float<bf16>(p.in[i]);
    const f16 h = from_float<f16>(p.in[i]);
    p.bf16_bits[i] = b.bits;
    p.f16_bits[i] = h.bits;
    p.back[2 * i] = unpack_low<bf16>(pack<bf16>(p.in[i], 0.0f));
    p.back[2 * i + 1] = unpack_high<f16>(pack<f16>(0.0f, p.in[i]));
  }
}
