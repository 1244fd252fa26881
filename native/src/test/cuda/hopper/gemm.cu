// C (m x n) = A (m x k) B^T (n x k) of bf16, as kernels for Hopper are written: one warpgroup
// loads, two multiply, through four stages; the two blocks of a cluster share each tile of B by
// multicast; the result leaves through shared memory. Blocks take tile after tile.
#include "hopper/hopper.cuh"

#if __CUDA_ARCH__ >= 900

namespace {

constexpr int kTileRows = 128;  // of a block: 64 of each multiplying warpgroup
constexpr int kTileColumns = 64;
constexpr int kTileDepth = 64;  // 128 bytes
constexpr int kStages = 4;
constexpr int kConsumers = 2;
constexpr int kAccumulators = kTileColumns / 2;

struct __align__(kBoxAlignment) Shared {
  u16 a[kStages][kTileRows * kTileDepth];
  u16 b[kStages][kTileColumns * kTileDepth];
  u16 c[kTileRows * kTileColumns];
  u64 full[kStages];
  u64 empty[kStages];
};

constexpr u32 kStageBytes = 2 * (kTileRows + kTileColumns) * kTileDepth;

// 64 x 64 x 16.
__device__ __forceinline__ void multiply_wide(float (&d)[kAccumulators], u64 a, u64 b,
                                              int accumulates) {
  asm volatile(
      "{\n"
      ".reg .pred p;\n"
      "setp.ne.b32 p, %34, 0;\n"
      "wgmma.mma_async.sync.aligned.m64n64k16.f32.bf16.bf16 "
      "{%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, %16, %17, %18, %19, "
      "%20, %21, %22, %23, %24, %25, %26, %27, %28, %29, %30, %31}, %32, %33, p, 1, 1, 0, 0;\n"
      "}"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3]), "+f"(d[4]), "+f"(d[5]), "+f"(d[6]),
        "+f"(d[7]), "+f"(d[8]), "+f"(d[9]), "+f"(d[10]), "+f"(d[11]), "+f"(d[12]), "+f"(d[13]),
        "+f"(d[14]), "+f"(d[15]), "+f"(d[16]), "+f"(d[17]), "+f"(d[18]), "+f"(d[19]), "+f"(d[20]),
        "+f"(d[21]), "+f"(d[22]), "+f"(d[23]), "+f"(d[24]), "+f"(d[25]), "+f"(d[26]), "+f"(d[27]),
        "+f"(d[28]), "+f"(d[29]), "+f"(d[30]), "+f"(d[31])
      : "l"(a), "l"(b), "r"(accumulates)
      : "memory");
}

__device__ __forceinline__ u32 pack(float low, float high) {
  u32 both;
  asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(both) : "f"(high), "f"(low));
  return both;
}

__device__ __forceinline__ void store_matrices(u32 address, u32 a, u32 b, u32 c, u32 d) {
  asm volatile("stmatrix.sync.aligned.m8n8.x4.shared.b16 [%0], {%1, %2, %3, %4};" ::"r"(address),
               "r"(a), "r"(b), "r"(c), "r"(d)
               : "memory");
}

__device__ __forceinline__ bool is_elected() {
  u32 elected;
  asm volatile(
      "{\n"
      ".reg .pred p;\n"
      "elect.sync _|p, 0xffffffff;\n"
      "selp.u32 %0, 1, 0, p;\n"
      "}"
      : "=r"(elected));
  return elected != 0;
}

// Counts stages and the phases of their barriers.
struct Turn {
  u32 stage = 0;
  u32 parity = 0;

  __device__ void advance() {
    if (++stage == kStages) {
      stage = 0;
      parity ^= 1;
    }
  }
};

