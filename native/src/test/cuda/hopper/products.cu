// Products by wgmma: out (64 x 16) = A (64 x K) B^T, with B of 16 rows, by the layouts that there
// are.
#include "hopper/hopper.cuh"

#if __CUDA_ARCH__ >= 900

namespace {

constexpr int kDepth = 64;
constexpr int kRows = 64;
constexpr int kColumns = 16;

// Writes what the lanes of four warps hold of the result.
template <int N>
__device__ void write_result(float* out, const float (&d)[N]) {
  const u32 row = threadIdx.x / 32 * 16 + lane_index() / 4;
  for (int i = 0; i < N; ++i) {
    out[(row + i / 2 % 2 * 8) * (2 * N) + i / 4 * 8 + lane_index() % 4 * 2 + i % 2] = d[i];
  }
}

// A stage of both operands, loaded by tensor copies.
struct alignas(kBoxAlignment) Stage {
  u16 a[kRows * kDepth];
  u16 b[kColumns * kDepth];
};

// Boxes have `Width` elements of the depth.
template <int Width>
__device__ void load_stage(Stage& stage, const TensorMap& a, const TensorMap& b, u64* barrier) {
  if (threadIdx.x == 0) {
    init_barrier(barrier, 1);
    fence_barrier_init();
  }
  __syncthreads();
  if (threadIdx.x == 0) {
    expect_bytes(barrier, (kRows + kColumns) * Width * 2);
    load_box(stage.a, &a, barrier, 0, 0);
    load_box(stage.b, &b, barrier, 0, 0);
  }
  wait_for(barrier, 0);
}

template <int Width, Swizzle S>
__device__ void product(float* out, const TensorMap& a, const TensorMap& b) {
  __shared__ Stage stage;
  __shared__ u64 barrier;
  load_stage<Width>(stage, a, b, &barrier);
  float d[8] = {};
  fence_products();
  for (int k = 0; k < Width; k += 16) {
    multiply(d, descriptor(stage.a + k, 16, 16 * Width, S),
             descriptor(stage.b + k, 16, 16 * Width, S), k != 0);
  }
  commit_products();
  wait_for_products<0>();
  write_result(out, d);
}

}  // namespace

// Rows of 128, 64 and 32 bytes, swizzled.
KERNEL product_128(float* out, const __grid_constant__ TensorMap a,
                   const __grid_constant__ TensorMap b) {
  product<64, Swizzle::k128>(out, a, b);
}

KERNEL product_64(float* out, const __grid_constant__ TensorMap a,
                  const __grid_constant__ TensorMap b) {
  product<32, Swizzle::k64>(out, a, b);
}

KERNEL product_32(float* out, const __grid_constant__ TensorMap a,
                  const __grid_constant__ TensorMap b) {
  product<16, Swizzle::k32>(out, a, b);
}

// Core matrices of 8 rows of 16 bytes, written by threads: first those along the depth.
KERNEL product_of_core_matrices(float* out, const u16* a, const u16* b) {
  __shared__ __align__(128) u16 tileA[kRows * 16];
  __shared__ __align__(128) u16 tileB[kColumns * 16];
  for (u32 i = threadIdx.x; i < kRows * 16; i += blockDim.x) {
    const u32 row = i / 16;
    const u32 k = i % 16;
    const u32 at = row / 8 * 128 + k / 8 * 64 + row % 8 * 8 + k % 8;
    tileA[at] = a[i];
    if (row < kColumns) {
      tileB[at] = b[i];
    }
  }
  fence_async();
  __syncthreads();
  float d[8];
  fence_products();
  multiply(d, descriptor(tileA, 128, 256, Swizzle::kNone),
           descriptor(tileB, 128, 256, Swizzle::kNone), 0);
  commit_products();
  wait_for_products<0>();
  write_result(out, d);
}

// The depth is the outer dimension of both: A of 16 x 64, B of 16 x 16 numbers.
KERNEL product_of_transposed(float* out, const __grid_constant__ TensorMap a,
                             const __grid_constant__ TensorMap b) {
  __shared__ Stage stage;
  __shared__ u64 barrier;
  load_stage<16>(stage, a, b, &barrier);
  float d[8];
  fence_products();
  multiply<1, 1>(d, descriptor(stage.a, 16, 1024, Swizzle::k128),
                 descriptor(stage.b, 16, 256, Swizzle::k32), 0);
  commit_products();
  wait_for_products<0>();
  write_result(out, d);
}

