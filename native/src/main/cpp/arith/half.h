// Numbers of 16 and 8 bits, one at a time.
#pragma once

#include <bit>
#include <cstdint>

namespace gramian::arith {

// float, from the bits of f16: exact; NaN stays one.
inline float halfToFloat(uint16_t x) {
  const uint32_t sign = uint32_t{x} << 16 & 0x80000000u;
  const uint32_t magnitude = (x & 0x7fffu) << 13;
  const uint32_t bits = (x & 0x7c00u) == 0x7c00u
                            ? magnitude | 0x7f800000u
                            : std::bit_cast<uint32_t>(std::bit_cast<float>(magnitude) * 0x1p112f);
  return std::bit_cast<float>(bits | sign);
}

// To nearest even.
inline uint16_t floatToHalf(float x) {
  const uint32_t bits = std::bit_cast<uint32_t>(x);
  const uint32_t magnitude = bits & 0x7fffffffu;
  uint32_t half;
  if (magnitude > 0x7f800000u) {
    return 0x7fff;
  } else if (magnitude < 0x38800000u) {
    // Subnormal f16 are multiples of 2^-24, as are float in [1/2, 1).
    half = std::bit_cast<uint32_t>(std::bit_cast<float>(magnitude) + 0.5f) - 0x3f000000u;
  } else {
    half = (magnitude - 0x38000000u + 0xfffu + (magnitude >> 13 & 1)) >> 13;
    if (half > 0x7c00u) half = 0x7c00u;
  }
  return static_cast<uint16_t>(half | (bits >> 16 & 0x8000u));
}

inline float bfloatToFloat(uint16_t x) { return std::bit_cast<float>(uint32_t{x} << 16); }

// To nearest even.
inline uint16_t floatToBfloat(float x) {
  const uint32_t bits = std::bit_cast<uint32_t>(x);
  if ((bits & 0x7fffffffu) > 0x7f800000u) return 0x7fff;
  return static_cast<uint16_t>((bits + 0x7fffu + (bits >> 16 & 1)) >> 16);
}

// f16, from an 8-bit number: exact.
inline uint16_t eightBitToHalf(uint32_t x, bool isE4m3) {
  if (!isE4m3) return (x & 0x7f) > 0x7c ? 0x7fff : static_cast<uint16_t>(x << 8);
  if ((x & 0x7f) == 0x7f) return 0x7fff;
  // Its exponent lacks 8 to that of f16; subnormal ones become normal.
  const float magnitude = std::bit_cast<float>((x & 0x7fu) << 20) * 0x1p120f;
  return static_cast<uint16_t>(floatToHalf(magnitude) | (x & 0x80) << 8);
}

}  // namespace gramian::arith
