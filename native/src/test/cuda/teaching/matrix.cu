// Products of matrices: in shared memory, in registers, on the tensor cores.
#include "instructions.cuh"

// c = a b, all row-major; a is m x k, b k x n. Tiles of 16 x 16.
KERNEL product_tiled(float* c, const float* a, const float* b, int m, int n, int k) {
  __shared__ float as[16][16];
  __shared__ float bs[16][16];
  const int row = blockIdx.y * 16 + threadIdx.y;
  const int column = blockIdx.x * 16 + threadIdx.x;
  float sum = 0.0f;
  for (int depth = 0; depth < k; depth += 16) {
    as[threadIdx.y][threadIdx.x] =
        row < m && depth + threadIdx.x < k ? a[row * k + depth + threadIdx.x] : 0.0f;
    bs[threadIdx.y][threadIdx.x] =
        column < n && depth + threadIdx.y < k ? b[(depth + threadIdx.y) * n + column] : 0.0f;
    __syncthreads();
    for (int i = 0; i < 16; ++i) {
      sum += as[threadIdx.y][i] * bs[i][threadIdx.x];
    }
    __syncthreads();
  }
  if (row < m && column < n) {
    c[row * n + column] = sum;
  }
}

// 4 x 4 results a thread, tiles of 64 x 64, 8 deep; sizes are multiples of these.
KERNEL product_in_registers(float* c, const float* a, const float* b, int m, int n, int k) {
  __shared__ float as[8][64];
  __shared__ float bs[8][64];
  const int t = threadIdx.x;
  const int row = t / 16 * 4;
  const int column = t % 16 * 4;
  const float* a_tile = a + blockIdx.y * 64 * k;
  const float* b_tile = b + blockIdx.x * 64;
  float sums[4][4] = {};
  for (int depth = 0; depth < k; depth += 8) {
    for (int i = t; i < 8 * 64; i += 256) {
      as[i % 8][i / 8] = a_tile[i / 8 * k + depth + i % 8];
      bs[i / 64][i % 64] = b_tile[(depth + i / 64) * n + i % 64];
    }
    __syncthreads();
#pragma unroll
    for (int d = 0; d < 8; ++d) {
      const float4 x = *reinterpret_cast<const float4*>(&as[d][row]);
      const float4 y = *reinterpret_cast<const float4*>(&bs[d][column]);
      const float xs[4] = {x.x, x.y, x.z, x.w};
      const float ys[4] = {y.x, y.y, y.z, y.w};
#pragma unroll
      for (int i = 0; i < 4; ++i) {
#pragma unroll
        for (int j = 0; j < 4; ++j) {
          sums[i][j] = fmaf(xs[i], ys[j], sums[i][j]);
        }
      }
    }
    __syncthreads();
  }
  for (int i = 0; i < 4; ++i) {
    float* to = c + (blockIdx.y * 64 + row + i) * n + blockIdx.x * 64 + column;
    *reinterpret_cast<float4*>(to) = make_float4(sums[i][0], sums[i][1], sums[i][2], sums[i][3]);
  }
}

// A matrix times a vector, a warp per row, in double.
KERNEL matrix_times_vector(double* y, const double* a, const double* x, int rows, int columns) {
  const int row = (blockIdx.x * blockDim.x + threadIdx.x) / 32;
  if (row < rows) {
    double sum = 0.0;
    for (int i = lane_index(); i < columns; i += 32) {
      sum += a[row * columns + i] * x[i];
    }
    for (int mask = 16; mask > 0; mask /= 2) {
      sum += __shfl_xor_sync(kFull, sum, mask);
    }
    if (lane_index() == 0) {
      y[row] = sum;
    }
  }
}

// ---- one product of each usual kind on the tensor cores; a warp, matrices in global memory.
// Fragments with g = lane / 4, t = lane % 4, as the PTX manual gives them.

