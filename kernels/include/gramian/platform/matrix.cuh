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

#ifdef GRAMIAN_EMULATED
__forceinline__ void emulated_mma(FragmentC& c, const FragmentA& a, const FragmentB& b,
                                  bool is_bf16) {
  const GramianEmulatedFloats4 sum = gramianEmulated_mma(
      GramianEmulatedWords4{a.x[0], a.x[1], a.x[2], a.x[3]}, GramianEmulatedWords2{b.x[0], b.x[1]},
      GramianEmulatedFloats4{c.x[0], c.x[1], c.x[2], c.x[3]}, is_bf16);
  c = FragmentC{{sum[0], sum[1], sum[2], sum[3]}};
}

template <u32 Matrices, bool Transposed>
__forceinline__ void emulated_ldmatrix(u32 (&x)[Matrices], const void* row) {
  const GramianEmulatedWords4 words = gramianEmulated_ldmatrix(row, Matrices, Transposed);
#pragma GCC unroll 4
  for (u32 i = 0; i < Matrices; ++i) {
    x[i] = words[i];
  }
}
#endif

// c += a * b; T is bf16 or f16.
template <typename T>
__device__ __forceinline__ void mma_m16n8k16(FragmentC& c, const FragmentA& a, const FragmentB& b);

template <>
__device__ __forceinline__ void mma_m16n8k16<bf16>(FragmentC& c, const FragmentA& a,
                                                   const FragmentB& b) {
#ifdef GRAMIAN_EMULATED
  emulated_mma(c, a, b, true);
#else
  asm volatile(
      "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, "
      "{%8, %9}, {%0, %1, %2, %3};"
      : "+f"(c.x[0]), "+f"(c.x[1]), "+f"(c.x[2]), "+f"(c.x[3])
      : "r"(a.x[0]), "r"(a.x[1]), "r"(a.x[2]), "r"(a.x[3]), "r"(b.x[0]), "r"(b.x[1]));
#endif
}

template <>
__device__ __forceinline__ void mma_m16n8k16<f16>(FragmentC& c, const FragmentA& a,
                                                  const FragmentB& b) {
#ifdef GRAMIAN_EMULATED
  emulated_mma(c, a, b, false);
#else
  asm volatile(
      "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, "
      "{%8, %9}, {%0, %1, %2, %3};"
      : "+f"(c.x[0]), "+f"(c.x[1]), "+f"(c.x[2]), "+f"(c.x[3])
      : "r"(a.x[0]), "r"(a.x[1]), "r"(a.x[2]), "r"(a.x[3]), "r"(b.x[0]), "r"(b.x[1]));
#endif
}

// Loads 1, 2 or 4 matrices of 8 x 8 16-bit numbers from shared memory. Lane 8 i + r names the
// address of row r of matrix i (16 bytes, a multiple of 16); the other lanes' addresses are not
// used. Lane l receives in x[i] columns 2 (l % 4) and 2 (l % 4) + 1 of row l / 4 of matrix i; with
// Transposed, rows and columns change places.
template <bool Transposed = false>
__device__ __forceinline__ void ldmatrix(u32 (&x)[4], const void* row) {
#ifdef GRAMIAN_EMULATED
  emulated_ldmatrix<4, Transposed>(x, row);
#else
  if constexpr (Transposed) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
                 : "=r"(x[0]), "=r"(x[1]), "=r"(x[2]), "=r"(x[3])
                 : "r"(shared_address(row))
                 : "memory");
  } else {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
                 : "=r"(x[0]), "=r"(x[1]), "=r"(x[2]), "=r"(x[3])
                 : "r"(shared_address(row))
                 : "memory");
  }
#endif
}

template <bool Transposed = false>
__device__ __forceinline__ void ldmatrix(u32 (&x)[2], const void* row) {
#ifdef GRAMIAN_EMULATED
  emulated_ldmatrix<2, Transposed>(x, row);
#else
  if constexpr (Transposed) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x2.trans.shared.b16 {%0, %1}, [%2];"
                 : "=r"(x[0]), "=r"(x[1])
                 : "r"(shared_address(row))
                 : "memory");
  } else {
    asm volatile("ldmatrix.sync.aligned.m8n8.x2.shared.b16 {%0, %1}, [%2];"
                 : "=r"(x[0]), "=r"(x[1])
                 : "r"(shared_address(row))
                 : "memory");
  }
#endif
}

template <bool Transposed = false>
__device__ __forceinline__ void ldmatrix(u32 (&x)[1], const void* row) {
#ifdef GRAMIAN_EMULATED
  emulated_ldmatrix<1, Transposed>(x, row);
#else
  if constexpr (Transposed) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x1.trans.shared.b16 {%0}, [%1];"
                 : "=r"(x[0])
                 : "r"(shared_address(row))
                 : "memory");
  } else {
    asm volatile("ldmatrix.sync.aligned.m8n8.x1.shared.b16 {%0}, [%1];"
                 : "=r"(x[0])
                 : "r"(shared_address(row))
                 : "memory");
  }
#endif
}

}  // namespace gramian
