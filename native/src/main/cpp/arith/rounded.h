// add, sub, mul, fma, div, rcp and sqrt of f32 and f64 with IEEE rounding of any direction, on the
// 32 lanes of registers.
#pragma once

#include <cstdint>

#include "arith/soft_float.h"

namespace gramian::arith {

enum class FloatOperation : uint8_t { kAdd, kSub, kMul, kFma, kDiv, kRcp, kSqrt };

struct RoundedOperation {
  FloatOperation operation = FloatOperation::kAdd;
  Rounding rounding = Rounding::kNearest;
  bool isDouble = false;
  bool flush = false;     // .ftz, of f32: subnormal operands and results become zero
  bool saturate = false;  // .sat, of f32: to [0, 1], and 0 for what is not a number
};

// d may be an operand. Operands that the operation does not take may be null. A float that is not a
// number is 0x7fffffff, a double keeps its payload as the processor does.
using OperateLanes = void (*)(const RoundedOperation& o, void* d, const void* a, const void* b,
                              const void* c);

OperateLanes operatorOf(const RoundedOperation& o);

}  // namespace gramian::arith
