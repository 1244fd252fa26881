// Binary floating-point numbers of any format as exact integers, and their rounding.
#pragma once

#include <bit>
#include <cstdint>

namespace gramian::arith {

enum class Rounding : uint8_t {
  kNearest,      // ties to even
  kNearestAway,  // ties away from zero
  kZero,
  kDown,
  kUp,
};

struct FloatFormat {
  int exponentBits;
  int fractionBits;
  // e4m3 and its like have no infinities: one bit pattern is not a number, all others are.
  bool infinities = true;

  constexpr int bias() const { return (1 << (exponentBits - 1)) - 1; }
  constexpr int bits() const { return 1 + exponentBits + fractionBits; }
  constexpr uint64_t signBit() const { return uint64_t{1} << (bits() - 1); }
  constexpr uint64_t infinity() const {
    return ((uint64_t{1} << exponentBits) - 1) << fractionBits;
  }
  constexpr uint64_t largest() const {
    return infinities ? infinity() - 1 : (uint64_t{1} << (bits() - 1)) - 2;
  }
};

inline constexpr FloatFormat kF16{5, 10};
inline constexpr FloatFormat kBf16{8, 7};
inline constexpr FloatFormat kTf32{8, 10};
inline constexpr FloatFormat kE4m3{4, 3, false};
inline constexpr FloatFormat kE5m2{5, 2};
inline constexpr FloatFormat kF32{8, 23};
inline constexpr FloatFormat kF64{11, 52};

// significand * 2^exponent and, with `sticky`, less than one unit of the significand more.
struct Exact {
  uint64_t significand = 0;
  int exponent = 0;
  bool negative = false;
  bool sticky = false;
  bool infinite = false;
  bool nan = false;
};

constexpr Exact unpack(const FloatFormat& format, uint64_t bits) {
  Exact x;
  const uint64_t fraction = bits & ((uint64_t{1} << format.fractionBits) - 1);
  const int top = (1 << format.exponentBits) - 1;
  const int exponent = static_cast<int>(bits >> format.fractionBits) & top;
  x.negative = (bits & format.signBit()) != 0;
  if (exponent == top && format.infinities) {
    x.infinite = fraction == 0;
    x.nan = fraction != 0;
    return x;
  }
  x.nan = !format.infinities && (bits & (format.signBit() - 1)) == format.signBit() - 1;
  x.significand = exponent == 0 ? fraction : fraction | uint64_t{1} << format.fractionBits;
  x.exponent = (exponent == 0 ? 1 : exponent) - format.bias() - format.fractionBits;
  return x;
}

// Whether a magnitude with a remainder of `rest` units out of 2^shift, shift > 0, or with more than
// nothing below that, is rounded up.
constexpr bool roundsUp(uint64_t kept, uint64_t rest, int shift, bool sticky, bool negative,
                        Rounding rounding) {
  const uint64_t half = shift > 64 ? 0 : uint64_t{1} << (shift - 1);
  const bool above = shift <= 64 && (rest > half || (rest == half && sticky));
  const bool tie = shift <= 64 && rest == half && !sticky;
  const bool any = rest != 0 || sticky;
  switch (rounding) {
    case Rounding::kNearest:
      return above || (tie && (kept & 1) != 0);
    case Rounding::kNearestAway:
      return above || tie;
    case Rounding::kZero:
      return false;
    case Rounding::kDown:
      return any && negative;
    case Rounding::kUp:
      return any && !negative;
  }
  return false;
}

// The magnitude divided by 2^shift, rounded to an integer.
constexpr uint64_t shiftRight(const Exact& x, int shift, Rounding rounding) {
  if (shift <= 0) {
    const uint64_t kept = x.significand << -shift;
    return x.sticky && ((rounding == Rounding::kUp && !x.negative) ||
                        (rounding == Rounding::kDown && x.negative))
               ? kept + 1
               : kept;
  }
  const uint64_t kept = shift >= 64 ? 0 : x.significand >> shift;
  const uint64_t rest = shift >= 64 ? x.significand : x.significand - (kept << shift);
  return kept + roundsUp(kept, rest, shift, x.sticky, x.negative, rounding);
}

constexpr uint64_t notANumber(const FloatFormat& format) {
  if (format.bits() == 64) return 0x7ff8000000000000;
  return (uint64_t{1} << (format.bits() - 1)) - 1;
}

// The number in a format. What is too large becomes infinity or the largest number as the rounding
// says; with `finite`, or in a format without infinities, the largest number in any case.
constexpr uint64_t pack(const FloatFormat& format, const Exact& x, Rounding rounding,
                        bool finite = false) {
  if (x.nan) return notANumber(format);
  const uint64_t sign = x.negative ? format.signBit() : 0;
  if (x.infinite) {
    return sign | (finite || !format.infinities ? format.largest() : format.infinity());
  }
  if (x.significand == 0 && !x.sticky) return sign;
  const int width = std::bit_width(x.significand);
  const int leastExponent = 1 - format.bias() - format.fractionBits;
  // The exponent of the last bit kept.
  int last = x.exponent + width - 1 - format.fractionBits;
  if (last < leastExponent || x.significand == 0) last = leastExponent;
  uint64_t kept = shiftRight(x, last - x.exponent, rounding);
  // A significand with its leading one carries into the exponent, and so does one rounded up.
  const int64_t biased = last - leastExponent;
  const uint64_t magnitude = kept + (static_cast<uint64_t>(biased) << format.fractionBits);
  if (biased > 2 * format.bias() || magnitude > format.largest()) {
    const bool away = rounding == Rounding::kNearest || rounding == Rounding::kNearestAway ||
                      (rounding == Rounding::kUp && !x.negative) ||
                      (rounding == Rounding::kDown && x.negative);
    return sign | (away && !finite && format.infinities ? format.infinity() : format.largest());
  }
  return sign | magnitude;
}

constexpr uint64_t convertFormat(const FloatFormat& to, const FloatFormat& from, uint64_t bits,
                                 Rounding rounding = Rounding::kNearest) {
  return pack(to, unpack(from, bits), rounding);
}

}  // namespace gramian::arith
