// Mistakes with mbarriers, bulk and tensor copies, and clusters. Every block has 64 threads and
// runs in a cluster of two; the map's boxes are 32 x 8 floats.
#include "hopper/hopper.cuh"

#if __CUDA_ARCH__ >= 900

struct __align__(kBoxAlignment) Tile {
  float at[256];
};

constexpr u32 kTileBytes = sizeof(Tile::at);

__device__ __forceinline__ void init_alone(u64* barrier, u32 count) {
  if (threadIdx.x == 0) {
    init_barrier(barrier, count);
    fence_barrier_init();
  }
  __syncthreads();
}

__device__ __forceinline__ void arrive_twice(u64* barrier) {
  asm volatile("mbarrier.arrive.shared::cta.b64 _, [%0], 2;" ::"r"(shared_address(barrier))
               : "memory");
}

// ---- what completes when

CLUSTER_KERNEL wrong_phase(float* out, const float* in, const __grid_constant__ TensorMap map) {
  __shared__ Tile tile;
  __shared__ u64 barrier;
  init_alone(&barrier, 1);
  if (threadIdx.x == 0) {
    expect_bytes(&barrier, kTileBytes);
    load_box(tile.at, &map, &barrier, 0, 0);  // fault
  }
  wait_for(&barrier, 1);
  out[global_index()] = tile.at[threadIdx.x];  // fault
}

CLUSTER_KERNEL wrong_phase_mended(float* out, const float* in,
                                  const __grid_constant__ TensorMap map) {
  __shared__ Tile tile;
  __shared__ u64 barrier;
  init_alone(&barrier, 1);
  if (threadIdx.x == 0) {
    expect_bytes(&barrier, kTileBytes);
    load_box(tile.at, &map, &barrier, 0, 0);
  }
  wait_for(&barrier, 0);
  out[global_index()] = tile.at[threadIdx.x];
}

// The second copy is not among the bytes that the phase waits for.
CLUSTER_KERNEL too_few_bytes(float* out, const float* in, const __grid_constant__ TensorMap map) {
  __shared__ Tile tiles[2];
  __shared__ u64 barrier;
  init_alone(&barrier, 1);
  if (threadIdx.x == 0) {
    expect_bytes(&barrier, kTileBytes);
    load_box(tiles[0].at, &map, &barrier, 0, 0);
    load_box(tiles[1].at, &map, &barrier, 0, 8);  // fault
  }
  wait_for(&barrier, 0);
  out[global_index()] = tiles[0].at[threadIdx.x] + tiles[1].at[threadIdx.x];  // fault
}

CLUSTER_KERNEL too_few_bytes_mended(float* out, const float* in,
                                    const __grid_constant__ TensorMap map) {
  __shared__ Tile tiles[2];
  __shared__ u64 barrier;
  init_alone(&barrier, 1);
  if (threadIdx.x == 0) {
    expect_bytes(&barrier, 2 * kTileBytes);
    load_box(tiles[0].at, &map, &barrier, 0, 0);
    load_box(tiles[1].at, &map, &barrier, 0, 8);
  }
  wait_for(&barrier, 0);
  out[global_index()] = tiles[0].at[threadIdx.x] + tiles[1].at[threadIdx.x];
}

// What lies outside of the tensor counts too.
CLUSTER_KERNEL too_many_bytes(float* out, const float* in, const __grid_constant__ TensorMap map) {
  __shared__ Tile tile;
  __shared__ u64 barrier;
  init_alone(&barrier, 1);
  if (threadIdx.x == 0) {
    expect_bytes(&barrier, kTileBytes + 16);
    load_box(tile.at, &map, &barrier, 0, 12);
  }
  wait_for(&barrier, 0);  // fault
  out[global_index()] = tile.at[threadIdx.x];
}

CLUSTER_KERNEL too_many_bytes_mended(float* out, const float* in,
                                     const __grid_constant__ TensorMap map) {
  __shared__ Tile tile;
  __shared__ u64 barrier;
  init_alone(&barrier, 1);
  if (threadIdx.x == 0) {
    expect_bytes(&barrier, kTileBytes);
    load_box(tile.at, &map, &barrier, 0, 12);
  }
  wait_for(&barrier, 0);
  out[global_index()] = tile.at[threadIdx.x];
}

