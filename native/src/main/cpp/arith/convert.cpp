#include "arith/convert.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "arith/half.h"
#include "arith/vectors.h"

namespace gramian::arith {

namespace {

using ptx::Type;

struct Kind {
  enum Class : uint8_t { kNone, kInteger, kFloat } kind = kNone;
  uint8_t bits = 0;
  bool isSigned = false;
  FloatFormat format{};
};

Kind kindOf(Type type) {
  switch (type) {
    case Type::kF16:
    case Type::kF16x2:
      return {Kind::kFloat, 16, true, kF16};
    case Type::kBf16:
    case Type::kBf16x2:
      return {Kind::kFloat, 16, true, kBf16};
    case Type::kF32:
      return {Kind::kFloat, 32, true, kF32};
    case Type::kTf32:
      return {Kind::kFloat, 32, true, kTf32};
    case Type::kF64:
      return {Kind::kFloat, 64, true, kF64};
    case Type::kE4m3:
    case Type::kE4m3x2:
      return {Kind::kFloat, 8, true, kE4m3};
    case Type::kE5m2:
    case Type::kE5m2x2:
      return {Kind::kFloat, 8, true, kE5m2};
    case Type::kU8:
    case Type::kU16:
    case Type::kU32:
    case Type::kU64:
    case Type::kS8:
    case Type::kS16:
    case Type::kS32:
    case Type::kS64:
      return {Kind::kInteger, static_cast<uint8_t>(ptx::bitsOf(type)), ptx::isSigned(type), {}};
    default:
      return {};
  }
}

bool isPacked(Type type) {
  return type == Type::kF16x2 || type == Type::kBf16x2 || type == Type::kE4m3x2 ||
         type == Type::kE5m2x2;
}

uint64_t maskOf(int bits) { return bits == 64 ? ~uint64_t{0} : (uint64_t{1} << bits) - 1; }

Exact exactInteger(uint64_t bits, const Kind& kind) {
  Exact x;
  bits &= maskOf(kind.bits);
  x.negative = kind.isSigned && (bits >> (kind.bits - 1) & 1) != 0;
  x.significand = x.negative ? -bits & maskOf(kind.bits) : bits;
  return x;
}

// Clamped to the range of the type, as a value of 64 bits.
uint64_t integerOf(const Exact& x, const Kind& kind) {
  if (x.nan) {
    return kind.bits == 64 ? uint64_t{1} << 63 : 0;
  }
  const uint64_t top = maskOf(kind.isSigned ? kind.bits - 1 : kind.bits);
  if (x.negative) {
    const uint64_t lowest = kind.isSigned ? top + 1 : 0;
    return -(x.infinite ? lowest : std::min(x.significand, lowest));
  }
  return x.infinite ? top : std::min(x.significand, top);
}

// The value rounded to an integer, as significand * 2^0 where that fits into 64 bits.
Exact roundedToInteger(const Exact& x, Rounding rounding) {
  if (x.nan || x.infinite) return x;
  Exact r = x;
  r.sticky = false;
  if (x.exponent >= 0) {
    // Larger than any integer type, or exact.
    if (std::bit_width(x.significand) + x.exponent > 64) {
      r.infinite = true;
      return r;
    }
    r.significand = x.significand << x.exponent;
  } else {
    r.significand = shiftRight(x, -x.exponent, rounding);
  }
  r.exponent = 0;
  return r;
}

bool isSubnormalFloat(uint64_t bits) {
  return (bits & 0x7f800000u) == 0 && (bits & 0x7fffffffu) != 0;
}

uint64_t floatResult(const Conversion& c, const Kind& to, Exact x) {
  if (c.relu && x.negative && !x.nan) x = Exact{};
  if (c.saturate) {
    if (x.nan || x.negative) return 0;
    // At least one: one.
    if (x.infinite || static_cast<int>(std::bit_width(x.significand)) + x.exponent > 0) {
      x = Exact{};
      x.significand = 1;
    }
  }
  uint64_t bits = pack(to.format, x, c.rounding, c.finite);
  if (c.to == Type::kTf32) bits <<= 13;
  if (c.flush && c.to == Type::kF32 && isSubnormalFloat(bits)) bits &= 0x80000000u;
  return bits;
}

void store(void* to, int bytes, int lane, uint64_t value) {
  std::memcpy(static_cast<char*>(to) + lane * bytes, &value, static_cast<size_t>(bytes));
}

uint64_t load(const void* from, int bytes, int lane) {
  uint64_t value = 0;
  std::memcpy(&value, static_cast<const char*>(from) + lane * bytes, static_cast<size_t>(bytes));
  return value;
}

void convertAny(const Conversion& c, void* d, const void* a, const void*) {
  uint64_t values[kLanes];
  for (int lane = 0; lane < kLanes; ++lane) {
    values[lane] = convertOne(c, load(a, c.fromBytes, lane));
  }
  for (int lane = 0; lane < kLanes; ++lane) store(d, c.toBytes, lane, values[lane]);
}

// Two sources, or the two halves of one, into one register.
void convertPacked(const Conversion& c, void* d, const void* a, const void* b) {
  const int width = kindOf(c.to).bits;
  const int fromWidth = kindOf(c.from).bits;
  uint64_t values[kLanes];
  for (int lane = 0; lane < kLanes; ++lane) {
    const uint64_t x = load(a, c.fromBytes, lane);
    const uint64_t upper = b == nullptr ? x >> fromWidth : x;
    const uint64_t lower = b == nullptr ? x : load(b, c.fromBytes, lane);
    values[lane] = convertOne(c, lower) | convertOne(c, upper) << width;
  }
  for (int lane = 0; lane < kLanes; ++lane) store(d, c.toBytes, lane, values[lane]);
}

// ---- the conversions that kernels' inner loops have, by lanes of their own width

template <typename To, typename From, typename Function>
GRAMIAN_INLINE void eachLane(void* d, const void* a, Function function) {
  From from[kLanes];
  To to[kLanes];
  std::memcpy(from, a, sizeof from);
  for (int lane = 0; lane < kLanes; ++lane) to[lane] = function(from[lane]);
  std::memcpy(d, to, sizeof to);
}

template <bool IsBf16>
void packFloats(const Conversion&, void* d, const void* a, const void* b) {
  const auto narrow = [](float x) -> uint32_t {
    return IsBf16 ? floatToBfloat(x) : floatToHalf(x);
  };
  float upper[kLanes];
  float lower[kLanes];
  uint32_t packed[kLanes];
  std::memcpy(upper, a, sizeof upper);
  std::memcpy(lower, b, sizeof lower);
  for (int lane = 0; lane < kLanes; ++lane) {
    packed[lane] = narrow(lower[lane]) | narrow(upper[lane]) << 16;
  }
  std::memcpy(d, packed, sizeof packed);
}

void floatToBfloats(const Conversion&, void* d, const void* a, const void*) {
  eachLane<uint16_t, float>(d, a, floatToBfloat);
}

void floatToHalves(const Conversion&, void* d, const void* a, const void*) {
  eachLane<uint16_t, float>(d, a, floatToHalf);
}

void halfToFloats(const Conversion&, void* d, const void* a, const void*) {
  eachLane<uint32_t, uint16_t>(d, a, [](uint16_t x) {
    const float value = halfToFloat(x);
    return value != value ? 0x7fffffffu : std::bit_cast<uint32_t>(value);
  });
}

void bfloatToFloats(const Conversion&, void* d, const void* a, const void*) {
  eachLane<uint32_t, uint16_t>(
      d, a, [](uint16_t x) { return (x & 0x7fffu) > 0x7f80u ? 0x7fffffffu : uint32_t{x} << 16; });
}

// Integers round to nearest as the processor does; none is subnormal or not a number.
template <typename To, typename From>
void integerToFloat(const Conversion&, void* d, const void* a, const void*) {
  eachLane<To, From>(d, a, [](From x) { return static_cast<To>(x); });
}

template <typename To>
void floatToInteger(const Conversion& c, void* d, const void* a, const void*) {
  constexpr double kLow = std::is_signed_v<To> ? -2147483648.0 : 0.0;
  constexpr double kHigh = std::is_signed_v<To> ? 2147483647.0 : 4294967295.0;
  eachLane<To, float>(d, a, [&](float x) -> To {
    if (x != x) return 0;
    // A float is an integer from 2^23 on.
    const double rounded = c.rounding == Rounding::kZero   ? std::trunc(double{x})
                           : c.rounding == Rounding::kDown ? std::floor(double{x})
                           : c.rounding == Rounding::kUp   ? std::ceil(double{x})
                                                           : std::nearbyint(double{x});
    return static_cast<To>(std::clamp(rounded, kLow, kHigh));
  });
}

template <typename To, typename From>
void integerToInteger(const Conversion&, void* d, const void* a, const void*) {
  eachLane<To, From>(d, a, [](From x) { return static_cast<To>(x); });
}

void floatToDouble(const Conversion& c, void* d, const void* a, const void*) {
  eachLane<uint64_t, uint32_t>(d, a, [&](uint32_t x) -> uint64_t {
    if (c.flush && isSubnormalFloat(x)) x &= 0x80000000u;
    const double value = std::bit_cast<float>(x);
    return value != value ? notANumber(kF64) : std::bit_cast<uint64_t>(value);
  });
}

void doubleToFloat(const Conversion& c, void* d, const void* a, const void*) {
  eachLane<uint32_t, double>(d, a, [&](double x) -> uint32_t {
    const uint32_t bits = std::bit_cast<uint32_t>(static_cast<float>(x));
    if (x != x) return 0x7fffffffu;
    return c.flush && isSubnormalFloat(bits) ? bits & 0x80000000u : bits;
  });
}

ConvertLanes quickConverter(const Conversion& c) {
  const bool plain = !c.saturate && !c.finite && !c.relu;
  const bool nearest = c.rounding == Rounding::kNearest && !c.toInteger;
  const auto is = [&](Type to, Type from, int toBytes, int fromBytes) {
    return c.to == to && c.from == from && c.toBytes == toBytes && c.fromBytes == fromBytes;
  };
  if (!plain) return nullptr;
  if (nearest && !c.flush) {
    if (is(Type::kBf16x2, Type::kF32, 4, 4)) return packFloats<true>;
    if (is(Type::kF16x2, Type::kF32, 4, 4)) return packFloats<false>;
    if (is(Type::kBf16, Type::kF32, 2, 4)) return floatToBfloats;
    if (is(Type::kF16, Type::kF32, 2, 4)) return floatToHalves;
    if (is(Type::kF32, Type::kF16, 4, 2)) return halfToFloats;
    if (is(Type::kF32, Type::kBf16, 4, 2)) return bfloatToFloats;
    if (is(Type::kF32, Type::kS32, 4, 4)) return integerToFloat<float, int32_t>;
    if (is(Type::kF32, Type::kU32, 4, 4)) return integerToFloat<float, uint32_t>;
    if (is(Type::kF64, Type::kS32, 8, 4)) return integerToFloat<double, int32_t>;
    if (is(Type::kF64, Type::kU32, 8, 4)) return integerToFloat<double, uint32_t>;
    if (is(Type::kF64, Type::kS64, 8, 8)) return integerToFloat<double, int64_t>;
  }
  if (nearest) {
    if (is(Type::kF64, Type::kF32, 8, 4)) return floatToDouble;
    if (is(Type::kF32, Type::kF64, 4, 8)) return doubleToFloat;
  }
  if (c.toInteger) {
    // Flushing changes nothing of a result that is rounded to nearest or to zero.
    const bool flushed =
        c.flush && c.rounding != Rounding::kNearest && c.rounding != Rounding::kZero;
    if (!flushed && is(Type::kS32, Type::kF32, 4, 4)) return floatToInteger<int32_t>;
    if (!flushed && is(Type::kU32, Type::kF32, 4, 4)) return floatToInteger<uint32_t>;
  }
  if (is(Type::kU64, Type::kU32, 8, 4)) return integerToInteger<uint64_t, uint32_t>;
  if (is(Type::kS64, Type::kS32, 8, 4)) return integerToInteger<int64_t, int32_t>;
  if (is(Type::kU32, Type::kU64, 4, 8)) return integerToInteger<uint32_t, uint64_t>;
  if (is(Type::kU32, Type::kU16, 4, 2)) return integerToInteger<uint32_t, uint16_t>;
  if (is(Type::kU16, Type::kU32, 2, 4)) return integerToInteger<uint16_t, uint32_t>;
  return nullptr;
}

}  // namespace

bool takesTwoSources(Type to, Type from) { return isPacked(to) && !isPacked(from); }

uint64_t convertOne(const Conversion& c, uint64_t bits) {
  const Kind to = kindOf(c.to);
  const Kind from = kindOf(c.from);
  if (from.kind == Kind::kInteger) {
    const Exact x = exactInteger(bits, from);
    if (to.kind == Kind::kFloat) return floatResult(c, to, x);
    uint64_t value = x.negative ? -x.significand : x.significand;
    if (c.saturate) {
      value = integerOf(x, to);
    } else if (to.isSigned) {
      value =
          static_cast<uint64_t>(static_cast<int64_t>(value << (64 - to.bits)) >> (64 - to.bits));
    } else {
      value &= maskOf(to.bits);
    }
    return value;
  }
  bits &= maskOf(from.bits);
  if (c.from == Type::kTf32) bits >>= 13;
  if (c.flush && c.from == Type::kF32 && isSubnormalFloat(bits)) bits &= 0x80000000u;
  Exact x = unpack(from.format, bits);
  if (to.kind == Kind::kInteger) {
    // From f64 what is no number gives the same as to 64 bits.
    if (x.nan) return from.bits == 64 ? uint64_t{1} << (to.bits - 1) : integerOf(x, to);
    return integerOf(roundedToInteger(x, c.rounding), to);
  }
  if (c.toInteger && !x.nan && !x.infinite && x.exponent < 0) {
    x = roundedToInteger(x, c.rounding);
  }
  return floatResult(c, to, x);
}

ConvertLanes converterOf(const Conversion& c) {
  const Kind to = kindOf(c.to);
  const Kind from = kindOf(c.from);
  if (to.kind == Kind::kNone || from.kind == Kind::kNone) return nullptr;
  if (isPacked(c.from) && !isPacked(c.to)) return nullptr;
  if (const ConvertLanes quick = quickConverter(c)) return quick;
  return isPacked(c.to) ? convertPacked : convertAny;
}

}  // namespace gramian::arith
