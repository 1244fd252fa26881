// Arithmetic of f16, bf16 and their pairs, on the 32 lanes of registers.
#pragma once

#include <cstdint>

namespace gramian::arith {

enum class HalfOperation : uint8_t { kAdd, kSub, kMul, kFma, kNeg, kAbs, kMin, kMax, kEx2, kTanh };

struct HalfInstruction {
  HalfOperation operation = HalfOperation::kAdd;
  bool isBf16 = false;
  bool isPair = false;    // f16x2, bf16x2: registers of 32 bits
  bool flush = false;     // .ftz: subnormal operands and results become zero
  bool saturate = false;  // .sat: to [0, 1], and 0 for what is not a number
  bool relu = false;      // .relu, of fma: negative results become zero
  bool nan = false;       // .NaN, of min and max: what is not a number goes on
  bool xorSign = false;   // .xorsign.abs, of min and max
};

// d may be an operand; operands that the operation does not take may be null. Results are rounded
// once, to nearest even; what is not a number is 0x7fff.
using HalfLanes = void (*)(const HalfInstruction& i, void* d, const void* a, const void* b,
                           const void* c);

HalfLanes operatorOf(const HalfInstruction& i);

}  // namespace gramian::arith
