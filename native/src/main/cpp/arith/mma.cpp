#include "arith/mma.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "arith/half.h"

namespace gramian::arith {

namespace {

// Elements 2 i and 2 i + 1 of each register of 8-bit numbers, as f16.
void widen(uint32_t (*to)[kLanes], OperandFormat format, int i, int registers,
           const uint32_t* const* from) {
  for (int r = 0; r < registers; ++r) {
    for (int lane = 0; lane < kLanes; ++lane) {
      const uint32_t x = from[r][lane] >> (16 * i);
      to[r][lane] = eightBitToHalf(x & 0xff, format == OperandFormat::kE4m3) |
                    uint32_t{eightBitToHalf(x >> 8 & 0xff, format == OperandFormat::kE4m3)} << 16;
    }
  }
}

void multiplyThroughF16(const FloatMma& mma, const uint32_t* const* a, const uint32_t* const* b,
                        TileC& c) {
  TileC sum{};
  for (int i = 0; i < 2; ++i) {
    uint32_t wordsA[4][kLanes];
    uint32_t wordsB[2][kLanes];
    widen(wordsA, mma.formatA, i, mma.registersA, a);
    widen(wordsB, mma.formatB, i, mma.registersB, b);
    const uint32_t* registersA[] = {wordsA[0], wordsA[1], wordsA[2], wordsA[3]};
    const uint32_t* registersB[] = {wordsB[0], wordsB[1]};
    TileA tileA;
    TileB tileB;
    decode(tileA, OperandFormat::kF16, mma.registersA, registersA);
    decode(tileB, OperandFormat::kF16, mma.registersB, registersB);
    multiplyAdd(mma.model, tileA, tileB, sum);
  }
  for (int i = 0; i < 4; ++i) {
    for (int lane = 0; lane < kLanes; ++lane) {
      float x = std::bit_cast<float>(sum.bits[i][lane]) + std::bit_cast<float>(c.bits[i][lane]);
      if (mma.accumulator == Accumulator::kF16) x = halfToFloat(floatToHalf(x));
      c.bits[i][lane] = std::isnan(x) ? 0x7fffffffu : std::bit_cast<uint32_t>(x);
    }
  }
}

int32_t byteOf(uint32_t word, int i, bool isSigned) {
  const uint32_t byte = word >> (8 * i) & 0xff;
  return isSigned ? static_cast<int8_t>(byte) : static_cast<int32_t>(byte);
}

}  // namespace

FloatMma floatMma(int capability, OperandFormat formatA, OperandFormat formatB,
                  Accumulator accumulator, int depth) {
  const int registersB = depth / (4 * elementsPerRegister(formatA));
  return {dotProduct(capability, formatA, accumulator, MatrixUnit::kMma),
          formatA,
          formatB,
          accumulator,
          2 * registersB,
          registersB};
}

void loadAccumulators(TileC& tile, Accumulator accumulator, const uint32_t* const* c) {
  if (accumulator == Accumulator::kF32) {
    for (int i = 0; i < 4; ++i) std::copy_n(c[i], kLanes, tile.bits[i]);
    return;
  }
  for (int i = 0; i < 4; ++i) {
    for (int lane = 0; lane < kLanes; ++lane) {
      tile.bits[i][lane] = std::bit_cast<uint32_t>(
          halfToFloat(static_cast<uint16_t>(c[i / 2][lane] >> (16 * (i % 2)))));
    }
  }
}

void storeAccumulators(const TileC& tile, Accumulator accumulator, uint32_t* const* d) {
  if (accumulator == Accumulator::kF32) {
    for (int i = 0; i < 4; ++i) std::copy_n(tile.bits[i], kLanes, d[i]);
    return;
  }
  for (int i = 0; i < 2; ++i) {
    for (int lane = 0; lane < kLanes; ++lane) {
      d[i][lane] = floatToHalf(std::bit_cast<float>(tile.bits[2 * i][lane])) |
                   uint32_t{floatToHalf(std::bit_cast<float>(tile.bits[2 * i + 1][lane]))} << 16;
    }
  }
}

void execute(const FloatMma& mma, uint32_t* const* d, const uint32_t* const* a,
             const uint32_t* const* b, const uint32_t* const* c) {
  TileC tileC;
  loadAccumulators(tileC, mma.accumulator, c);
  if (mma.model.throughF16) {
    multiplyThroughF16(mma, a, b, tileC);
  } else {
    TileA tileA;
    TileB tileB;
    decode(tileA, mma.formatA, mma.registersA, a);
    decode(tileB, mma.formatB, mma.registersB, b);
    multiplyAdd(mma.model, tileA, tileB, tileC);
  }
  storeAccumulators(tileC, mma.accumulator, d);
}

void execute(const IntegerMma& mma, uint32_t* const* d, const uint32_t* const* a,
             const uint32_t* const* b, const uint32_t* const* c) {
  // Four numbers to a register, else as the tiles of floating-point numbers.
  const int depth = 16 * mma.registersB;
  int32_t rows[16][32];
  int32_t columns[8][32];
  for (int lane = 0; lane < kLanes; ++lane) {
    for (int i = 0; i < 4; ++i) {
      for (int r = 0; r < mma.registersA; ++r) {
        rows[r % 2 * 8 + lane / 4][r / 2 * 16 + lane % 4 * 4 + i] =
            byteOf(a[r][lane], i, mma.signedA);
      }
      for (int r = 0; r < mma.registersB; ++r) {
        columns[lane / 4][r * 16 + lane % 4 * 4 + i] = byteOf(b[r][lane], i, mma.signedB);
      }
    }
  }
  for (int i = 0; i < 4; ++i) {
    for (int lane = 0; lane < kLanes; ++lane) {
      const int32_t* row = rows[i / 2 * 8 + lane / 4];
      const int32_t* column = columns[lane % 4 * 2 + i % 2];
      int64_t sum = static_cast<int32_t>(c[i][lane]);
      for (int k = 0; k < depth; ++k) sum += row[k] * column[k];
      if (mma.saturate) {
        sum = std::clamp<int64_t>(sum, std::numeric_limits<int32_t>::min(),
                                  std::numeric_limits<int32_t>::max());
      }
      d[i][lane] = static_cast<uint32_t>(sum);
    }
  }
}

void execute(const DoubleMma& mma, uint64_t* const* d, const uint64_t* const* a,
             const uint64_t* const* b, const uint64_t* const* c) {
  const int halves = mma.rows / 8;
  double sums[4][kLanes];
  for (int i = 0; i < 2 * halves; ++i) {
    for (int lane = 0; lane < kLanes; ++lane) {
      double sum = std::bit_cast<double>(c[i][lane]);
      for (int k = 0; k < mma.depth; ++k) {
        const double x = std::bit_cast<double>(a[k / 4 * halves + i / 2][lane / 4 * 4 + k % 4]);
        const double y = std::bit_cast<double>(b[k / 4][(lane % 4 * 2 + i % 2) * 4 + k % 4]);
        sum = std::fma(x, y, sum);
      }
      sums[i][lane] = sum;
    }
  }
  for (int i = 0; i < 2 * halves; ++i) {
    for (int lane = 0; lane < kLanes; ++lane) d[i][lane] = std::bit_cast<uint64_t>(sums[i][lane]);
  }
}

}  // namespace gramian::arith
