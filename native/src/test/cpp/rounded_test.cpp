// Directed rounding and 16-bit arithmetic against exact sums and products of 113 bits.
#include "arith/rounded.h"

#include <bit>
#include <cmath>
#include <limits>

#include "arith/half.h"
#include "arith/half_operations.h"
#include "check.h"

namespace gramian::arith {

namespace {

using Wide = __float128;

// An exact value, from its 113 bits.
Exact exactOf(Wide x) {
  Exact e;
  e.negative = x < 0 || (x == 0 && 1 / x < 0);
  if (e.negative) x = -x;
  if (x == 0) return e;
  // The exponent that makes the upper 60 bits an integer.
  while (x >= 0x1p60) {
    x /= 2;
    ++e.exponent;
  }
  while (x < 0x1p59) {
    x *= 2;
    --e.exponent;
  }
  e.significand = static_cast<uint64_t>(x);
  e.sticky = static_cast<Wide>(e.significand) != x;
  return e;
}

// Of a moderate exponent, so that sums and products fit into 113 bits.
template <typename T>
T moderate() {
  const int64_t bits = static_cast<int64_t>(test::random()());
  const int range = sizeof(T) == 4 ? 12 : 4;
  return static_cast<T>(
      std::ldexp(static_cast<T>(bits >> (sizeof(T) == 4 ? 40 : 11)),
                 static_cast<int>(test::random()() % static_cast<uint64_t>(range)) - range / 2 -
                     (sizeof(T) == 4 ? 20 : 50)));
}

template <typename T>
void run(const RoundedOperation& o, T* d, const T* a, const T* b, const T* c) {
  operatorOf(o)(o, d, a, b, c);
}

template <typename T>
uint64_t bitsOf(T x) {
  if constexpr (sizeof(T) == 4) {
    return std::bit_cast<uint32_t>(x);
  } else {
    return std::bit_cast<uint64_t>(x);
  }
}

template <typename T>
void checkExactOperations() {
  const FloatFormat& format = sizeof(T) == 4 ? kF32 : kF64;
  for (const Rounding rounding :
       {Rounding::kNearest, Rounding::kZero, Rounding::kDown, Rounding::kUp}) {
    for (int i = 0; i < 500; ++i) {
      T a[32], b[32], c[32], d[32];
      for (int lane = 0; lane < 32; ++lane) {
        a[lane] = moderate<T>();
        b[lane] = moderate<T>();
        // A product of doubles fills 106 bits: its addend lies among them.
        c[lane] = sizeof(T) == 4 ? moderate<T>() : std::ldexp(std::trunc(moderate<T>()), -8);
      }
      for (const FloatOperation operation : {FloatOperation::kAdd, FloatOperation::kSub,
                                             FloatOperation::kMul, FloatOperation::kFma}) {
        const RoundedOperation o{operation, rounding, sizeof(T) == 8, false, false};
        run(o, d, a, b, c);
        for (int lane = 0; lane < 32; ++lane) {
          const Wide x = a[lane];
          const Wide y = b[lane];
          if (operation == FloatOperation::kFma && sizeof(T) == 8) {
            // Not exact in 113 bits in general: the product alone is.
            if (c[lane] != 0) continue;
          }
          const Wide exact = operation == FloatOperation::kAdd   ? x + y
                             : operation == FloatOperation::kSub ? x - y
                             : operation == FloatOperation::kMul ? x * y
                                                                 : x * y + c[lane];
          Exact e = exactOf(exact);
          // An exact zero of unlike signs is minus zero only when rounding down.
          if (exact == 0 && operation != FloatOperation::kMul) {
            e.negative = rounding == Rounding::kDown;
            if (operation == FloatOperation::kAdd && x == 0 && y == 0) continue;
          }
          CHECK(bitsOf(d[lane]) == pack(format, e, rounding), "%d: %a %a %a -> %a, rounding %d",
                static_cast<int>(operation), static_cast<double>(a[lane]),
                static_cast<double>(b[lane]), static_cast<double>(c[lane]),
                static_cast<double>(d[lane]), static_cast<int>(rounding));
        }
      }
    }
  }
}

// r is what x rounds to, told by the sign of (x - r) and (x - next), which `compare` gives.
template <typename T, typename Compare>
bool isRounded(T r, Rounding rounding, bool negative, Compare compare) {
  const bool up = rounding == Rounding::kUp || (rounding == Rounding::kZero && negative);
  const T infinity = std::numeric_limits<T>::infinity();
  if (rounding != Rounding::kNearest) {
    const T next = std::nextafter(r, up ? -infinity : infinity);
    return up ? compare(r) <= 0 && compare(next) > 0 : compare(r) >= 0 && compare(next) < 0;
  }
  const Wide above = (Wide{r} + std::nextafter(r, infinity)) / 2;
  const Wide below = (Wide{r} + std::nextafter(r, -infinity)) / 2;
  return compare(above) <= 0 && compare(below) >= 0;
}

template <typename T>
void checkQuotients() {
  for (const Rounding rounding :
       {Rounding::kNearest, Rounding::kZero, Rounding::kDown, Rounding::kUp}) {
    for (int i = 0; i < 500; ++i) {
      T a[32], b[32], d[32];
      for (int lane = 0; lane < 32; ++lane) {
        a[lane] = moderate<T>();
        b[lane] = moderate<T>();
        if (a[lane] == 0) a[lane] = 1;
        if (b[lane] == 0) b[lane] = 3;
      }
      run<T>({FloatOperation::kDiv, rounding, sizeof(T) == 8, false, false}, d, a, b, nullptr);
      for (int lane = 0; lane < 32; ++lane) {
        const Wide x = a[lane];
        const Wide y = b[lane];
        const bool ok = isRounded(d[lane], rounding, (x < 0) != (y < 0), [&](Wide r) {
          const Wide rest = y > 0 ? x - r * y : r * y - x;
          return rest > 0 ? 1 : rest < 0 ? -1 : 0;
        });
        CHECK(ok, "%a / %a = %a, rounding %d", static_cast<double>(a[lane]),
              static_cast<double>(b[lane]), static_cast<double>(d[lane]),
              static_cast<int>(rounding));
      }
      for (T& x : a) x = std::fabs(x);
      run<T>({FloatOperation::kSqrt, rounding, sizeof(T) == 8, false, false}, d, a, nullptr,
             nullptr);
      for (int lane = 0; lane < 32; ++lane) {
        const Wide x = a[lane];
        const bool ok = isRounded(d[lane], rounding, false, [&](Wide r) {
          const Wide rest = x - r * r;
          return rest > 0 ? 1 : rest < 0 ? -1 : 0;
        });
        CHECK(ok, "sqrt(%a) = %a, rounding %d", static_cast<double>(a[lane]),
              static_cast<double>(d[lane]), static_cast<int>(rounding));
      }
      T ones[32];
      T quotient[32];
      for (T& x : ones) x = 1;
      run<T>({FloatOperation::kRcp, rounding, sizeof(T) == 8, false, false}, d, b, nullptr,
             nullptr);
      run<T>({FloatOperation::kDiv, rounding, sizeof(T) == 8, false, false}, quotient, ones, b,
             nullptr);
      for (int lane = 0; lane < 32; ++lane) {
        CHECK(d[lane] == quotient[lane], "1 / %a", static_cast<double>(b[lane]));
      }
    }
  }
}

float single(const RoundedOperation& o, float a, float b = 0, float c = 0) {
  float x[32], y[32], z[32];
  std::fill_n(x, 32, a);
  std::fill_n(y, 32, b);
  std::fill_n(z, 32, c);
  run(o, x, x, y, z);
  return x[31];
}

uint16_t half(const HalfInstruction& i, uint32_t a, uint32_t b = 0, uint32_t c = 0) {
  uint16_t x[64], y[64], z[64];
  std::fill_n(x, 64, static_cast<uint16_t>(a));
  std::fill_n(y, 64, static_cast<uint16_t>(b));
  std::fill_n(z, 64, static_cast<uint16_t>(c));
  operatorOf(i)(i, x, x, y, z);
  return x[i.isPair ? 63 : 31];
}

}  // namespace

TEST(singleRounding) { checkExactOperations<float>(); }
TEST(doubleRounding) { checkExactOperations<double>(); }
TEST(singleQuotientsAndRoots) { checkQuotients<float>(); }
TEST(doubleQuotientsAndRoots) { checkQuotients<double>(); }

TEST(modifiersOfOperations) {
  RoundedOperation o;
  o.operation = FloatOperation::kMul;
  CHECK(single(o, 0x1p-100f, 0x1p-30f) == 0x1p-130f, "a subnormal product");
  o.flush = true;
  CHECK(bitsOf(single(o, -0x1p-100f, 0x1p-30f)) == 0x80000000u, "flushed");
  CHECK(single(o, 0x1p-130f, 0x1p100f) == 0, "of a flushed operand");
  o.saturate = true;
  CHECK(single(o, 2, 3) == 1 && single(o, -2, 3) == 0 && single(o, 0.5f, 0.5f) == 0.25f,
        "saturated");
  CHECK(bitsOf(single(o, INFINITY, 0)) == 0, "a saturated NaN");
  o = {};
  CHECK(bitsOf(single(o, INFINITY, -INFINITY)) == 0x7fffffffu, "the NaN");
  o.operation = FloatOperation::kSqrt;
  CHECK(bitsOf(single(o, -1)) == 0x7fffffffu && bitsOf(single(o, -0.0f)) == 0x80000000u, "roots");
  o.operation = FloatOperation::kAdd;
  o.rounding = Rounding::kZero;
  CHECK(single(o, 0x1.fffffep127f, 0x1.fffffep127f) == 0x1.fffffep127f, "no infinity towards zero");
  CHECK(0.1f + 0.2f == 0.3f, "the rounding of the process is what it was");
}

TEST(halfArithmeticAgainstExactSums) {
  for (const bool isBf16 : {false, true}) {
    const FloatFormat& format = isBf16 ? kBf16 : kF16;
    const auto value = [&](uint16_t x) -> Wide {
      return isBf16 ? bfloatToFloat(x) : halfToFloat(x);
    };
    const auto finite = [&](uint16_t x) { return (x & 0x7fff) < (isBf16 ? 0x7f80 : 0x7c00); };
    for (int i = 0; i < 60000; ++i) {
      uint16_t a = static_cast<uint16_t>(test::anyBits(16));
      uint16_t b = static_cast<uint16_t>(test::anyBits(16));
      uint16_t c = static_cast<uint16_t>(test::anyBits(16));
      if (!finite(a) || !finite(b) || !finite(c)) continue;
      if (isBf16) {
        // Exponents near each other's, so that exact sums fit into 113 bits; a third also near
        // those of subnormal results.
        const int middle = i % 3 == 0 ? 64 : 120;
        const auto near = [&](uint16_t x, int m) {
          return static_cast<uint16_t>((x & 0x807f) | (((x >> 7 & 15) + m) << 7));
        };
        a = near(a, middle - 8);
        b = near(b, middle - 8);
        c = near(c, i % 3 == 0 ? 0 : 112);
      }
      for (const HalfOperation operation :
           {HalfOperation::kAdd, HalfOperation::kSub, HalfOperation::kMul, HalfOperation::kFma}) {
        const Wide x = value(a);
        const Wide y =
            value(operation == HalfOperation::kAdd || operation == HalfOperation::kSub ? c : b);
        const uint16_t second =
            operation == HalfOperation::kAdd || operation == HalfOperation::kSub ? c : b;
        const Wide exact = operation == HalfOperation::kAdd   ? x + y
                           : operation == HalfOperation::kSub ? x - y
                           : operation == HalfOperation::kMul ? x * y
                                                              : x * y + value(c);
        if (exact == 0) continue;
        HalfInstruction instruction;
        instruction.operation = operation;
        instruction.isBf16 = isBf16;
        instruction.isPair = i % 2 != 0;
        const uint16_t got = half(instruction, a, second, c);
        const uint64_t want = pack(format, exactOf(exact), Rounding::kNearest);
        CHECK(got == want, "%d of %04x %04x %04x: %04x, not %04llx", static_cast<int>(operation), a,
              second, c, got, (unsigned long long)want);
      }
    }
  }
}

TEST(halfSpecialValues) {
  HalfInstruction i;
  CHECK(half(i, 0x7c00, 0xfc00) == 0x7fff, "the NaN");
  CHECK(half(i, 0x7bff, 0x7bff) == 0x7c00, "overflow");
  CHECK(half(i, 0x8000, 0x8000) == 0x8000 && half(i, 0x8000, 0) == 0, "zeros");
  i.flush = true;
  CHECK(half(i, 0x0001, 0x0400) == 0x0400, "a flushed operand");
  i.flush = false;
  i.operation = HalfOperation::kFma;
  i.relu = true;
  CHECK(half(i, 0xbc00, 0x3c00, 0) == 0 && half(i, 0x3c00, 0x3c00, 0x3c00) == 0x4000, "relu");
  i.relu = false;
  i.saturate = true;
  CHECK(half(i, 0x4000, 0x4000, 0) == 0x3c00 && half(i, 0x7fff, 0, 0) == 0, "saturated");
  i = {};
  i.operation = HalfOperation::kMin;
  CHECK(half(i, 0x8000, 0) == 0x8000 && half(i, 0, 0x8000) == 0x8000, "minus zero is less");
  CHECK(half(i, 0x7e00, 0x3c00) == 0x3c00, "a number beats a NaN");
  i.nan = true;
  CHECK(half(i, 0x7e00, 0x3c00) == 0x7fff, "unless .NaN");
  i = {};
  i.operation = HalfOperation::kMax;
  i.xorSign = true;
  CHECK(half(i, 0xc000, 0x3c00) == 0xc000, "xorsign");
  i = {};
  i.operation = HalfOperation::kEx2;
  CHECK(half(i, 0x4200) == 0x4800, "2^3");
  i.operation = HalfOperation::kTanh;
  CHECK(half(i, 0xcc00) == 0xbc00, "tanh(-16)");
}

}  // namespace gramian::arith
