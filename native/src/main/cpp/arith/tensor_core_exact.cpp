// The definition of a tensor core's dot product, in exact integers.
#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "arith/tensor_core.h"

namespace gramian::arith {

namespace {

// significand * 2^(exponent - fractionBits of its format), or what is no number.
struct Term {
  int64_t significand;
  int exponent;
  int bits;
  bool infinite;
  bool nan;
};

struct Layout {
  int exponentBits;
  int fractionBits;
  bool infinities;
};

constexpr Layout layoutOf(OperandFormat format) {
  switch (format) {
    case OperandFormat::kF16:
      return {5, 10, true};
    case OperandFormat::kBf16:
      return {8, 7, true};
    case OperandFormat::kTf32:
      return {8, 10, true};
    case OperandFormat::kE4m3:
      return {4, 3, false};
    case OperandFormat::kE5m2:
      return {5, 2, true};
  }
  __builtin_unreachable();
}

Term unpack(uint32_t bits, const Layout& layout) {
  const int f = layout.fractionBits;
  const int bias = (1 << (layout.exponentBits - 1)) - 1;
  const int top = (1 << layout.exponentBits) - 1;
  const int exponent = static_cast<int>(bits >> f) & top;
  const int64_t fraction = bits & ((1u << f) - 1);
  const bool negative = (bits >> (f + layout.exponentBits)) & 1;
  Term t{exponent == 0 ? fraction : fraction | int64_t{1} << f, std::max(exponent, 1) - bias, f,
         false, false};
  if (layout.infinities && exponent == top) {
    t.infinite = fraction == 0;
    t.nan = fraction != 0;
    t.significand = 1;
  } else if (!layout.infinities && exponent == top && fraction == (1 << f) - 1) {
    t.nan = true;
  }
  if (negative) t.significand = -t.significand;
  return t;
}

Term unpackOperand(uint32_t bits, OperandFormat format) {
  // A tensor core ignores the low 13 bits of a register with a tf32 number.
  return unpack(format == OperandFormat::kTf32 ? bits >> 13 : bits, layoutOf(format));
}

Term product(const Term& a, const Term& b) {
  Term t{a.significand * b.significand, a.exponent + b.exponent, a.bits + b.bits, false, false};
  t.nan =
      a.nan || b.nan || (a.infinite && b.significand == 0) || (b.infinite && a.significand == 0);
  t.infinite = !t.nan && (a.infinite || b.infinite);
  return t;
}

// Rounded towards zero.
int64_t shifted(int64_t x, int left) {
  const int64_t magnitude = x < 0 ? -x : x;
  const int64_t moved = left >= 0 ? magnitude << left : left <= -63 ? 0 : magnitude >> -left;
  return x < 0 ? -moved : moved;
}

// sum * 2^exponent with `bits` fraction bits, towards zero.
float truncated(int64_t sum, int exponent, int bits) {
  uint64_t magnitude = static_cast<uint64_t>(sum < 0 ? -sum : sum);
  if (magnitude == 0) return 0;
  // The exponent of the last bit that is kept.
  const int last =
      std::max(exponent + static_cast<int>(std::bit_width(magnitude)) - 1, -126) - bits;
  if (last - exponent >= 64) return 0;
  if (last > exponent) magnitude = magnitude >> (last - exponent) << (last - exponent);
  const double value = std::ldexp(static_cast<double>(magnitude), exponent);
  // What is left has at most 24 bits: a float, unless it is too large.
  return static_cast<float>(sum < 0 ? -value : value);
}

// sum * 2^exponent to the nearest f16, ties to even.
float roundedToHalf(int64_t sum, int exponent) {
  const uint64_t magnitude = static_cast<uint64_t>(sum < 0 ? -sum : sum);
  if (magnitude == 0) return 0;
  const int last = std::max(exponent + static_cast<int>(std::bit_width(magnitude)) - 1, -14) - 10;
  // Fewer than 53 bits, and nearbyint rounds to nearest even.
  double value = std::ldexp(static_cast<double>(magnitude), exponent - last);
  value = std::ldexp(std::nearbyint(value), last);
  if (value >= 65536) value = std::numeric_limits<double>::infinity();
  return static_cast<float>(sum < 0 ? -value : value);
}

}  // namespace

float dotExact(const DotProduct& model, OperandFormat formatA, const uint32_t* a,
               OperandFormat formatB, const uint32_t* b, int products, float c) {
  const bool half = model.resultBits == 10;
  Term terms[33];
  for (int i = 0; i < products; ++i) {
    terms[i] = product(unpackOperand(a[i], formatA), unpackOperand(b[i], formatB));
  }
  terms[products] = unpack(std::bit_cast<uint32_t>(c), {8, 23, true});
  // A number of f16 is not normal below 2^-14, whatever float makes of it.
  if (half && terms[products].exponent < -14) {
    terms[products].bits += -14 - terms[products].exponent;
    terms[products].exponent = -14;
  }

  bool nan = false;
  bool infinite[2] = {};
  int exponent = std::numeric_limits<int>::min();
  for (int i = 0; i <= products; ++i) {
    const Term& t = terms[i];
    nan |= t.nan;
    if (t.infinite) infinite[t.significand < 0] = true;
    if (t.significand != 0) exponent = std::max(exponent, t.exponent);
  }
  if (nan || (infinite[0] && infinite[1])) {
    return std::bit_cast<float>(half ? 0x7fffe000u : 0x7fffffffu);
  }
  if (infinite[0] || infinite[1]) {
    return infinite[0] ? std::numeric_limits<float>::infinity()
                       : -std::numeric_limits<float>::infinity();
  }
  if (exponent == std::numeric_limits<int>::min()) return 0;

  exponent = std::max<int>(exponent, model.minExponent);
  int64_t sum = 0;
  for (int i = 0; i <= products; ++i) {
    const Term& t = terms[i];
    sum += shifted(t.significand, model.fractionBits - t.bits + t.exponent - exponent);
  }
  return half ? roundedToHalf(sum, exponent - model.fractionBits)
              : truncated(sum, exponent - model.fractionBits, model.resultBits);
}

void multiplyAddExact(const DotProduct& model, const TileA& a, const TileB& b, TileC& c) {
  const int e = elementsPerRegister(a.format);
  const int width = 32 / e;
  const uint64_t mask = (uint64_t{1} << width) - 1;
  // Registers of B that one step takes.
  const int step = model.block > 4 * e ? 2 : 1;
  for (int row = 0; row < 16; ++row) {
    for (int column = 0; column < 8; ++column) {
      uint32_t& to = c.bits[row / 8 * 2 + column % 2][row % 8 * 4 + column / 2];
      float sum = std::bit_cast<float>(to);
      for (int first = 0; first < b.registers; first += step) {
        uint32_t x[32];
        uint32_t y[32];
        int products = 0;
        for (int r = first; r < std::min<int>(first + step, b.registers); ++r) {
          for (int q = 0; q < 4; ++q) {
            for (int h = 0; h < e; ++h, ++products) {
              x[products] = static_cast<uint32_t>(
                  a.bits[2 * r + row / 8][row % 8 * 4 + q] >> (h * width) & mask);
              y[products] = static_cast<uint32_t>(b.bits[r][column * 4 + q] >> (h * width) & mask);
            }
          }
        }
        sum = dotExact(model, a.format, x, b.format, y, products, sum);
      }
      to = std::bit_cast<uint32_t>(sum);
    }
  }
}

}  // namespace gramian::arith
