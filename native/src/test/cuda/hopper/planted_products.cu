// Mistakes with wgmma. Every block has 128 threads; the map's boxes are 64 x 64 numbers of bf16,
// with a swizzle of 128 bytes.
#include "hopper/hopper.cuh"

#if __CUDA_ARCH__ >= 900

namespace {

struct __align__(kBoxAlignment) Matrix {
  u16 at[64 * 64];
};

constexpr u32 kMatrixBytes = sizeof(Matrix);

__device__ __forceinline__ void load(Matrix& a, Matrix& b, const TensorMap& map, u64* barrier) {
  if (threadIdx.x == 0) {
    init_barrier(barrier, 1);
    fence_barrier_init();
  }
  __syncthreads();
  if (threadIdx.x == 0) {
    expect_bytes(barrier, 2 * kMatrixBytes);
    load_box(a.at, &map, barrier, 0, 0);
    load_box(b.at, &map, barrier, 0, 0);
  }
  wait_for(barrier, 0);
}

__device__ __forceinline__ u64 describe(const Matrix& m) {
  return descriptor(m.at, 16, 1024, Swizzle::k128);
}

__device__ __forceinline__ float sum(const float (&d)[8]) {
  float all = 0.0f;
  for (const float x : d) {
    all += x;
  }
  return all;
}

}  // namespace

KERNEL accumulators_read_too_early(float* out, const float* in,
                                   const __grid_constant__ TensorMap map) {
  __shared__ Matrix a, b;
  __shared__ u64 barrier;
  load(a, b, map, &barrier);
  float d[8];
  fence_products();
  multiply(d, describe(a), describe(b), 0);
  commit_products();
  out[threadIdx.x] = d[0];  // fault
  wait_for_products<0>();
}

KERNEL accumulators_read_too_early_mended(float* out, const float* in,
                                          const __grid_constant__ TensorMap map) {
  __shared__ Matrix a, b;
  __shared__ u64 barrier;
  load(a, b, map, &barrier);
  float d[8];
  fence_products();
  multiply(d, describe(a), describe(b), 0);
  commit_products();
  wait_for_products<0>();
  out[threadIdx.x] = d[0];
}

// The wait leaves the group under way whose accumulators are used.
KERNEL wait_for_the_wrong_group(float* out, const float* in,
                                const __grid_constant__ TensorMap map) {
  __shared__ Matrix a, b;
  __shared__ u64 barrier;
  load(a, b, map, &barrier);
  float first[8];
  float second[8];
  fence_products();
  multiply(first, describe(a), describe(b), 0);
  commit_products();
  multiply(second, describe(b), describe(a), 0);
  commit_products();
  wait_for_products<1>();
  out[threadIdx.x] = sum(first) + sum(second);  // fault
  wait_for_products<0>();
}

KERNEL wait_for_the_wrong_group_mended(float* out, const float* in,
                                       const __grid_constant__ TensorMap map) {
  __shared__ Matrix a, b;
  __shared__ u64 barrier;
  load(a, b, map, &barrier);
  float first[8];
  float second[8];
  fence_products();
  multiply(first, describe(a), describe(b), 0);
  commit_products();
  multiply(second, describe(b), describe(a), 0);
  commit_products();
  wait_for_products<1>();
  const float sumOfFirst = sum(first);
  wait_for_products<0>();
  out[threadIdx.x] = sumOfFirst + sum(second);
}

KERNEL descriptor_of_another_swizzle(float* out, const float* in,
                                     const __grid_constant__ TensorMap map) {
  __shared__ Matrix a, b;
  __shared__ u64 barrier;
  load(a, b, map, &barrier);
  float d[8];
  fence_products();
  multiply(d, descriptor(a.at, 16, 512, Swizzle::k64), describe(b), 0);  // fault
  commit_products();
  wait_for_products<0>();
  out[threadIdx.x] = sum(d);
}

KERNEL descriptor_of_another_swizzle_mended(float* out, const float* in,
                                            const __grid_constant__ TensorMap map) {
  __shared__ Matrix a, b;
  __shared__ u64 barrier;
  load(a, b, map, &barrier);
  float d[8];
  fence_products();
  multiply(d, describe(a), describe(b), 0);
  commit_products();
  wait_for_products<0>();
  out[threadIdx.x] = sum(d);
}

// What threads write, wgmma sees after a fence only.
KERNEL product_without_fence(float* out, const float* in, const __grid_constant__ TensorMap map) {
  __shared__ Matrix a, b;
  for (int i = threadIdx.x; i < 64 * 64; i += 128) {
    a.at[i] = 0x3f80;
    b.at[i] = 0x3f80;
  }
  __syncthreads();
  float d[8];
  fence_products();
  multiply(d, describe(a), describe(b), 0);  // fault
  commit_products();
  wait_for_products<0>();
  out[threadIdx.x] = sum(d);
}

