#include "arith/approximate.h"

#include <bit>
#include <cmath>
#include <limits>

#include "arith/vectors.h"

namespace gramian::arith {

namespace {

constexpr double kPi = 3.14159265358979323846;

GRAMIAN_INLINE float flushed(float x) {
  const uint32_t bits = std::bit_cast<uint32_t>(x);
  return std::bit_cast<float>((bits & 0x7f800000u) == 0 ? bits & 0x80000000u : bits);
}

// A double cut to `bits` fraction bits, towards zero.
GRAMIAN_INLINE double cut(double x, int bits) {
  return std::bit_cast<double>(std::bit_cast<uint64_t>(x) & (~uint64_t{0} << (52 - bits)));
}

// The same to nearest.
GRAMIAN_INLINE double rounded(double x, int bits) {
  const uint64_t half = uint64_t{1} << (51 - bits);
  return cut(std::bit_cast<double>(std::bit_cast<uint64_t>(x) + half), bits);
}

// To the nearest multiple of 2^-bits; |x| < 2^(51 - bits).
GRAMIAN_INLINE double toMultiple(double x, int bits) {
  const double shift = std::bit_cast<double>(static_cast<uint64_t>(1023 + 52 - bits) << 52) * 1.5;
  return x + shift - shift;
}

// 2^x for -1100 < x < 1100, relative error below 1e-11.
GRAMIAN_INLINE double exp2Double(double x) {
  const double shift = 0x1.8p52;
  const double whole = x + shift - shift;
  const double y = (x - whole) * 0.69314718055994530942;
  double sum = 1.0 / 3628800;
  sum = sum * y + 1.0 / 362880;
  sum = sum * y + 1.0 / 40320;
  sum = sum * y + 1.0 / 5040;
  sum = sum * y + 1.0 / 720;
  sum = sum * y + 1.0 / 120;
  sum = sum * y + 1.0 / 24;
  sum = sum * y + 1.0 / 6;
  sum = sum * y + 0.5;
  sum = sum * y + 1;
  sum = sum * y + 1;
  const int32_t exponent = static_cast<int32_t>(whole);
  return sum * std::bit_cast<double>(static_cast<uint64_t>(int64_t{1023} + exponent) << 52);
}

// log2(x) for a positive normal double, absolute error below 1e-11 of its distance to zero.
GRAMIAN_INLINE double log2Double(double x) {
  const uint64_t bits = std::bit_cast<uint64_t>(x);
  // A significand in [sqrt(1/2), sqrt(2)).
  const int64_t exponent = static_cast<int64_t>(bits - 0x3fe6a09e667f3bcdull) >> 52;
  const double m = std::bit_cast<double>(bits - (static_cast<uint64_t>(exponent) << 52));
  const double t = (m - 1) / (m + 1);
  const double s = t * t;
  double sum = 1.0 / 15;
  sum = sum * s + 1.0 / 13;
  sum = sum * s + 1.0 / 11;
  sum = sum * s + 1.0 / 9;
  sum = sum * s + 1.0 / 7;
  sum = sum * s + 1.0 / 5;
  sum = sum * s + 1.0 / 3;
  sum = sum * s + 1;
  return static_cast<double>(exponent) + 2 * 1.44269504088896340736 * t * sum;
}

GRAMIAN_INLINE float ex2(float x) {
  // Beyond these float has only infinity and zero.
  const double bounded = x > 200 ? 200 : x < -200 ? -200 : x;
  const float value = static_cast<float>(rounded(exp2Double(bounded), 21));
  return x != x ? std::bit_cast<float>(0x7fffffffu) : value;
}

GRAMIAN_INLINE float lg2(float x) {
  const double value = log2Double(x);
  // 2^-22 of an absolute error is half of a unit.
  const double result = x > 0.5f && x < 2 ? toMultiple(value, 21) : rounded(value, 21);
  const float infinity = std::numeric_limits<float>::infinity();
  return x > 0    ? (x == infinity ? infinity : static_cast<float>(result))
         : x == 0 ? -infinity
                  : std::bit_cast<float>(0x7fffffffu);
}

GRAMIAN_INLINE float rcp(float x) {
  const float value = static_cast<float>(cut(1 / double{x}, 23));
  return x != x ? std::bit_cast<float>(0x7fffffffu) : value;
}

GRAMIAN_INLINE float squareRoot(float x) {
  const float value = static_cast<float>(cut(std::sqrt(double{x}), 23));
  return x >= 0 ? value : std::bit_cast<float>(0x7fffffffu);
}

GRAMIAN_INLINE float rsqrt(float x) {
  // Of minus zero it is minus infinity.
  const float value = static_cast<float>(cut(1 / std::sqrt(double{x}), 23));
  return x >= 0 ? value : std::bit_cast<float>(0x7fffffffu);
}

// The sine of x turns, |x| <= 1/4.
GRAMIAN_INLINE double sineOfTurns(double x) {
  const double y = 2 * kPi * x;
  const double s = y * y;
  double sum = 1.0 / 6227020800;
  sum = sum * s - 1.0 / 39916800;
  sum = sum * s + 1.0 / 362880;
  sum = sum * s - 1.0 / 5040;
  sum = sum * s + 1.0 / 120;
  sum = sum * s - 1.0 / 6;
  return y + y * s * sum;
}

// The unit takes its argument in turns, multiplied in float: so the error grows with the argument.
GRAMIAN_INLINE float sine(float x, double offset) {
  const double turns = double{x * 0.15915494f} + offset;
  const double shift = 0x1.8p52;
  const double reduced = turns - (turns + shift - shift);  // in [-1/2, 1/2]
  const double folded = reduced > 0.25 ? 0.5 - reduced : reduced < -0.25 ? -0.5 - reduced : reduced;
  const float value = static_cast<float>(toMultiple(sineOfTurns(folded), 21));
  const bool finite = (std::bit_cast<uint32_t>(x) & 0x7fffffffu) < 0x7f800000u;
  return finite ? value : std::bit_cast<float>(0x7fffffffu);
}

GRAMIAN_INLINE float sin(float x) {
  // Of zero it is zero of the same sign.
  return x == 0 ? x : sine(x, 0);
}

GRAMIAN_INLINE float cos(float x) { return sine(x, 0.25); }

GRAMIAN_INLINE float tanh(float x) {
  const double magnitude = std::fabs(double{x});
  const double bounded = magnitude < 30 ? magnitude : 30;
  // (1 - e) / (1 + e), e = exp(-2 |x|); for small |x| the difference loses digits.
  const double e = exp2Double(-2 * 1.44269504088896340736 * bounded);
  const double s = bounded * bounded;
  const double series = bounded * (1 - s / 3 * (1 - 0.4 * s));
  const double value = rounded(bounded < 0x1p-6 ? series : (1 - e) / (1 + e), 10);
  return x != x ? std::bit_cast<float>(0x7fffffffu) : std::copysign(static_cast<float>(value), x);
}

template <float (*Function)(float)>
GRAMIAN_INLINE void eachLane(float* d, const float* a, bool flush) {
  float from[kLanes];
  float to[kLanes];
  std::memcpy(from, a, sizeof from);
  if (flush) {
    for (float& x : from) x = flushed(x);
  }
  for (int lane = 0; lane < kLanes; ++lane) to[lane] = Function(from[lane]);
  if (flush) {
    for (float& x : to) x = flushed(x);
  }
  std::memcpy(d, to, sizeof to);
}

template <float (*Function)(float)>
void lanes(float* d, const float* a, bool flush) {
  eachLane<Function>(d, a, flush);
}

}  // namespace

ApproximateLanes approximationOf(Approximation function) {
  switch (function) {
    case Approximation::kEx2:
      return lanes<ex2>;
    case Approximation::kLg2:
      return lanes<lg2>;
    case Approximation::kRcp:
      return lanes<rcp>;
    case Approximation::kRsqrt:
      return lanes<rsqrt>;
    case Approximation::kSqrt:
      return lanes<squareRoot>;
    case Approximation::kSin:
      return lanes<sin>;
    case Approximation::kCos:
      return lanes<cos>;
    case Approximation::kTanh:
      return lanes<tanh>;
  }
  __builtin_unreachable();
}

float approximateOne(Approximation function, float x, bool flush) {
  float all[kLanes] = {x};
  approximationOf(function)(all, all, flush);
  return all[0];
}

void approximateQuotient(float* d, const float* a, const float* b, bool full, bool flush) {
  float quotient[kLanes];
  for (int lane = 0; lane < kLanes; ++lane) {
    const float x = flush ? flushed(a[lane]) : a[lane];
    const float y = flush ? flushed(b[lane]) : b[lane];
    // A reciprocal to nearest and a product that is cut: less than two units.
    const float magnitude = std::fabs(y);
    const bool large = !full && magnitude > 0x1p126f && magnitude <= 0x1.fffffep127f;
    const double inverse = large ? std::copysign(0.0, double{y}) : rounded(1 / double{y}, 23);
    const float q = static_cast<float>(cut(double{x} * inverse, 23));
    quotient[lane] = q != q ? std::bit_cast<float>(0x7fffffffu) : flush ? flushed(q) : q;
  }
  std::memcpy(d, quotient, sizeof quotient);
}

double approximateReciprocal(double x) {
  const bool tiny = (std::bit_cast<uint64_t>(x) & 0x7ff0000000000000u) == 0;
  const double y = 1 / (tiny ? std::copysign(0.0, x) : x);
  const double upper = std::bit_cast<double>(std::bit_cast<uint64_t>(y) & 0xffffffff00000000u);
  const bool small = (std::bit_cast<uint64_t>(upper) & 0x7ff0000000000000u) == 0;
  return small ? std::copysign(0.0, upper) : upper;
}

double approximateReciprocalRoot(double x, bool flush) {
  const bool tiny = (std::bit_cast<uint64_t>(x) & 0x7ff0000000000000u) == 0;
  const double y = 1 / std::sqrt(flush && tiny ? std::copysign(0.0, x) : x);
  return std::bit_cast<double>(std::bit_cast<uint64_t>(y) & 0xffffffff00000000u);
}

}  // namespace gramian::arith
