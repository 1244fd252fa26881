#include "matrix.h"

#include <bit>
#include <cstring>

namespace gramian::emulated {

namespace {

float toFloat(uint16_t bits, bool isBf16) {
  return isBf16 ? std::bit_cast<float>(uint32_t{bits} << 16)
                : static_cast<float>(std::bit_cast<_Float16>(bits));
}

}  // namespace

void multiplyFragments(GramianEmulatedMma* const lanes[32], bool isBf16) {
  double a[16][16];
  double b[16][8];
  for (uint32_t lane = 0; lane < 32; ++lane) {
    const uint32_t group = lane / 4;
    const uint32_t pair = lane % 4 * 2;
    for (uint32_t half = 0; half < 2; ++half) {
      const auto number = [&](uint32_t packed) {
        return toFloat(static_cast<uint16_t>(packed >> (16 * half)), isBf16);
      };
      for (uint32_t i = 0; i < 4; ++i) {
        a[group + i % 2 * 8][pair + half + i / 2 * 8] = number(lanes[lane]->a[i]);
      }
      for (uint32_t i = 0; i < 2; ++i) {
        b[pair + half + i * 8][group] = number(lanes[lane]->b[i]);
      }
    }
  }
  for (uint32_t lane = 0; lane < 32; ++lane) {
    for (uint32_t i = 0; i < 4; ++i) {
      const uint32_t row = lane / 4 + i / 2 * 8;
      const uint32_t column = lane % 4 * 2 + i % 2;
      double sum = 0;
      for (uint32_t k = 0; k < 16; ++k) {
        sum += a[row][k] * b[k][column];
      }
      float& c = lanes[lane]->c[i];
      c = static_cast<float>(c + sum);
    }
  }
}

void loadMatrices(GramianEmulatedMatrices* const lanes[32], const void* const rows[32],
                  uint32_t matrices, bool transposed) {
  for (uint32_t i = 0; i < matrices; ++i) {
    uint16_t m[8][8];
    for (uint32_t r = 0; r < 8; ++r) {
      std::memcpy(m[r], rows[i * 8 + r], sizeof m[r]);
    }
    for (uint32_t lane = 0; lane < 32; ++lane) {
      const uint32_t row = lane / 4;
      const uint32_t column = lane % 4 * 2;
      const uint32_t low = transposed ? m[column][row] : m[row][column];
      const uint32_t high = transposed ? m[column + 1][row] : m[row][column + 1];
      lanes[lane]->x[i] = low | high << 16;
    }
  }
}

}  // namespace gramian::emulated
