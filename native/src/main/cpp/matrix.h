// The arithmetic of mma.sync.m16n8k16 and the data movement of ldmatrix, for a whole warp.
#pragma once

#include <cstdint>

namespace gramian::emulated {

// The fragments of 32 lanes, register by register. So ordered, each is a small matrix by rows: a[0]
// the upper left 8 x 8 numbers of A, a[1] the lower left, a[2] and a[3] the right ones; b[0] the
// first 8 rows of B, transposed, b[1] the last 8; c[0] the upper 8 x 8 numbers of C, c[1] the
// lower.
struct alignas(32) Fragments {
  uint32_t a[4][32];
  uint32_t b[2][32];
  float c[2][64];
};

// c += a b. Products are exact; each sum of 16 products and the accumulator is rounded once, to
// float.
void multiplyFragments(Fragments& f, bool isBf16);

// rows[8 i + r] is row r (16 bytes) of matrix i; x[i][lane] is what the lane receives of it.
void loadMatrices(uint32_t (*x)[32], const void* const* rows, uint32_t matrices, bool transposed);

}  // namespace gramian::emulated