CLUSTER_KERNEL copy_that_nobody_waits_for(float* out, const float* in,
                                          const __grid_constant__ TensorMap map) {
  __shared__ Tile tile;
  __shared__ u64 barrier;
  init_alone(&barrier, 1);
  if (threadIdx.x == 0) {
    expect_bytes(&barrier, kTileBytes);
    load_bytes(tile.at, in, kTileBytes, &barrier);
  }
  __syncthreads();
  out[global_index()] = tile.at[threadIdx.x];  // fault
}

CLUSTER_KERNEL copy_that_nobody_waits_for_mended(float* out, const float* in,
                                                 const __grid_constant__ TensorMap map) {
  __shared__ Tile tile;
  __shared__ u64 barrier;
  init_alone(&barrier, 1);
  if (threadIdx.x == 0) {
    expect_bytes(&barrier, kTileBytes);
    load_bytes(tile.at, in, kTileBytes, &barrier);
  }
  wait_for(&barrier, 0);
  out[global_index()] = tile.at[threadIdx.x];
}

// The next tile is loaded while others still read the one before.
CLUSTER_KERNEL stage_that_is_not_empty(float* out, const float* in,
                                       const __grid_constant__ TensorMap map) {
  __shared__ Tile tile;
  __shared__ u64 full;
  init_alone(&full, 1);
  float sum = 0.0f;
  for (int t = 0; t < 2; ++t) {
    if (threadIdx.x == 0) {
      expect_bytes(&full, kTileBytes);
      load_bytes(tile.at, in + 256 * t, kTileBytes, &full);  // fault
    }
    wait_for(&full, t);
    sum += tile.at[threadIdx.x];  // fault
  }
  out[global_index()] = sum;
}

CLUSTER_KERNEL stage_that_is_not_empty_mended(float* out, const float* in,
                                              const __grid_constant__ TensorMap map) {
  __shared__ Tile tile;
  __shared__ u64 full;
  __shared__ u64 empty;
  if (threadIdx.x == 0) {
    init_barrier(&empty, 64);
  }
  init_alone(&full, 1);
  float sum = 0.0f;
  for (int t = 0; t < 2; ++t) {
    if (threadIdx.x == 0) {
      wait_for(&empty, 1 - t);
      expect_bytes(&full, kTileBytes);
      load_bytes(tile.at, in + 256 * t, kTileBytes, &full);
    }
    wait_for(&full, t);
    sum += tile.at[threadIdx.x];
    arrive_at(&empty);
  }
  out[global_index()] = sum;
}

// ---- mbarriers themselves

CLUSTER_KERNEL more_arrivals_than_expected(float* out, const float* in,
                                           const __grid_constant__ TensorMap map) {
  __shared__ u64 barrier;
  init_alone(&barrier, 3);
  if (threadIdx.x < 2) {
    arrive_twice(&barrier);  // fault
  }
  out[global_index()] = in[0];
}

CLUSTER_KERNEL more_arrivals_than_expected_mended(float* out, const float* in,
                                                  const __grid_constant__ TensorMap map) {
  __shared__ u64 barrier;
  init_alone(&barrier, 4);
  if (threadIdx.x < 2) {
    arrive_twice(&barrier);
  }
  wait_for(&barrier, 0);
  out[global_index()] = in[0];
}

CLUSTER_KERNEL barrier_that_is_overwritten(float* out, const float* in,
                                           const __grid_constant__ TensorMap map) {
  __shared__ u64 barrier;
  init_alone(&barrier, 64);
  if (threadIdx.x == 0) {
    barrier = 0;
  }
  __syncthreads();
  arrive_at(&barrier);  // fault
  out[global_index()] = in[0];
}

CLUSTER_KERNEL barrier_that_is_overwritten_mended(float* out, const float* in,
                                                  const __grid_constant__ TensorMap map) {
  __shared__ u64 barrier;
  init_alone(&barrier, 64);
  arrive_at(&barrier);
  wait_for(&barrier, 0);
  out[global_index()] = in[0];
}

// Others use it before they can know that it is there.
CLUSTER_KERNEL barrier_that_is_not_there_yet(float* out, const float* in,
                                             const __grid_constant__ TensorMap map) {
  __shared__ u64 barrier;
  if (threadIdx.x == 0) {
    init_barrier(&barrier, 32);  // fault
  }
  if (threadIdx.x >= 32) {
    arrive_at(&barrier);  // fault
  }
  out[global_index()] = in[0];
}

