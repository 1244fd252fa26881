#include "matrix.h"

#include <immintrin.h>

#include <cstring>

namespace gramian::emulated {

namespace {

// Eight 16-bit numbers as float.
template <bool IsBf16>
__m256 toFloats(const uint32_t* pairs) {
  const __m128i bits = _mm_load_si128(reinterpret_cast<const __m128i*>(pairs));
  if constexpr (IsBf16) {
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(bits), 16));
  } else {
    return _mm256_cvtph_ps(bits);
  }
}

// Stores the eight floats of a row as doubles.
void storeDoubles(double* to, __m256 row) {
  _mm256_store_pd(to, _mm256_cvtps_pd(_mm256_castps256_ps128(row)));
  _mm256_store_pd(to + 4, _mm256_cvtps_pd(_mm256_extractf128_ps(row, 1)));
}

inline void transpose(__m256 (&r)[8]) {
  __m256 t[8];
  for (int i = 0; i < 8; i += 2) {
    t[i] = _mm256_unpacklo_ps(r[i], r[i + 1]);
    t[i + 1] = _mm256_unpackhi_ps(r[i], r[i + 1]);
  }
  __m256 u[8];
  for (int i = 0; i < 8; i += 4) {
    u[i] = _mm256_shuffle_ps(t[i], t[i + 2], 0x44);
    u[i + 1] = _mm256_shuffle_ps(t[i], t[i + 2], 0xee);
    u[i + 2] = _mm256_shuffle_ps(t[i + 1], t[i + 3], 0x44);
    u[i + 3] = _mm256_shuffle_ps(t[i + 1], t[i + 3], 0xee);
  }
  for (int i = 0; i < 4; ++i) {
    r[i] = _mm256_permute2f128_ps(u[i], u[i + 4], 0x20);
    r[i + 4] = _mm256_permute2f128_ps(u[i], u[i + 4], 0x31);
  }
}

// As matrices of double, in which a product of two 16-bit numbers is exact.
template <bool IsBf16>
void multiply(Fragments& f) {
  alignas(32) double a[16][16];
  alignas(32) double b[16][8];
  for (int i = 0; i < 4; ++i) {
    for (int r = 0; r < 8; ++r) {
      storeDoubles(&a[i % 2 * 8 + r][i / 2 * 8], toFloats<IsBf16>(&f.a[i][4 * r]));
    }
  }
  for (int i = 0; i < 2; ++i) {
    __m256 rows[8];
    for (int r = 0; r < 8; ++r) {
      rows[r] = toFloats<IsBf16>(&f.b[i][4 * r]);
    }
    transpose(rows);
    for (int r = 0; r < 8; ++r) {
      storeDoubles(b[8 * i + r], rows[r]);
    }
  }
  constexpr int kTile = 4;
  for (int row = 0; row < 16; row += kTile) {
    __m256d low[kTile] = {};
    __m256d high[kTile] = {};
    for (int k = 0; k < 16; ++k) {
      const __m256d bLow = _mm256_load_pd(&b[k][0]);
      const __m256d bHigh = _mm256_load_pd(&b[k][4]);
      for (int i = 0; i < kTile; ++i) {
        const __m256d x = _mm256_broadcast_sd(&a[row + i][k]);
        low[i] = _mm256_fmadd_pd(x, bLow, low[i]);
        high[i] = _mm256_fmadd_pd(x, bHigh, high[i]);
      }
    }
    for (int i = 0; i < kTile; ++i) {
      float* c = &f.c[(row + i) / 8][(row + i) % 8 * 8];
      const __m256d sumLow = _mm256_add_pd(_mm256_cvtps_pd(_mm_load_ps(c)), low[i]);
      const __m256d sumHigh = _mm256_add_pd(_mm256_cvtps_pd(_mm_load_ps(c + 4)), high[i]);
      _mm_store_ps(c, _mm256_cvtpd_ps(sumLow));
      _mm_store_ps(c + 4, _mm256_cvtpd_ps(sumHigh));
    }
  }
}

}  // namespace

void multiplyFragments(Fragments& f, bool isBf16) {
  if (isBf16) {
    multiply<true>(f);
  } else {
    multiply<false>(f);
  }
}

void loadMatrices(uint32_t (*x)[32], const void* const* rows, uint32_t matrices, bool transposed) {
  for (uint32_t i = 0; i < matrices; ++i) {
    if (!transposed) {
      for (uint32_t r = 0; r < 8; ++r) {
        std::memcpy(&x[i][4 * r], rows[i * 8 + r], 16);
      }
      continue;
    }
    uint16_t m[8][8];
    for (uint32_t r = 0; r < 8; ++r) {
      std::memcpy(m[r], rows[i * 8 + r], sizeof m[r]);
    }
    for (uint32_t lane = 0; lane < 32; ++lane) {
      const uint32_t row = lane / 4;
      const uint32_t column = lane % 4 * 2;
      x[i][lane] = m[column][row] | uint32_t{m[column + 1][row]} << 16;
    }
  }
}

}  // namespace gramian::emulated
