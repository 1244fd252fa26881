// The approximate functions of the special function unit: within the error that the PTX ISA states,
// and not much better.
//
// Results are exact to a little less than what PTX promises and then cut to that precision, so that
// a program that needs more shows it. They are the same on every host, and not what a GPU gives to
// the bit: its tables are not public.
#pragma once

#include <cstdint>

namespace gramian::arith {

enum class Approximation : uint8_t {
  kEx2,    // relative error 2^-22
  kLg2,    // absolute error 2^-22 within (1/2, 2), relative error 2^-22 else
  kRcp,    // one unit in the last place
  kRsqrt,  // relative error 2^-22.9
  kSqrt,   // relative error 2^-23
  kSin,    // absolute error 2^-20.5 within [-2 pi, 2 pi]; grows with the argument beyond
  kCos,    // the same
  kTanh,   // relative error 2^-11
};

// On 32 lanes of float; d may be a. flush is .ftz.
using ApproximateLanes = void (*)(float* d, const float* a, bool flush);
ApproximateLanes approximationOf(Approximation function);

float approximateOne(Approximation function, float x, bool flush);

// div.approx (two units in the last place for 2^-126 <= |b| <= 2^126, zero for larger b) and, with
// `full`, div.full (two units in the last place, whatever b is).
void approximateQuotient(float* d, const float* a, const float* b, bool full, bool flush);

// rcp.approx.ftz.f64 and rsqrt.approx{.ftz}.f64: the upper 32 bits of the result, the lower are
// zero.
double approximateReciprocal(double x);
double approximateReciprocalRoot(double x, bool flush);

}  // namespace gramian::arith
