// D = A B + C as the tensor cores of a device compute it.
//
// A tensor core does not round each operation. It takes the products of a block of the depth and
// the accumulator, aligns their significands to the largest exponent among them, cuts off what lies
// below a fixed number of fraction bits, adds exactly, and cuts off the sum once more (an f16
// accumulator is rounded to nearest instead). Every cut is towards zero.
#pragma once

#include <cstdint>

#include "arith/vectors.h"

namespace gramian::arith {

enum class OperandFormat : uint8_t { kF16, kBf16, kTf32, kE4m3, kE5m2 };

enum class Accumulator : uint8_t { kF32, kF16 };

enum class MatrixUnit : uint8_t { kMma, kWgmma };

// How one device sums products of one format.
struct DotProduct {
  // Products that are aligned and added in one step. A deeper instruction is a chain of such steps.
  uint8_t block;
  // Bits kept below the point of the term with the largest exponent, whose significand is in [1, 4)
  // for a product and in [1, 2) for the accumulator.
  uint8_t fractionBits;
  // Fraction bits of the result: 23, or fewer where the device keeps fewer; 10 is f16, rounded to
  // nearest even.
  uint8_t resultBits;
  // The exponent to which terms are aligned is at least this.
  int16_t minExponent;
  // 8-bit operands are converted to f16: elements 0 and 1 of each register make one product, 2 and
  // 3 a second one in chain with it, from zero, and the accumulator is added to that, rounded to
  // nearest.
  bool throughF16;
};

// capability is 10 * major + minor.
DotProduct dotProduct(int capability, OperandFormat format, Accumulator accumulator,
                      MatrixUnit unit);

// Numbers of one format in a 32-bit register.
constexpr int elementsPerRegister(OperandFormat format) {
  switch (format) {
    case OperandFormat::kTf32:
      return 1;
    case OperandFormat::kF16:
    case OperandFormat::kBf16:
      return 2;
    default:
      return 4;
  }
}

// Accumulators, as float: lane 4 r + q of register i is C[8 (i / 2) + r][2 q + i % 2].
struct TileC {
  alignas(64) uint32_t bits[4][kLanes];
};

// A 16 x K tile of A in the registers of a warp, as mma.sync and wgmma have it. With E numbers to a
// register, lane 4 r + q of register i holds A[8 (i % 2) + r][4 E (i / 2) + E q + h], h < E. K is 8
// E, with two registers 4 E.
struct TileA {
  // By register, h and lane: the numbers and, for each, two to the power of its exponent (that of
  // the smallest normal number for a subnormal one, 0 for zero).
  alignas(64) float value[4][4][kLanes];
  alignas(64) float power[4][4][kLanes];
  // The registers themselves.
  uint32_t bits[4][kLanes];
  OperandFormat format;
  uint8_t registers;
  // Whether all numbers are finite and far from the ends of the range of float.
  bool plain;
};

// A K x 8 tile of B: lane 4 n + q of register i holds B[4 E i + E q + h][n].
struct TileB {
  // By register, h, q and parity p of the column: columns p, p + 2, p + 4, p + 6, four times.
  alignas(64) float value[2][4][4][2][16];
  alignas(64) float power[2][4][4][2][16];
  uint32_t bits[2][kLanes];
  OperandFormat format;
  uint8_t registers;
  bool plain;
};

void decode(TileA& tile, OperandFormat format, int registers, const uint32_t* const* a);
void decode(TileB& tile, OperandFormat format, int registers, const uint32_t* const* b);

// c += A B. With an f16 accumulator c holds numbers of f16.
void multiplyAdd(const DotProduct& model, const TileA& a, const TileB& b, TileC& c);

// The same by definition, number by number in exact integers: for operands that are not plain, and
// to test against.
void multiplyAddExact(const DotProduct& model, const TileA& a, const TileB& b, TileC& c);

// One step of the chain: a[0] b[0] + ... + c, of numbers in the low bits of each word.
float dotExact(const DotProduct& model, OperandFormat formatA, const uint32_t* a,
               OperandFormat formatB, const uint32_t* b, int products, float c);

}  // namespace gramian::arith
