// The approximate functions keep the errors that the PTX ISA states, come near them, and have the
// special values that it lists.
#include "arith/approximate.h"

#include <bit>
#include <cmath>

#include "check.h"

namespace gramian::arith {

namespace {

double uniform(double low, double high) {
  return std::uniform_real_distribution<double>(low, high)(test::random());
}

struct Errors {
  double relative = 0;
  double absolute = 0;
};

template <typename Draw, typename Reference>
Errors errorsOf(Approximation function, Draw draw, Reference reference) {
  Errors errors;
  for (int i = 0; i < 4000; ++i) {
    float x[32];
    float d[32];
    for (float& value : x) value = static_cast<float>(draw());
    approximationOf(function)(d, x, false);
    for (int lane = 0; lane < 32; ++lane) {
      const long double exact = reference(static_cast<long double>(x[lane]));
      const long double error = std::fabs(d[lane] - exact);
      errors.absolute = std::max(errors.absolute, static_cast<double>(error));
      errors.relative = std::max(errors.relative, static_cast<double>(error / std::fabs(exact)));
    }
  }
  return errors;
}

// Not above the bound, and not below half of it: nothing may lean on more.
void checkBound(const char* name, double error, double bound) {
  CHECK(error <= bound, "%s: 2^%.2f", name, std::log2(error));
  CHECK(error >= bound / 2, "%s is better than it may be: 2^%.2f", name, std::log2(error));
}

float of(Approximation function, float x, bool flush = false) {
  return approximateOne(function, x, flush);
}

uint32_t bits(float x) { return std::bit_cast<uint32_t>(x); }

constexpr uint32_t kNan = 0x7fffffffu;

}  // namespace

TEST(errorsOfApproximations) {
  const auto magnitudes = [] { return std::exp2(uniform(-120, 120)); };
  // The last cut and the series before it.
  const double slack = 1 + 0x1p-10;
  checkBound("ex2",
             errorsOf(
                 Approximation::kEx2, [] { return uniform(-125, 127); },
                 [](long double x) { return std::exp2(x); })
                 .relative,
             0x1p-22 * slack);
  checkBound("lg2 within (1/2, 2)",
             errorsOf(
                 Approximation::kLg2, [] { return uniform(0.5, 2); },
                 [](long double x) { return std::log2(x); })
                 .absolute,
             0x1p-22 * slack);
  checkBound("lg2",
             errorsOf(
                 Approximation::kLg2, [] { return std::exp2(uniform(1, 120)); },
                 [](long double x) { return std::log2(x); })
                 .relative,
             0x1p-22 * slack);
  checkBound(
      "rcp",
      errorsOf(Approximation::kRcp, magnitudes, [](long double x) { return 1 / x; }).relative,
      0x1p-23);
  checkBound(
      "rsqrt",
      errorsOf(Approximation::kRsqrt, magnitudes, [](long double x) { return 1 / std::sqrt(x); })
          .relative,
      0x1p-22 * 0.536);  // 2^-22.9
  checkBound("sqrt",
             errorsOf(Approximation::kSqrt, magnitudes, [](long double x) { return std::sqrt(x); })
                 .relative,
             0x1p-23);
  const auto angles = [] { return uniform(-6.2831853, 6.2831853); };
  const double angle = 0x1p-20 * 0.7072;  // 2^-20.5
  checkBound(
      "sin",
      errorsOf(Approximation::kSin, angles, [](long double x) { return std::sin(x); }).absolute,
      angle);
  checkBound(
      "cos",
      errorsOf(Approximation::kCos, angles, [](long double x) { return std::cos(x); }).absolute,
      angle);
  checkBound("tanh",
             errorsOf(
                 Approximation::kTanh, [] { return uniform(-6, 6); },
                 [](long double x) { return std::tanh(x); })
                 .relative,
             0x1p-11 * slack);
  CHECK(errorsOf(
            Approximation::kTanh, [] { return std::exp2(uniform(-40, -4)); },
            [](long double x) {
              return std::tanh(x);
            }).relative <= 0x1p-11 * slack,
        "tanh of small numbers");
}

TEST(exactValuesOfApproximations) {
  for (int i = -126; i < 128; ++i) {
    CHECK(of(Approximation::kEx2, static_cast<float>(i)) == std::ldexp(1.0f, i), "2^%d", i);
    CHECK(of(Approximation::kLg2, std::ldexp(1.0f, i)) == static_cast<float>(i), "log2 of 2^%d", i);
    CHECK(of(Approximation::kRcp, std::ldexp(1.0f, i)) == std::ldexp(1.0f, -i), "1 / 2^%d", i);
  }
  CHECK(of(Approximation::kSqrt, 9) == 3 && of(Approximation::kRsqrt, 16) == 0.25f, "roots");
}

TEST(specialValuesOfApproximations) {
  using A = Approximation;
  const float inf = INFINITY;
  const float nan = std::bit_cast<float>(0x7fc00000u);
  for (int f = 0; f < 8; ++f) CHECK(bits(of(static_cast<A>(f), nan)) == kNan, "%d of a NaN", f);
  CHECK(of(A::kEx2, -inf) == 0 && of(A::kEx2, inf) == inf && of(A::kEx2, 0) == 1, "ex2");
  CHECK(of(A::kEx2, 128) == inf && of(A::kEx2, -127) == 0x1p-127f, "ends of ex2");
  CHECK(of(A::kEx2, -127, true) == 0, "ex2.ftz");
  CHECK(bits(of(A::kLg2, -1)) == kNan && of(A::kLg2, 0) == -inf && of(A::kLg2, inf) == inf, "lg2");
  CHECK(of(A::kLg2, 0x1p-140f) == -140 && of(A::kLg2, 0x1p-140f, true) == -inf, "lg2, subnormal");
  CHECK(of(A::kRcp, 0) == inf && of(A::kRcp, -0.0f) == -inf && bits(of(A::kRcp, -inf)) == 1u << 31,
        "rcp");
  CHECK(of(A::kRcp, 0x1p127f) == 0x1p-127f && of(A::kRcp, 0x1p127f, true) == 0, "rcp, large");
  CHECK(bits(of(A::kRsqrt, -1)) == kNan && of(A::kRsqrt, -0.0f) == -inf && of(A::kRsqrt, inf) == 0,
        "rsqrt");
  CHECK(bits(of(A::kSqrt, -1)) == kNan && bits(of(A::kSqrt, -0.0f)) == 1u << 31 &&
            of(A::kSqrt, inf) == inf,
        "sqrt");
  CHECK(bits(of(A::kSin, -0.0f)) == 1u << 31 && bits(of(A::kSin, inf)) == kNan, "sin");
  CHECK(of(A::kCos, 0) == 1 && bits(of(A::kCos, -inf)) == kNan, "cos");
  CHECK(of(A::kTanh, inf) == 1 && of(A::kTanh, -inf) == -1 && of(A::kTanh, 0) == 0, "tanh");
}

TEST(approximateQuotients) {
  double worst = 0;
  for (int i = 0; i < 4000; ++i) {
    float a[32], b[32], d[32];
    for (int lane = 0; lane < 32; ++lane) {
      a[lane] = static_cast<float>(uniform(1, 2));
      b[lane] = static_cast<float>(uniform(1, 2));
    }
    approximateQuotient(d, a, b, i % 2 != 0, false);
    for (int lane = 0; lane < 32; ++lane) {
      const long double exact = static_cast<long double>(a[lane]) / b[lane];
      const double unit = exact < 1 ? 0x1p-24 : 0x1p-23;
      worst = std::max(worst, static_cast<double>(std::fabs(d[lane] - exact)) / unit);
    }
  }
  CHECK(worst <= 2 && worst > 1, "%.3f units", worst);
  float a[32] = {1, 1, 6, 0, INFINITY};
  float b[32] = {0x1.8p126f, 0, 3, 0, 0x1.8p126f};
  float d[32];
  approximateQuotient(d, a, b, false, false);
  CHECK(d[0] == 0 && d[1] == INFINITY && d[2] == 2, "%a %a %a", d[0], d[1], d[2]);
  CHECK(bits(d[3]) == kNan && bits(d[4]) == kNan, "%a %a", d[3], d[4]);
  approximateQuotient(d, a, b, true, false);
  CHECK(d[0] > 0, "div.full of a large divisor");
  CHECK(approximateReciprocal(4) == 0.25 && std::fabs(approximateReciprocal(3) * 3 - 1) < 0x1p-20,
        "rcp.approx.ftz.f64");
  CHECK(approximateReciprocalRoot(4, true) == 0.5, "rsqrt.approx.ftz.f64");
}

}  // namespace gramian::arith