__device__ void load_tiles(Shared& s, const TensorMap& a, const TensorMap& b, int rows, int columns,
                           int depth) {
  asm volatile("setmaxnreg.dec.sync.aligned.u32 40;");
  if (threadIdx.x >= 32 || !is_elected()) {
    return;
  }
  const u32 rank = rank_in_cluster();
  Turn turn;
  for (int tile = blockIdx.x / 2; tile < rows / (2 * kTileRows) * (columns / kTileColumns);
       tile += gridDim.x / 2) {
    const int row = (tile / (columns / kTileColumns) * 2 + static_cast<int>(rank)) * kTileRows;
    const int column = tile % (columns / kTileColumns) * kTileColumns;
    for (int k = 0; k < depth; k += kTileDepth, turn.advance()) {
      wait_for(&s.empty[turn.stage], turn.parity ^ 1);
      expect_bytes(&s.full[turn.stage], kStageBytes);
      load_box(s.a[turn.stage], &a, &s.full[turn.stage], k, row);
      // Each block loads half of B for both.
      multicast_box(s.b[turn.stage] + rank * kTileColumns / 2 * kTileDepth, &b, &s.full[turn.stage],
                    k, column + static_cast<int>(rank) * kTileColumns / 2, 3);
    }
  }
}

__device__ void multiply_tiles(Shared& s, const TensorMap& c, int rows, int columns, int depth) {
  asm volatile("setmaxnreg.inc.sync.aligned.u32 232;");
  const u32 group = threadIdx.x / 128 - 1;
  const u32 thread = threadIdx.x % 128;
  const u32 rank = rank_in_cluster();
  u16* const own = s.c + group * 64 * kTileColumns;
  Turn turn;
  for (int tile = blockIdx.x / 2; tile < rows / (2 * kTileRows) * (columns / kTileColumns);
       tile += gridDim.x / 2) {
    float d[kAccumulators];
    for (int k = 0; k < depth; k += kTileDepth) {
      wait_for(&s.full[turn.stage], turn.parity);
      const u16* const a = s.a[turn.stage] + group * 64 * kTileDepth;
      fence_products();
#pragma unroll
      for (int step = 0; step < kTileDepth / 16; ++step) {
        multiply_wide(d, descriptor(a + 16 * step, 16, 1024, Swizzle::k128),
                      descriptor(s.b[turn.stage] + 16 * step, 16, 1024, Swizzle::k128),
                      k != 0 || step != 0);
      }
      commit_products();
      wait_for_products<0>();
      // Both blocks wait until both have used the tile of B.
      if (thread < 2) {
        arrive_at_remote(address_in(&s.empty[turn.stage], thread));
      }
      turn.advance();
    }
    // The last tile has to have left before this one takes its place.
    if (thread == 0) {
      wait_for_stores<0>();
    }
    asm volatile("bar.sync %0, 128;" ::"r"(group + 1) : "memory");
    // Rows of 128 bytes with a swizzle of as much.
    const u32 row = thread / 32 * 16 + lane_index() % 16;
#pragma unroll
    for (int j = 0; j < kAccumulators; j += 8) {
      const u32 chunk = j / 4 + lane_index() / 16;
      store_matrices(shared_address(own) + row * 128 + (chunk ^ row % 8) * 16, pack(d[j], d[j + 1]),
                     pack(d[j + 2], d[j + 3]), pack(d[j + 4], d[j + 5]), pack(d[j + 6], d[j + 7]));
    }
    fence_async();
    asm volatile("bar.sync %0, 128;" ::"r"(group + 1) : "memory");
    if (thread == 0) {
      const int place =
          (tile / (columns / kTileColumns) * 2 + static_cast<int>(rank)) * kTileRows + group * 64;
      store_box(&c, own, tile % (columns / kTileColumns) * kTileColumns, place);
      commit_stores();
    }
  }
  if (thread == 0) {
    wait_for_stores<0>();
  }
}

}  // namespace

CLUSTER_KERNEL __launch_bounds__(384, 1)
    gemm(const __grid_constant__ TensorMap a, const __grid_constant__ TensorMap b,
         const __grid_constant__ TensorMap c, int rows, int columns, int depth) {
  extern __shared__ __align__(kBoxAlignment) u8 memory[];
  Shared& s = *reinterpret_cast<Shared*>(memory);
  if (threadIdx.x == 0) {
    for (int i = 0; i < kStages; ++i) {
      init_barrier(&s.full[i], 1);
      init_barrier(&s.empty[i], 2 * kConsumers);
    }
    fence_barrier_init();
  }
  sync_cluster();
  if (threadIdx.x < 128) {
    load_tiles(s, a, b, rows, columns, depth);
  } else {
    multiply_tiles(s, c, rows, columns, depth);
  }
  sync_cluster_unaligned();
}

#endif
