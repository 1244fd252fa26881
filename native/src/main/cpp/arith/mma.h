// mma.sync on the registers of a warp: register i of an operand is 32 lanes, of 32 or 64 bits.
#pragma once

#include <cstdint>

#include "arith/tensor_core.h"

namespace gramian::arith {

// 16- and 8-bit floating-point numbers and tf32, m16n8.
struct FloatMma {
  DotProduct model;
  OperandFormat formatA;
  OperandFormat formatB;
  Accumulator accumulator;
  int registersA;  // 2 or 4
  int registersB;  // 1 or 2
};

// depth is the K of m16n8kK.
FloatMma floatMma(int capability, OperandFormat formatA, OperandFormat formatB,
                  Accumulator accumulator, int depth);

// d = a b + c. With an f16 accumulator, c and d have two registers of pairs, else four.
void execute(const FloatMma& mma, uint32_t* const* d, const uint32_t* const* a,
             const uint32_t* const* b, const uint32_t* const* c);

// Accumulators of f16, two to a register, as tiles of C have them; and back.
void loadAccumulators(TileC& tile, Accumulator accumulator, const uint32_t* const* c);
void storeAccumulators(const TileC& tile, Accumulator accumulator, uint32_t* const* d);

// 8-bit integers, m16n8k16 and m16n8k32: exact, and modulo 2^32 or clamped to int32.
struct IntegerMma {
  bool signedA;
  bool signedB;
  bool saturate;
  int registersA;
  int registersB;
};

void execute(const IntegerMma& mma, uint32_t* const* d, const uint32_t* const* a,
             const uint32_t* const* b, const uint32_t* const* c);

// Doubles, m8n8k4 (rows = 8) and m16n8k4, k8 and k16: products join the sum in the order of the
// depth, each rounded to nearest even as fma does.
struct DoubleMma {
  int rows;
  int depth;
};

void execute(const DoubleMma& mma, uint64_t* const* d, const uint64_t* const* a,
             const uint64_t* const* b, const uint64_t* const* c);

}  // namespace gramian::arith
