// Conversions against tables of all numbers of a format and against exact arithmetic of 113 bits.
#include "arith/convert.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <tuple>
#include <vector>

#include "arith/half.h"
#include "check.h"

namespace gramian::arith {

namespace {

using ptx::Type;
using test::anyBits;
using Wide = __float128;

constexpr Rounding kDirected[] = {Rounding::kNearest, Rounding::kZero, Rounding::kDown,
                                  Rounding::kUp};

struct Entry {
  Wide value;
  uint64_t bits;
};

// The numbers of a format that are not negative, in order, by the definition of the format.
std::vector<Entry> numbersOf(int exponentBits, int fractionBits, bool infinities) {
  std::vector<Entry> all;
  const int bias = (1 << (exponentBits - 1)) - 1;
  const int top = (1 << exponentBits) - (infinities ? 1 : 0);
  for (int e = 0; e < top; ++e) {
    for (int f = 0; f < 1 << fractionBits; ++f) {
      if (!infinities && e == top - 1 && f == (1 << fractionBits) - 1) continue;
      const double significand = f + (e == 0 ? 0 : 1 << fractionBits);
      all.push_back({std::ldexp(significand, std::max(e, 1) - bias - fractionBits),
                     static_cast<uint64_t>(e << fractionBits | f)});
    }
  }
  return all;
}

// The magnitude rounded within a table.
uint64_t roundedIn(const std::vector<Entry>& table, Wide magnitude, bool negative,
                   Rounding rounding, uint64_t overflow) {
  const auto above = std::upper_bound(table.begin(), table.end(), magnitude,
                                      [](Wide x, const Entry& e) { return x < e.value; });
  const Entry& low = *(above - 1);
  if (low.value == magnitude) return low.bits;
  const bool away = rounding == Rounding::kUp ? !negative : negative;
  if (above == table.end()) {
    // As if the exponents went on.
    const Wide step = low.value - (above - 2)->value;
    const bool up = rounding == Rounding::kNearest ? magnitude >= low.value + step / 2
                    : rounding == Rounding::kZero  ? false
                                                   : away;
    return up ? overflow : low.bits;
  }
  bool up = away;
  if (rounding == Rounding::kZero) up = false;
  if (rounding == Rounding::kNearest) {
    const Wide middle = (low.value + above->value) / 2;
    up = magnitude > middle || (magnitude == middle && (low.bits & 1) != 0);
  }
  return up ? above->bits : low.bits;
}

Conversion conversion(Type to, Type from, Rounding rounding = Rounding::kNearest) {
  Conversion c;
  c.to = to;
  c.from = from;
  c.rounding = rounding;
  c.toBytes = static_cast<uint8_t>(std::max(2u, ptx::bytesOf(to)));
  c.fromBytes = static_cast<uint8_t>(std::max(2u, ptx::bytesOf(from)));
  return c;
}

// The lanes' function on one value in all lanes.
uint64_t convertLane(const Conversion& c, uint64_t bits, uint64_t lower = 0, bool two = false) {
  uint64_t a[32] = {};
  uint64_t b[32] = {};
  uint64_t d[32] = {};
  for (int lane = 0; lane < 32; ++lane) {
    std::memcpy(reinterpret_cast<char*>(a) + lane * c.fromBytes, &bits, c.fromBytes);
    std::memcpy(reinterpret_cast<char*>(b) + lane * c.fromBytes, &lower, c.fromBytes);
  }
  converterOf(c)(c, d, a, two ? b : nullptr);
  uint64_t first = 0;
  uint64_t last = 0;
  std::memcpy(&first, d, c.toBytes);
  std::memcpy(&last, reinterpret_cast<char*>(d) + 31 * c.toBytes, c.toBytes);
  CHECK(first == last, "lanes differ: %llx %llx", (unsigned long long)first,
        (unsigned long long)last);
  return first;
}

void checkNarrowing(Type to, const std::vector<Entry>& table, bool infinities, Type from) {
  const int bits = static_cast<int>(ptx::bitsOf(to));
  const bool tf32 = to == Type::kTf32;
  const uint64_t sign = uint64_t{1} << (tf32 ? 18 : bits - 1);
  for (const Rounding rounding : kDirected) {
    Conversion c = conversion(to, from, rounding);
    c.finite = !infinities;
    for (int i = 0; i < 8000; ++i) {
      const uint64_t x = anyBits(static_cast<int>(ptx::bitsOf(from)));
      double value;
      if (from == Type::kF64) {
        value = std::bit_cast<double>(x);
      } else if (from == Type::kF32) {
        // Also values between and at neighbours of the table.
        uint32_t u = static_cast<uint32_t>(x);
        if (i % 2 == 0) {
          const Entry& e = table[x % table.size()];
          const float at = static_cast<float>(e.value);
          u = std::bit_cast<uint32_t>(at) + static_cast<uint32_t>(i % 7) - 3;
          if (i % 8 == 0 && &e != &table.back()) {
            u = std::bit_cast<uint32_t>(static_cast<float>((e.value + (&e + 1)->value) / 2));
          }
          u ^= static_cast<uint32_t>(x >> 32) & 0x80000000u;
        }
        value = std::bit_cast<float>(u);
      } else {
        value = halfToFloat(static_cast<uint16_t>(x));
      }
      uint64_t source = from == Type::kF64   ? std::bit_cast<uint64_t>(value)
                        : from == Type::kF32 ? std::bit_cast<uint32_t>(static_cast<float>(value))
                                             : x;
      uint64_t got = convertLane(c, source);
      if (tf32) got >>= 13;
      if (std::isnan(value)) {
        CHECK((got & (sign - 1)) == sign - 1, "%llx of a NaN", (unsigned long long)got);
        continue;
      }
      const bool negative = std::signbit(value);
      const uint64_t overflow = infinities ? table.back().bits + 1 : table.back().bits;
      const uint64_t want =
          (std::isinf(value) ? overflow
                             : roundedIn(table, std::fabs(value), negative, rounding, overflow)) |
          (negative ? sign : 0);
      CHECK(got == want, "%a to %s, rounding %d: %llx, not %llx", value, ptx::nameOf(to),
            static_cast<int>(rounding), (unsigned long long)got, (unsigned long long)want);
    }
  }
}

}  // namespace

TEST(narrowingAgainstTables) {
  const auto f16 = numbersOf(5, 10, true);
  const auto bf16 = numbersOf(8, 7, true);
  const auto tf32 = numbersOf(8, 10, true);
  const auto e4m3 = numbersOf(4, 3, false);
  const auto e5m2 = numbersOf(5, 2, true);
  checkNarrowing(Type::kF16, f16, true, Type::kF32);
  checkNarrowing(Type::kF16, f16, true, Type::kF64);
  checkNarrowing(Type::kBf16, bf16, true, Type::kF32);
  checkNarrowing(Type::kBf16, bf16, true, Type::kF64);
  checkNarrowing(Type::kBf16, bf16, true, Type::kF16);
  checkNarrowing(Type::kTf32, tf32, true, Type::kF32);
  checkNarrowing(Type::kE4m3, e4m3, false, Type::kF32);
  checkNarrowing(Type::kE4m3, e4m3, false, Type::kF16);
  checkNarrowing(Type::kE5m2, e5m2, true, Type::kF32);
}

TEST(widening16And8Bits) {
  for (const auto& [type, exponentBits, fractionBits, infinities] :
       {std::tuple{Type::kF16, 5, 10, true}, std::tuple{Type::kBf16, 8, 7, true},
        std::tuple{Type::kE4m3, 4, 3, false}, std::tuple{Type::kE5m2, 5, 2, true}}) {
    const int bits = 1 + exponentBits + fractionBits;
    for (const Entry& e : numbersOf(exponentBits, fractionBits, infinities)) {
      for (const bool negative : {false, true}) {
        const uint64_t x = e.bits | (negative ? uint64_t{1} << (bits - 1) : 0);
        const float want = negative ? -static_cast<float>(e.value) : static_cast<float>(e.value);
        const uint64_t got = convertLane(conversion(Type::kF32, type), x);
        CHECK(got == std::bit_cast<uint32_t>(want), "%llx of %s", (unsigned long long)x,
              ptx::nameOf(type));
      }
    }
  }
}

TEST(floatToDoubleAndBack) {
  for (int i = 0; i < 80000; ++i) {
    const double x = std::bit_cast<double>(anyBits(64));
    const float y = static_cast<float>(x);
    const uint64_t want = std::isnan(x) ? 0x7fffffffu : std::bit_cast<uint32_t>(y);
    CHECK(convertLane(conversion(Type::kF32, Type::kF64), std::bit_cast<uint64_t>(x)) == want, "%a",
          x);
    CHECK(convertOne(conversion(Type::kF32, Type::kF64), std::bit_cast<uint64_t>(x)) == want, "%a",
          x);
    for (const Rounding rounding : {Rounding::kZero, Rounding::kDown, Rounding::kUp}) {
      if (!std::isfinite(x)) continue;
      const uint32_t bits = static_cast<uint32_t>(
          convertLane(conversion(Type::kF32, Type::kF64, rounding), std::bit_cast<uint64_t>(x)));
      const float r = std::bit_cast<float>(bits);
      const bool up = rounding == Rounding::kUp || (rounding == Rounding::kZero && x < 0);
      const float beyond = std::nextafterf(r, up ? -INFINITY : INFINITY);
      CHECK(up ? double{r} >= x && double{beyond} < x : double{r} <= x && double{beyond} > x,
            "%a to %a, rounding %d", x, r, static_cast<int>(rounding));
    }
  }
}

template <typename To, typename From>
void checkToInteger(Type to, Type from) {
  for (const Rounding rounding : kDirected) {
    Conversion c = conversion(to, from, rounding);
    c.toInteger = true;
    for (int i = 0; i < 8000; ++i) {
      From x = std::bit_cast<From>(
          static_cast<std::conditional_t<sizeof(From) == 4, uint32_t, uint64_t>>(
              anyBits(8 * sizeof(From))));
      if (i % 2 == 0) {
        x = static_cast<From>(static_cast<int64_t>(test::random()() % 1000) - 500) / 4;
      }
      const auto bits = std::bit_cast<std::conditional_t<sizeof(From) == 4, uint32_t, uint64_t>>(x);
      const To got = static_cast<To>(convertLane(c, bits));
      To want;
      if (std::isnan(x)) {
        want = sizeof(From) == 8 || sizeof(To) == 8
                   ? static_cast<To>(uint64_t{1} << (8 * sizeof(To) - 1))
                   : 0;
      } else {
        const long double r = rounding == Rounding::kNearest ? std::nearbyint(x)
                              : rounding == Rounding::kZero  ? std::trunc(x)
                              : rounding == Rounding::kDown  ? std::floor(x)
                                                             : std::ceil(x);
        const long double low = std::numeric_limits<To>::min();
        const long double high = std::numeric_limits<To>::max();
        want = static_cast<To>(std::clamp(r, low, high));
      }
      CHECK(got == want, "%a to %s, rounding %d: %lld, not %lld", static_cast<double>(x),
            ptx::nameOf(to), static_cast<int>(rounding), (long long)got, (long long)want);
    }
  }
}

TEST(floatToInteger) {
  checkToInteger<int32_t, float>(Type::kS32, Type::kF32);
  checkToInteger<uint32_t, float>(Type::kU32, Type::kF32);
  checkToInteger<int64_t, float>(Type::kS64, Type::kF32);
  checkToInteger<uint64_t, float>(Type::kU64, Type::kF32);
  checkToInteger<int16_t, float>(Type::kS16, Type::kF32);
  checkToInteger<int32_t, double>(Type::kS32, Type::kF64);
  checkToInteger<int64_t, double>(Type::kS64, Type::kF64);
  checkToInteger<uint64_t, double>(Type::kU64, Type::kF64);
}

TEST(integerToFloat) {
  for (int i = 0; i < 20000; ++i) {
    const int64_t x = static_cast<int64_t>(anyBits(64));
    for (const Rounding rounding : kDirected) {
      const uint32_t single = static_cast<uint32_t>(
          convertLane(conversion(Type::kF32, Type::kS64, rounding), static_cast<uint64_t>(x)));
      const Wide got = std::bit_cast<float>(single);
      const float f = std::bit_cast<float>(single);
      const Wide below = std::nextafterf(f, -INFINITY);
      const Wide above = std::nextafterf(f, INFINITY);
      const Wide exact = x;
      bool ok = false;
      switch (rounding) {
        case Rounding::kDown:
          ok = got <= exact && above > exact;
          break;
        case Rounding::kUp:
          ok = got >= exact && below < exact;
          break;
        case Rounding::kZero:
          ok = x >= 0 ? got <= exact && above > exact : got >= exact && below < exact;
          break;
        default:
          ok = f == static_cast<float>(x);
      }
      CHECK(ok, "%lld to %a, rounding %d", (long long)x, f, static_cast<int>(rounding));
    }
    const uint64_t u = static_cast<uint64_t>(x);
    CHECK(convertLane(conversion(Type::kF64, Type::kU64), u) ==
              std::bit_cast<uint64_t>(static_cast<double>(u)),
          "%llu", (unsigned long long)u);
    const uint32_t w = static_cast<uint32_t>(u);
    CHECK(convertLane(conversion(Type::kF32, Type::kU32), w) ==
              std::bit_cast<uint32_t>(static_cast<float>(w)),
          "%u", w);
    CHECK(convertLane(conversion(Type::kF32, Type::kS32), w) ==
              std::bit_cast<uint32_t>(static_cast<float>(static_cast<int32_t>(w))),
          "%u", w);
  }
}

TEST(floatRoundedToIntegralFloat) {
  for (int i = 0; i < 20000; ++i) {
    const uint32_t bits = static_cast<uint32_t>(anyBits(32));
    const float x = i % 2 ? std::bit_cast<float>(bits)
                          : static_cast<float>(static_cast<int>(bits % 4000) - 2000) / 8;
    if (std::isnan(x)) continue;
    for (const Rounding rounding : kDirected) {
      Conversion c = conversion(Type::kF32, Type::kF32, rounding);
      c.toInteger = true;
      const float got =
          std::bit_cast<float>(static_cast<uint32_t>(convertLane(c, std::bit_cast<uint32_t>(x))));
      const float want = rounding == Rounding::kNearest ? std::nearbyint(x)
                         : rounding == Rounding::kZero  ? std::trunc(x)
                         : rounding == Rounding::kDown  ? std::floor(x)
                                                        : std::ceil(x);
      CHECK(std::bit_cast<uint32_t>(got) == std::bit_cast<uint32_t>(want), "%a: %a, not %a", x, got,
            want);
    }
  }
}

TEST(integersAmongThemselves) {
  const auto run = [](Type to, Type from, bool saturate, uint64_t x) {
    Conversion c = conversion(to, from);
    c.saturate = saturate;
    return convertLane(c, x);
  };
  CHECK(run(Type::kS32, Type::kS8, false, 0x80) == 0xffffff80u, "sign of s8");
  CHECK(run(Type::kU32, Type::kU8, false, 0x1ff) == 0xff, "upper bits of u8's register");
  CHECK(run(Type::kS8, Type::kS32, true, 1000) == 127, "s8 from above");
  CHECK(run(Type::kS8, Type::kS32, true, 0xfffffc18u) == 0xff80u, "s8 from below, extended");
  CHECK(run(Type::kU8, Type::kS32, true, 0xffffffffu) == 0, "u8 from below");
  CHECK(run(Type::kU64, Type::kS32, false, 0xffffffffu) == ~uint64_t{0}, "s32 to u64");
  CHECK(run(Type::kS64, Type::kU32, false, 0xffffffffu) == 0xffffffffu, "u32 to s64");
  CHECK(run(Type::kS32, Type::kU64, true, ~uint64_t{0}) == 0x7fffffffu, "u64 to s32");
  CHECK(run(Type::kU16, Type::kU32, false, 0x12345u) == 0x2345u, "u32 to u16");
}

TEST(modifiersOfConversions) {
  Conversion c = conversion(Type::kF32, Type::kF32);
  c.saturate = true;
  CHECK(convertLane(c, std::bit_cast<uint32_t>(1.5f)) == 0x3f800000u, "above one");
  CHECK(convertLane(c, std::bit_cast<uint32_t>(-1.5f)) == 0, "below zero");
  CHECK(convertLane(c, 0x7fc00000u) == 0, "not a number");
  CHECK(convertLane(c, std::bit_cast<uint32_t>(0.75f)) == std::bit_cast<uint32_t>(0.75f), "inside");
  CHECK(convertLane(c, std::bit_cast<uint32_t>(0.3f)) == std::bit_cast<uint32_t>(0.3f), "small");

  c = conversion(Type::kF32, Type::kF64);
  c.flush = true;
  CHECK(convertLane(c, std::bit_cast<uint64_t>(-0x1p-130)) == 0x80000000u, "flushed result");
  c = conversion(Type::kF64, Type::kF32);
  c.flush = true;
  CHECK(convertLane(c, 0x80000001u) == uint64_t{1} << 63, "flushed operand");
  c = conversion(Type::kF16, Type::kF32);
  CHECK(convertLane(c, std::bit_cast<uint32_t>(0x1p-24f)) == 1, "a subnormal f16 stays");
  c.flush = true;
  CHECK(convertLane(c, std::bit_cast<uint32_t>(0x1p-24f)) == 1, "and is not flushed");

  c = conversion(Type::kBf16x2, Type::kF32);
  CHECK(convertLane(c, std::bit_cast<uint32_t>(1.0f), std::bit_cast<uint32_t>(-2.0f), true) ==
            0x3f80c000u,
        "the first source is the upper half");
  c.relu = true;
  CHECK(convertLane(c, std::bit_cast<uint32_t>(1.0f), std::bit_cast<uint32_t>(-2.0f), true) ==
            0x3f800000u,
        "relu");
  CHECK(convertLane(c, 0x7fc00000u, 0xffc00000u, true) == 0x7fff7fffu, "relu of a NaN");

  c = conversion(Type::kE4m3x2, Type::kF32);
  c.finite = true;
  CHECK(convertLane(c, std::bit_cast<uint32_t>(1e9f), std::bit_cast<uint32_t>(-1.0f), true) ==
            0x7eb8u,
        "e4m3x2");
  c = conversion(Type::kF16x2, Type::kE4m3x2);
  CHECK(convertLane(c, 0x7eb8u) == 0x5f00bc00u, "f16x2 of e4m3x2");
  c = conversion(Type::kTf32, Type::kF32, Rounding::kNearestAway);
  CHECK(convertLane(c, 0x3f801000u) == 0x3f802000u, "a tie, away from zero");
  CHECK(convertLane(c, 0x3f800fffu) == 0x3f800000u, "less than a tie");
}

}  // namespace gramian::arith
