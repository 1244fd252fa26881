#include "arith/half_operations.h"

#include <bit>
#include <cmath>
#include <cstring>

#include "arith/approximate.h"
#include "arith/half.h"
#include "arith/soft_float.h"
#include "arith/vectors.h"

namespace gramian::arith {

namespace {

GRAMIAN_INLINE float widen(uint16_t x, bool isBf16) {
  return isBf16 ? bfloatToFloat(x) : halfToFloat(x);
}

GRAMIAN_INLINE bool isNan(uint16_t x, bool isBf16) {
  return (x & 0x7fffu) > (isBf16 ? 0x7f80u : 0x7c00u);
}

GRAMIAN_INLINE uint16_t flushed(uint16_t x, bool isBf16) {
  return (x & (isBf16 ? 0x7f80u : 0x7c00u)) == 0 ? x & 0x8000u : x;
}

// a b + c; what a double does not hold of it makes its last bit odd, so that it rounds to fewer
// bits as the exact sum does.
double fusedToOdd(float a, float b, float c) {
  const double product = double{a} * double{b};  // exact
  const double sum = product + double{c};
  if (!std::isfinite(sum)) return sum;
  // The error of the sum, exactly.
  const double rest = sum - product;
  const double error = (product - (sum - rest)) + (double{c} - rest);
  uint64_t bits = std::bit_cast<uint64_t>(sum);
  if (error != 0 && (bits & 1) == 0) bits += (error > 0) == (sum > 0) ? 1 : -1;
  return std::bit_cast<double>(bits);
}

uint16_t narrow(double x, bool isBf16) {
  return static_cast<uint16_t>(
      pack(isBf16 ? kBf16 : kF16, unpack(kF64, std::bit_cast<uint64_t>(x)), Rounding::kNearest));
}

uint16_t extreme(const HalfInstruction& i, uint16_t a, uint16_t b) {
  const bool nanA = isNan(a, i.isBf16);
  const bool nanB = isNan(b, i.isBf16);
  if (i.nan ? nanA || nanB : nanA && nanB) return 0x7fff;
  const uint16_t sign = (a ^ b) & 0x8000u;
  if (i.xorSign) {
    a &= 0x7fff;
    b &= 0x7fff;
  }
  uint16_t result;
  if (nanA || nanB) {
    result = nanA ? b : a;
  } else {
    const float x = widen(a, i.isBf16);
    const float y = widen(b, i.isBf16);
    // Minus zero is less than zero.
    const bool less = x < y || (x == y && (a & 0x8000u) != 0);
    result = less == (i.operation == HalfOperation::kMin) ? a : b;
  }
  return i.xorSign ? result | sign : result;
}

uint16_t operateOne(const HalfInstruction& i, uint16_t a, uint16_t b, uint16_t c) {
  if (i.flush) {
    a = flushed(a, i.isBf16);
    b = flushed(b, i.isBf16);
    c = flushed(c, i.isBf16);
  }
  switch (i.operation) {
    case HalfOperation::kNeg:
      return isNan(a, i.isBf16) ? 0x7fff : a ^ 0x8000u;
    case HalfOperation::kAbs:
      return isNan(a, i.isBf16) ? 0x7fff : a & 0x7fffu;
    case HalfOperation::kMin:
    case HalfOperation::kMax:
      return extreme(i, a, b);
    default:
      break;
  }
  const float x = widen(a, i.isBf16);
  const float y = widen(b, i.isBf16);
  const float z = widen(c, i.isBf16);
  double result;
  switch (i.operation) {
    // Sums of two go through the fused operation too: a bf16 may be far below the other.
    case HalfOperation::kAdd:
      result = fusedToOdd(x, 1, y);
      break;
    case HalfOperation::kSub:
      result = fusedToOdd(y, -1, x);
      break;
    case HalfOperation::kMul:
      result = fusedToOdd(x, y, (a ^ b) & 0x8000u ? -0.0f : 0.0f);
      break;
    case HalfOperation::kFma:
      result = fusedToOdd(x, y, z);
      break;
    case HalfOperation::kEx2:
      result = approximateOne(Approximation::kEx2, x, false);
      break;
    default:
      result = approximateOne(Approximation::kTanh, x, false);
  }
  uint16_t bits = narrow(result, i.isBf16);
  if (i.flush) bits = flushed(bits, i.isBf16);
  const bool nan = isNan(bits, i.isBf16);
  const bool negative = (bits & 0x8000u) != 0;
  if (i.saturate) {
    if (nan || negative) return 0;
    const uint16_t one = i.isBf16 ? 0x3f80 : 0x3c00;
    if (bits > one) bits = one;
  }
  if (i.relu && negative && !nan) bits = 0;
  return bits;
}

template <bool IsPair>
void operate(const HalfInstruction& i, void* d, const void* a, const void* b, const void* c) {
  constexpr int kNumbers = IsPair ? 2 * kLanes : kLanes;
  uint16_t operands[3][kNumbers] = {};
  const void* const from[] = {a, b, c};
  for (int k = 0; k < 3; ++k) {
    if (from[k] != nullptr) std::memcpy(operands[k], from[k], sizeof operands[k]);
  }
  uint16_t result[kNumbers];
  for (int k = 0; k < kNumbers; ++k) {
    result[k] = operateOne(i, operands[0][k], operands[1][k], operands[2][k]);
  }
  std::memcpy(d, result, sizeof result);
}

}  // namespace

HalfLanes operatorOf(const HalfInstruction& i) { return i.isPair ? operate<true> : operate<false>; }

}  // namespace gramian::arith
