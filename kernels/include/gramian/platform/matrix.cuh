// Tensor core products (mma.sync) and the loads of their fragments (ldmatrix). Every function is
// reached by all 32 lanes of the warp together.
//
// Fragments of m16n8k16, with g = lane / 4 and t = lane % 4; a register holds two numbers, the one
// of the lower column (for B: lower row) in its lower half:
//   A (16 x 16, row-major)    a0: row g, columns 2t, 2t+1      a1: row g+8, the same columns
//                             a2: row g, columns 2t+8, 2t+9    a3: row g+8, the same columns
//   B (16 x 8, column-major)  b0: rows 2t, 2t+1 of column g    b1: rows 2t+8, 2t+9 of column g
//   C, D (16 x 8, float)      c0, c1: row g, columns 2t, 2t+1  c2, c3: row g+8, the same columns
#pragma once

#include "gramian/platform/storage.cuh"

namespace gramian {

struct FragmentA {
  u32 x[4];
};

struct FragmentB {
  u32 x[2];
};

struct FragmentC {
  float x[4];
};

// c += a * b; T is bf16 or f16.
template <typename T>
__device__ __forceinline__ void mma_m16n8k16(FragmentC& c, const FragmentA& a, const FragmentB& b);

template <>
__device__ __forceinline__ void mma_m16n8k16<bf16>(FragmentC& c, const FragmentA& a,
                                                   const FragmentB& b) {
  asm volatile(
      "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, "
      "{%8, %9}, {%0, %1, %2, %3};"
      : "+f"(c.x[0]), "+f"(c.x[1]), "+f"(c.x[2]), "+f"(c.x[3])
      : "r"(a.x[0]), "r"(a.x[1]), "r"(a.x[2]), "r"(a.x[3]), "r"(b.x[0]), "r"(b.x[1]));
}

template <>
__device__ __forceinline__ void mma_m16n8k16<f16>(FragmentC& c, const FragmentA& a,
                                                  const FragmentB& b) {
  asm volatile(
      "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, "
      "{%8, %9}, {%0, %1, %2, %3};"
      : "+f"(c.x[0]), "+f"(c.x[1]), "+f"(c.x[2]), "+f"(c.x[3])
      : "r"(a.x[0]), "r"(a.x[1]), "r"(a.x[2]), "r"(a.x[3]), "r"(b.x[0]), "r"(b.x[1]));
}

// Loads 1, 2 or 4 matrices of 8 x 8 16-bit numbers from shared memory. Lane 8 i + r names the
// address of row r of matrix i (16 bytes, a multiple of 16); the other lanes' addresses are not
// used. Lane l receives in x[i] columns 2 (l % 4) and 2 (l % 4) + 1 of row l / 4 of matrix i; with
// Transposed, rows and columns change places.
template <bool Transposed = false, typename T>
__device__ __forceinline__ void ldmatrix(u32 (&x)[4], Shared<T> row) {
  if constexpr (Transposed) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
                 : "=r"(x[0]), "=r"(x[1]), "=r"(x[2]), "=r"(x[3])
                 : "r"(row.address)
                 : "memory");
  } else {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
                 : "=r"(x[0]), "=r"(x[1]), "=r"(x[2]), "=r"(x[3])
                 : "r"(row.address)
                 : "memory");
  }
}

template <bool Transposed = false, typename T>
__device__ __forceinline__ void ldmatrix(u32 (&x)[2], Shared<T> row) {
  if constexpr (Transposed) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x2.trans.shared.b16 {%0, %1}, [%2];"
                 : "=r"(x[0]), "=r"(x[1])
                 : "r"(row.address)
                 : "memory");
  } else {
    asm volatile("ldmatrix.sync.aligned.m8n8.x2.shared.b16 {%0, %1}, [%2];"
                 : "=r"(x[0]), "=r"(x[1])
                 : "r"(row.address)
                 : "memory");
  }
}

template <bool Transposed = false, typename T>
__device__ __forceinline__ void ldmatrix(u32 (&x)[1], Shared<T> row) {
  if constexpr (Transposed) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x1.trans.shared.b16 {%0}, [%1];"
                 : "=r"(x[0])
                 : "r"(row.address)
                 : "memory");
  } else {
    asm volatile("ldmatrix.sync.aligned.m8n8.x1.shared.b16 {%0}, [%1];"
                 : "=r"(x[0])
                 : "r"(row.address)
                 : "memory");
  }
}

}  // namespace gramian