// 16 x 8 x 8, f16 in and out.
KERNEL tensor_f16(u16* d, const u16* a, const u16* b) {
  const unsigned g = lane_index() / 4;
  const unsigned t = lane_index() % 4;
  const unsigned* a2 = reinterpret_cast<const unsigned*>(a);
  const unsigned a0 = a2[g * 4 + t];
  const unsigned a1 = a2[(g + 8) * 4 + t];
  // b is 8 x 8, column-major.
  const unsigned b0 = reinterpret_cast<const unsigned*>(b)[g * 4 + t];
  unsigned d0;
  unsigned d1;
  asm volatile(
      "mma.sync.aligned.m16n8k8.row.col.f16.f16.f16.f16 {%0, %1}, {%2, %3}, {%4}, {%5, %5};"
      : "=r"(d0), "=r"(d1)
      : "r"(a0), "r"(a1), "r"(b0), "r"(0u));
  reinterpret_cast<unsigned*>(d)[g * 4 + t] = d0;
  reinterpret_cast<unsigned*>(d)[(g + 8) * 4 + t] = d1;
}

// 16 x 8 x 8, tf32 in, f32 out; b column-major.
KERNEL tensor_tf32(float* d, const float* a, const float* b) {
  const unsigned g = lane_index() / 4;
  const unsigned t = lane_index() % 4;
  unsigned x[4];
  unsigned y[2];
  const float as[4] = {a[g * 8 + t], a[(g + 8) * 8 + t], a[g * 8 + t + 4], a[(g + 8) * 8 + t + 4]};
  const float bs[2] = {b[g * 8 + t], b[g * 8 + t + 4]};
  for (int i = 0; i < 4; ++i) {
    asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(x[i]) : "f"(as[i]));
  }
  for (int i = 0; i < 2; ++i) {
    asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(y[i]) : "f"(bs[i]));
  }
  float c[4] = {};
  asm volatile(
      "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, "
      "{%8, %9}, {%0, %1, %2, %3};"
      : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
      : "r"(x[0]), "r"(x[1]), "r"(x[2]), "r"(x[3]), "r"(y[0]), "r"(y[1]));
  for (unsigned i = 0; i < 4; ++i) {
    d[(g + i / 2 * 8) * 8 + 2 * t + i % 2] = c[i];
  }
}

// 16 x 8 x 32, signed bytes in, int out; b column-major.
KERNEL tensor_s8(int* d, const signed char* a, const signed char* b) {
  const unsigned g = lane_index() / 4;
  const unsigned t = lane_index() % 4;
  const unsigned* a4 = reinterpret_cast<const unsigned*>(a);
  const unsigned* b4 = reinterpret_cast<const unsigned*>(b);
  int c[4] = {1, 1, 1, 1};
  asm volatile(
      "mma.sync.aligned.m16n8k32.row.col.s32.s8.s8.s32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, "
      "{%8, %9}, {%0, %1, %2, %3};"
      : "+r"(c[0]), "+r"(c[1]), "+r"(c[2]), "+r"(c[3])
      : "r"(a4[g * 8 + t]), "r"(a4[(g + 8) * 8 + t]), "r"(a4[g * 8 + t + 4]),
        "r"(a4[(g + 8) * 8 + t + 4]), "r"(b4[g * 8 + t]), "r"(b4[g * 8 + t + 4]));
  for (unsigned i = 0; i < 4; ++i) {
    d[(g + i / 2 * 8) * 8 + 2 * t + i % 2] = c[i];
  }
}

// 8 x 8 x 4, double; b column-major.
KERNEL tensor_f64(double* d, const double* a, const double* b) {
  const unsigned g = lane_index() / 4;
  const unsigned t = lane_index() % 4;
  double c0 = 0.5;
  double c1 = 0.5;
  asm volatile("mma.sync.aligned.m8n8k4.row.col.f64.f64.f64.f64 {%0, %1}, {%2}, {%3}, {%0, %1};"
               : "+d"(c0), "+d"(c1)
               : "d"(a[g * 4 + t]), "d"(b[g * 4 + t]));
  d[g * 8 + 2 * t] = c0;
  d[g * 8 + 2 * t + 1] = c1;
}