KERNEL product_without_fence_mended(float* out, const float* in,
                                    const __grid_constant__ TensorMap map) {
  __shared__ Matrix a, b;
  for (int i = threadIdx.x; i < 64 * 64; i += 128) {
    a.at[i] = 0x3f80;
    b.at[i] = 0x3f80;
  }
  fence_async();
  __syncthreads();
  float d[8];
  fence_products();
  multiply(d, describe(a), describe(b), 0);
  commit_products();
  wait_for_products<0>();
  out[threadIdx.x] = sum(d);
}

KERNEL product_without_register_fence(float* out, const float* in,
                                      const __grid_constant__ TensorMap map) {
  __shared__ Matrix a, b;
  __shared__ u64 barrier;
  load(a, b, map, &barrier);
  float d[8] = {};
  multiply(d, describe(a), describe(b), 1);  // fault
  commit_products();
  wait_for_products<0>();
  out[threadIdx.x] = sum(d);
}

KERNEL product_without_register_fence_mended(float* out, const float* in,
                                             const __grid_constant__ TensorMap map) {
  __shared__ Matrix a, b;
  __shared__ u64 barrier;
  load(a, b, map, &barrier);
  float d[8] = {};
  fence_products();
  multiply(d, describe(a), describe(b), 1);
  commit_products();
  wait_for_products<0>();
  out[threadIdx.x] = sum(d);
}

// The next matrix is loaded while the product still reads the one before.
KERNEL matrix_that_is_overwritten(float* out, const float* in,
                                  const __grid_constant__ TensorMap map) {
  __shared__ Matrix a, b;
  __shared__ u64 barrier;
  load(a, b, map, &barrier);
  float d[8];
  fence_products();
  multiply(d, describe(a), describe(b), 0);
  commit_products();
  if (threadIdx.x == 0) {
    expect_bytes(&barrier, kMatrixBytes);
    load_box(b.at, &map, &barrier, 0, 0);  // fault
  }
  wait_for_products<0>();
  out[threadIdx.x] = sum(d);
}

KERNEL matrix_that_is_overwritten_mended(float* out, const float* in,
                                         const __grid_constant__ TensorMap map) {
  __shared__ Matrix a, b;
  __shared__ u64 barrier;
  load(a, b, map, &barrier);
  float d[8];
  fence_products();
  multiply(d, describe(a), describe(b), 0);
  commit_products();
  wait_for_products<0>();
  __syncthreads();
  if (threadIdx.x == 0) {
    expect_bytes(&barrier, kMatrixBytes);
    load_box(b.at, &map, &barrier, 0, 0);
  }
  wait_for(&barrier, 1);
  out[threadIdx.x] = sum(d);
}

KERNEL matrix_never_written(float* out, const float* in, const __grid_constant__ TensorMap map) {
  __shared__ Matrix a, b;
  __shared__ u64 barrier;
  if (threadIdx.x == 0) {
    init_barrier(&barrier, 1);
    fence_barrier_init();
  }
  __syncthreads();
  if (threadIdx.x == 0) {
    expect_bytes(&barrier, kMatrixBytes);
    load_box(a.at, &map, &barrier, 0, 0);
  }
  wait_for(&barrier, 0);
  float d[8];
  fence_products();
  multiply(d, describe(a), describe(b), 0);  // fault
  commit_products();
  wait_for_products<0>();
  out[threadIdx.x] = sum(d);
}

KERNEL matrix_never_written_mended(float* out, const float* in,
                                   const __grid_constant__ TensorMap map) {
  __shared__ Matrix a, b;
  __shared__ u64 barrier;
  load(a, b, map, &barrier);
  float d[8];
  fence_products();
  multiply(d, describe(a), describe(b), 0);
  commit_products();
  wait_for_products<0>();
  out[threadIdx.x] = sum(d);
}

// One warp of the four multiplies something else.
KERNEL warps_that_do_not_agree(float* out, const float* in, const __grid_constant__ TensorMap map) {
  __shared__ Matrix a, b;
  __shared__ u64 barrier;
  load(a, b, map, &barrier);
  const u64 other = threadIdx.x / 32 == 2 ? describe(a) : describe(b);
  float d[8];
  fence_products();
  multiply(d, describe(a), other, 0);  // fault
  commit_products();
  wait_for_products<0>();
  out[threadIdx.x] = sum(d);
}

KERNEL warps_that_do_not_agree_mended(float* out, const float* in,
                                      const __grid_constant__ TensorMap map) {
  __shared__ Matrix a, b;
  __shared__ u64 barrier;
  load(a, b, map, &barrier);
  float d[8];
  fence_products();
  multiply(d, describe(a), describe(b), 0);
  commit_products();
  wait_for_products<0>();
  out[threadIdx.x] = sum(d);
}

#endif
