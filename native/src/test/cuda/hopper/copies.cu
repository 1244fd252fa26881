// Copies by the asynchronous proxy: of bytes, of boxes of tensors, within clusters.
#include "hopper/hopper.cuh"

#if __CUDA_ARCH__ >= 900

// Twice the input, through shared memory by bulk copies.
KERNEL twice(float* out, const float* in, int n) {
  __shared__ __align__(128) float tile[256];
  __shared__ u64 barrier;
  const int first = blockIdx.x * 256;
  const u32 bytes = min(256, n - first) * 4;
  if (threadIdx.x == 0) {
    init_barrier(&barrier, 1);
    fence_barrier_init();
  }
  __syncthreads();
  if (threadIdx.x == 0) {
    expect_bytes(&barrier, bytes);
    load_bytes(tile, in + first, bytes, &barrier);
  }
  wait_for(&barrier, 0);
  for (u32 i = threadIdx.x; i < bytes / 4; i += blockDim.x) {
    tile[i] *= 2.0f;
  }
  fence_async();
  __syncthreads();
  if (threadIdx.x == 0) {
    store_bytes(out + first, tile, bytes);
    commit_stores();
    wait_for_stores<0>();
  }
}

// Sums the rows of a matrix of 64 columns into one row: every block adds its own.
KERNEL sum_rows(float* out, const float* in) {
  __shared__ __align__(128) float row[64];
  row[threadIdx.x] = in[blockIdx.x * 64 + threadIdx.x];
  fence_async();
  __syncthreads();
  if (threadIdx.x == 0) {
    add_floats(out, row, 256);
    commit_stores();
    wait_for_stores<0>();
  }
}

// Two stages, filled by one warp and used by another, for as many tiles as there are.
KERNEL pipeline(float* out, const float* in, int tiles) {
  __shared__ __align__(128) float stages[2][64];
  __shared__ u64 full[2];
  __shared__ u64 empty[2];
  if (threadIdx.x == 0) {
    for (int i = 0; i < 2; ++i) {
      init_barrier(&full[i], 1);
      init_barrier(&empty[i], 32);
    }
    fence_barrier_init();
  }
  __syncthreads();
  if (threadIdx.x < 32) {
    if (threadIdx.x == 0) {
      for (int t = 0; t < tiles; ++t) {
        const int stage = t % 2;
        wait_for(&empty[stage], 1 - t / 2 % 2);
        expect_bytes(&full[stage], 256);
        load_bytes(stages[stage], in + 64 * t, 256, &full[stage]);
      }
    }
  } else {
    const u32 lane = lane_index();
    for (int t = 0; t < tiles; ++t) {
      const int stage = t % 2;
      wait_for(&full[stage], t / 2 % 2);
      out[64 * t + lane] = stages[stage][lane] + 1.0f;
      out[64 * t + 32 + lane] = stages[stage][32 + lane] + 1.0f;
      arrive_at(&empty[stage]);
    }
  }
}

// The bytes of a box as they lie in shared memory.
KERNEL show_box(u8* out, const __grid_constant__ TensorMap map, int rank, u32 bytes, int x, int y,
                int z) {
  extern __shared__ __align__(kBoxAlignment) u8 box[];
  __shared__ u64 barrier;
  if (threadIdx.x == 0) {
    init_barrier(&barrier, 1);
    fence_barrier_init();
  }
  __syncthreads();
  if (threadIdx.x == 0) {
    expect_bytes(&barrier, bytes);
    const u32 to = shared_address(box);
    const u32 at = shared_address(&barrier);
#define LOAD(dimensions, coordinates)                                                              \
  asm volatile("cp.async.bulk.tensor." dimensions                                                  \
               ".shared::cluster.global.tile.mbarrier::complete_tx::bytes [%0], [%1, " coordinates \
               "], [%2];" ::"r"(to),                                                               \
               "l"(&map), "r"(at), "r"(x), "r"(y), "r"(z), "r"(0)                                  \
               : "memory")
    switch (rank) {
      case 1:
        LOAD("1d", "{%3}");
        break;
      case 2:
        LOAD("2d", "{%3, %4}");
        break;
      case 3:
        LOAD("3d", "{%3, %4, %5}");
        break;
      case 4:
        LOAD("4d", "{%3, %4, %5, %6}");
        break;
      default:
        LOAD("5d", "{%3, %4, %5, %6, %6}");
    }
#undef LOAD
  }
  wait_for(&barrier, 0);
  for (u32 i = threadIdx.x; i < bytes; i += blockDim.x) {
    out[i] = box[i];
  }
}

// A tensor from one map to another, box by box.
KERNEL copy_boxes(const __grid_constant__ TensorMap from, const __grid_constant__ TensorMap to,
                  int width, int height, u32 bytes) {
  extern __shared__ __align__(kBoxAlignment) u8 box[];
  __shared__ u64 barrier;
  if (threadIdx.x == 0) {
    init_barrier(&barrier, 1);
    fence_barrier_init();
    expect_bytes(&barrier, bytes);
    load_box(box, &from, &barrier, blockIdx.x * width, blockIdx.y * height);
    wait_for(&barrier, 0);
    store_box(&to, box, blockIdx.x * width, blockIdx.y * height);
    commit_stores();
    wait_for_stores<0>();
  }
}

// ---- clusters of two blocks

// Each block reads what the other one wrote to its shared memory.
CLUSTER_KERNEL exchange(float* out, const float* in) {
  __shared__ float mine[32];
  mine[threadIdx.x] = in[global_index()];
  sync_cluster();
  out[global_index()] =
      read_remote(address_in(&mine[threadIdx.x], rank_in_cluster() ^ 1)) + rank_in_cluster();
  sync_cluster();
}

// One block loads for both.
CLUSTER_KERNEL broadcast(float* out, const __grid_constant__ TensorMap map) {
  extern __shared__ __align__(kBoxAlignment) float boxes[];
  __shared__ u64 barrier;
  if (threadIdx.x == 0) {
    init_barrier(&barrier, 1);
    fence_barrier_init();
  }
  sync_cluster();
  if (threadIdx.x == 0) {
    expect_bytes(&barrier, 128);
    if (rank_in_cluster() == 0) {
      multicast_box(boxes, &map, &barrier, 0, blockIdx.x / 2, 3);
    }
  }
  wait_for(&barrier, 0);
  out[global_index()] = boxes[threadIdx.x];
  sync_cluster();
}

// The blocks of a cluster tell block 0 that they are done by its mbarrier.
CLUSTER_KERNEL gather(float* out, const float* in) {
  __shared__ float mine;
  __shared__ u64 barrier;
  if (threadIdx.x == 0) {
    init_barrier(&barrier, 2);
    fence_barrier_init();
  }
  sync_cluster();
  if (threadIdx.x == 0) {
    mine = in[blockIdx.x];
    arrive_at_remote(address_in(&barrier, 0));
    if (rank_in_cluster() == 0) {
      asm volatile(
          "{\n.reg .pred done;\nagain:\n"
          "mbarrier.try_wait.parity.acquire.cluster.shared::cta.b64 done, [%0], 0;\n"
          "@!done bra again;\n}" ::"r"(shared_address(&barrier))
          : "memory");
      out[blockIdx.x / 2] = mine + read_remote(address_in(&mine, 1));
    }
  }
  sync_cluster();
}

#endif