CLUSTER_KERNEL barrier_that_is_not_there_yet_mended(float* out, const float* in,
                                                    const __grid_constant__ TensorMap map) {
  __shared__ u64 barrier;
  init_alone(&barrier, 32);
  if (threadIdx.x >= 32) {
    arrive_at(&barrier);
  }
  out[global_index()] = in[0];
}

// ---- proxies

CLUSTER_KERNEL store_without_fence(float* out, const float* in,
                                   const __grid_constant__ TensorMap map) {
  __shared__ Tile tile;
  for (int i = threadIdx.x; i < 256; i += 64) {
    tile.at[i] = in[i];
  }
  __syncthreads();
  if (threadIdx.x == 0) {
    store_bytes(out + 256 * blockIdx.x, tile.at, kTileBytes);  // fault
    commit_stores();
    wait_for_stores<0>();
  }
}

CLUSTER_KERNEL store_without_fence_mended(float* out, const float* in,
                                          const __grid_constant__ TensorMap map) {
  __shared__ Tile tile;
  for (int i = threadIdx.x; i < 256; i += 64) {
    tile.at[i] = in[i];
  }
  fence_async();
  __syncthreads();
  if (threadIdx.x == 0) {
    store_bytes(out + 256 * blockIdx.x, tile.at, kTileBytes);
    commit_stores();
    wait_for_stores<0>();
  }
}

CLUSTER_KERNEL store_that_nobody_waits_for(float* out, const float* in,
                                           const __grid_constant__ TensorMap map) {
  __shared__ Tile tile;
  for (int i = threadIdx.x; i < 256; i += 64) {
    tile.at[i] = in[i];
  }
  fence_async();
  __syncthreads();
  if (threadIdx.x == 0) {
    store_bytes(out + 256 * blockIdx.x, tile.at, kTileBytes);  // fault
    commit_stores();
  }
}

CLUSTER_KERNEL store_that_nobody_waits_for_mended(float* out, const float* in,
                                                  const __grid_constant__ TensorMap map) {
  __shared__ Tile tile;
  for (int i = threadIdx.x; i < 256; i += 64) {
    tile.at[i] = in[i];
  }
  fence_async();
  __syncthreads();
  if (threadIdx.x == 0) {
    store_bytes(out + 256 * blockIdx.x, tile.at, kTileBytes);
    commit_stores();
    wait_for_stores<0>();
  }
}

CLUSTER_KERNEL source_that_is_overwritten(float* out, const float* in,
                                          const __grid_constant__ TensorMap map) {
  __shared__ Tile tile;
  if (threadIdx.x == 0) {
    for (int i = 0; i < 256; ++i) {
      tile.at[i] = in[i];
    }
    fence_async();
    store_bytes(out + 256 * blockIdx.x, tile.at, kTileBytes);
    commit_stores();
    tile.at[3] = 0.0f;  // fault
    wait_for_stores<0>();
  }
}

CLUSTER_KERNEL source_that_is_overwritten_mended(float* out, const float* in,
                                                 const __grid_constant__ TensorMap map) {
  __shared__ Tile tile;
  if (threadIdx.x == 0) {
    for (int i = 0; i < 256; ++i) {
      tile.at[i] = in[i];
    }
    fence_async();
    store_bytes(out + 256 * blockIdx.x, tile.at, kTileBytes);
    commit_stores();
    wait_for_stores<0>();
    tile.at[3] = 0.0f;
  }
}

// ---- places

CLUSTER_KERNEL box_at_a_misaligned_place(float* out, const float* in,
                                         const __grid_constant__ TensorMap map) {
  __shared__ Tile tiles[2];
  __shared__ u64 barrier;
  init_alone(&barrier, 1);
  if (threadIdx.x == 0) {
    expect_bytes(&barrier, kTileBytes);
    load_box(tiles[0].at + 16, &map, &barrier, 0, 0);  // fault
  }
  wait_for(&barrier, 0);
  out[global_index()] = tiles[0].at[16 + threadIdx.x];
}