// A in registers, two products in two groups, of which the first is waited for alone.
KERNEL product_of_registers(float* out, const u16* a, const __grid_constant__ TensorMap mapA,
                            const __grid_constant__ TensorMap b) {
  __shared__ Stage stage;
  __shared__ u64 barrier;
  load_stage<16>(stage, mapA, b, &barrier);
  const u32 row = threadIdx.x / 32 * 16 + lane_index() / 4;
  u32 words[4];
  for (int i = 0; i < 4; ++i) {
    words[i] =
        reinterpret_cast<const u32*>(a)[(row + i % 2 * 8) * 8 + i / 2 * 4 + lane_index() % 4];
  }
  const u64 second = descriptor(stage.b, 16, 256, Swizzle::k32);
  float once[8];
  float twice[8];
  fence_products();
  multiply_registers(once, words, second, 0);
  commit_products();
  multiply_registers(twice, words, second, 0);
  multiply_registers(twice, words, second, 1);
  commit_products();
  wait_for_products<1>();
  for (float& x : once) {
    x *= 3.0f;
  }
  wait_for_products<0>();
  for (int i = 0; i < 8; ++i) {
    once[i] -= twice[i];
  }
  write_result(out, once);
}

// ---- other types, of core matrices: 64 x 32 bytes of A, 8 x 32 bytes of B

namespace {

__device__ void load_cores(u32 (&tileA)[512], u32 (&tileB)[64], const u32* a, const u32* b) {
  for (u32 i = threadIdx.x; i < 512; i += blockDim.x) {
    const u32 row = i / 8;
    const u32 word = i % 8;
    const u32 at = row / 8 * 64 + word / 4 * 32 + row % 8 * 4 + word % 4;
    tileA[at] = a[i];
    if (row < 8) {
      tileB[at] = b[i];
    }
  }
  fence_async();
  __syncthreads();
}

}  // namespace

#define PRODUCT_OF_TYPE(name, instruction, type, constraint, scales)                             \
  KERNEL name(float* out, const u32* a, const u32* b) {                                          \
    __shared__ __align__(128) u32 tileA[512];                                                    \
    __shared__ __align__(128) u32 tileB[64];                                                     \
    load_cores(tileA, tileB, a, b);                                                              \
    type d[4] = {};                                                                              \
    fence_products();                                                                            \
    asm volatile(                                                                                \
        "wgmma.mma_async.sync.aligned." instruction " {%0, %1, %2, %3}, %4, %5, 1" scales ";"    \
        : "+" constraint(d[0]), "+" constraint(d[1]), "+" constraint(d[2]), "+" constraint(d[3]) \
        : "l"(descriptor(tileA, 128, 256, Swizzle::kNone)),                                      \
          "l"(descriptor(tileB, 128, 256, Swizzle::kNone))                                       \
        : "memory");                                                                             \
    commit_products();                                                                           \
    wait_for_products<0>();                                                                      \
    const float result[4] = {static_cast<float>(d[0]), static_cast<float>(d[1]),                 \
                             static_cast<float>(d[2]), static_cast<float>(d[3])};                \
    write_result(out, result);                                                                   \
  }

PRODUCT_OF_TYPE(product_f16, "m64n8k16.f32.f16.f16", float, "f", ", 1, 1, 0, 0")
PRODUCT_OF_TYPE(product_negated, "m64n8k16.f32.f16.f16", float, "f", ", -1, 1, 0, 0")
PRODUCT_OF_TYPE(product_tf32, "m64n8k8.f32.tf32.tf32", float, "f", ", 1, 1")
PRODUCT_OF_TYPE(product_e4m3, "m64n8k32.f32.e4m3.e5m2", float, "f", ", 1, 1")
PRODUCT_OF_TYPE(product_s8, "m64n8k32.s32.s8.u8", int, "r", "")

#endif