CLUSTER_KERNEL box_at_a_misaligned_place_mended(float* out, const float* in,
                                                const __grid_constant__ TensorMap map) {
  __shared__ Tile tiles[2];
  __shared__ u64 barrier;
  init_alone(&barrier, 1);
  if (threadIdx.x == 0) {
    expect_bytes(&barrier, kTileBytes);
    load_box(tiles[0].at + 32, &map, &barrier, 0, 0);
  }
  wait_for(&barrier, 0);
  out[global_index()] = tiles[0].at[32 + threadIdx.x];
}

CLUSTER_KERNEL box_past_the_end(float* out, const float* in,
                                const __grid_constant__ TensorMap map) {
  __shared__ Tile tile;
  __shared__ u64 barrier;
  init_alone(&barrier, 1);
  if (threadIdx.x == 0) {
    expect_bytes(&barrier, kTileBytes);
    load_box(tile.at + 32, &map, &barrier, 0, 0);  // fault
  }
  wait_for(&barrier, 0);
  out[global_index()] = tile.at[32 + threadIdx.x];
}

CLUSTER_KERNEL box_past_the_end_mended(float* out, const float* in,
                                       const __grid_constant__ TensorMap map) {
  __shared__ Tile tile;
  __shared__ u64 barrier;
  init_alone(&barrier, 1);
  if (threadIdx.x == 0) {
    expect_bytes(&barrier, kTileBytes);
    load_box(tile.at, &map, &barrier, 0, 0);
  }
  wait_for(&barrier, 0);
  out[global_index()] = tile.at[32 + threadIdx.x];
}

// ---- clusters

CLUSTER_KERNEL neighbour_read_too_early(float* out, const float* in,
                                        const __grid_constant__ TensorMap map) {
  __shared__ float mine[64];
  mine[threadIdx.x] = in[threadIdx.x];  // fault
  __syncthreads();
  out[global_index()] =
      read_remote(address_in(&mine[threadIdx.x], rank_in_cluster() ^ 1));  // fault
  sync_cluster();
}

CLUSTER_KERNEL neighbour_read_too_early_mended(float* out, const float* in,
                                               const __grid_constant__ TensorMap map) {
  __shared__ float mine[64];
  mine[threadIdx.x] = in[threadIdx.x];
  sync_cluster();
  out[global_index()] = read_remote(address_in(&mine[threadIdx.x], rank_in_cluster() ^ 1));
  sync_cluster();
}

CLUSTER_KERNEL rank_that_there_is_not(float* out, const float* in,
                                      const __grid_constant__ TensorMap map) {
  __shared__ float mine[64];
  mine[threadIdx.x] = in[threadIdx.x];
  sync_cluster();
  out[global_index()] =
      read_remote(address_in(&mine[threadIdx.x], rank_in_cluster() + 1));  // fault
  sync_cluster();
}

CLUSTER_KERNEL rank_that_there_is_not_mended(float* out, const float* in,
                                             const __grid_constant__ TensorMap map) {
  __shared__ float mine[64];
  mine[threadIdx.x] = in[threadIdx.x];
  sync_cluster();
  out[global_index()] = read_remote(address_in(&mine[threadIdx.x], rank_in_cluster()));
  sync_cluster();
}

// The mask names a third block.
CLUSTER_KERNEL multicast_to_a_block_outside(float* out, const float* in,
                                            const __grid_constant__ TensorMap map) {
  __shared__ Tile tile;
  __shared__ u64 barrier;
  init_alone(&barrier, 1);
  sync_cluster();
  if (threadIdx.x == 0 && rank_in_cluster() == 0) {
    expect_bytes(&barrier, kTileBytes);
    multicast_box(tile.at, &map, &barrier, 0, 0, 5);  // fault
  }
  sync_cluster();
  out[global_index()] = in[0];
}

CLUSTER_KERNEL multicast_to_a_block_outside_mended(float* out, const float* in,
                                                   const __grid_constant__ TensorMap map) {
  __shared__ Tile tile;
  __shared__ u64 barrier;
  init_alone(&barrier, 1);
  sync_cluster();
  if (threadIdx.x == 0) {
    expect_bytes(&barrier, kTileBytes);
    if (rank_in_cluster() == 0) {
      multicast_box(tile.at, &map, &barrier, 0, 0, 3);
    }
  }
  wait_for(&barrier, 0);
  out[global_index()] = tile.at[threadIdx.x];
  sync_cluster();
}

#endif
