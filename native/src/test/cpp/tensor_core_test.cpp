// Tensor cores: the vectors of every width against the definition, the definition against facts
// that have been measured on GPUs, and the instructions against plain products.
#include "arith/tensor_core.h"

#include <bit>
#include <cmath>
#include <cstring>

// Its vectors of other widths than this processor's.
#include "arith/half.h"
#include "arith/mma.h"
#include "arith/soft_float.h"
#include "arith/tensor_core.cpp"
#include "check.h"

namespace gramian::arith {

namespace {

using test::random;

constexpr OperandFormat kFormats[] = {OperandFormat::kF16, OperandFormat::kBf16,
                                      OperandFormat::kTf32, OperandFormat::kE4m3,
                                      OperandFormat::kE5m2};

FloatFormat formatOf(OperandFormat format) {
  switch (format) {
    case OperandFormat::kF16:
      return kF16;
    case OperandFormat::kBf16:
      return kBf16;
    case OperandFormat::kTf32:
      return kF32;
    case OperandFormat::kE4m3:
      return kE4m3;
    default:
      return kE5m2;
  }
}

uint32_t encode(OperandFormat format, float x) {
  return static_cast<uint32_t>(convertFormat(formatOf(format), kF32, std::bit_cast<uint32_t>(x)));
}

enum Draw { kAnyBits, kNormal, kWide, kZeros, kLarge, kSameSign, kDraws };

float drawNumber(Draw draw) {
  const double x = std::normal_distribution<double>()(random());
  switch (draw) {
    case kWide:
      return static_cast<float>(std::ldexp(x, static_cast<int>(random()() % 40) - 20));
    case kZeros:
      return random()() % 3 == 0 ? static_cast<float>(x) : 0.0f;
    case kLarge:
      return static_cast<float>(std::ldexp(x, static_cast<int>(random()() % 80) + 20));
    case kSameSign:
      return static_cast<float>(std::fabs(x) + 1);
    default:
      return static_cast<float>(x);
  }
}

void fill(uint32_t (&words)[kLanes], OperandFormat format, Draw draw) {
  const int elements = elementsPerRegister(format);
  for (uint32_t& word : words) {
    word = 0;
    for (int h = 0; h < elements; ++h) {
      const int width = 32 / elements;
      const uint32_t x =
          draw == kAnyBits ? static_cast<uint32_t>(random()()) : encode(format, drawNumber(draw));
      word |= (elements == 1 ? x : x & ((1u << width) - 1)) << (h * width % 32);
    }
  }
}

template <int W>
void multiplyWith(const DotProduct& model, TileA& a, TileB& b, TileC& c) {
  decodeA<W>(a);
  decodeB<W>(b);
  multiplyAddVectors<W>(model, a, b, c);
}

void compare(const char* what, const TileC& got, const TileC& want) {
  for (int i = 0; i < 4; ++i) {
    for (int lane = 0; lane < kLanes; ++lane) {
      CHECK(got.bits[i][lane] == want.bits[i][lane], "%s: %08x, not %08x", what, got.bits[i][lane],
            want.bits[i][lane]);
    }
  }
}

// One step of a model on a dot product of the given terms.
float dot(int capability, OperandFormat format, Accumulator accumulator, MatrixUnit unit,
          std::initializer_list<std::pair<float, float>> products, float c) {
  uint32_t a[32];
  uint32_t b[32];
  int n = 0;
  for (const auto& [x, y] : products) {
    a[n] = encode(format, x);
    b[n++] = encode(format, y);
  }
  return dotExact(dotProduct(capability, format, accumulator, unit), format, a, format, b, n, c);
}

float bf16Dot(int capability, std::initializer_list<std::pair<float, float>> products, float c) {
  return dot(capability, OperandFormat::kBf16, Accumulator::kF32, MatrixUnit::kMma, products, c);
}

}  // namespace

TEST(vectorsOfEveryWidthAgainstTheDefinition) {
  for (const int capability : {80, 89, 90, 100}) {
    for (const OperandFormat format : kFormats) {
      for (const Accumulator accumulator : {Accumulator::kF32, Accumulator::kF16}) {
        const DotProduct model = dotProduct(capability, format, accumulator, MatrixUnit::kWgmma);
        if (model.fractionBits == 0) continue;
        for (int i = 0; i < 12 * kDraws; ++i) {
          const Draw draw = static_cast<Draw>(i % kDraws);
          TileA a;
          TileB b;
          a.format = b.format = format;
          b.registers = static_cast<uint8_t>(1 + i / kDraws % 2);
          a.registers = static_cast<uint8_t>(2 * b.registers);
          for (int r = 0; r < a.registers; ++r) fill(a.bits[r], format, draw);
          for (int r = 0; r < b.registers; ++r) fill(b.bits[r], format, draw);
          TileC c;
          for (auto& words : c.bits) {
            for (uint32_t& word : words) {
              const float x = draw == kAnyBits
                                  ? std::bit_cast<float>(static_cast<uint32_t>(random()()))
                                  : drawNumber(draw);
              word = std::bit_cast<uint32_t>(
                  accumulator == Accumulator::kF16 ? halfToFloat(floatToHalf(x)) : x);
            }
          }
          TileC want = c;
          multiplyAddExact(model, a, b, want);
          TileC narrow = c;
          multiplyWith<4>(model, a, b, narrow);
          compare("4 lanes", narrow, want);
          TileC middle = c;
          multiplyWith<8>(model, a, b, middle);
          compare("8 lanes", middle, want);
          TileC wide = c;
          multiplyWith<16>(model, a, b, wide);
          compare("16 lanes", wide, want);
          TileC chosen = c;
          multiplyAdd(model, a, b, chosen);
          compare("as dispatched", chosen, want);
        }
      }
    }
  }
}

// What Fasi et al. and Khattak and Mikaitis measured.
TEST(factsOfGpus) {
  const float tiny24 = 0x1p-12f;  // squared: 2^-24
  // One bit below a float's last is kept on A100, two on H100 and B200.
  CHECK(bf16Dot(80, {{tiny24, tiny24}, {tiny24, tiny24}}, 1) == 1 + 0x1p-23f, "A100 keeps 2^-24");
  CHECK(
      bf16Dot(
          80,
          {{tiny24, tiny24 / 2}, {tiny24, tiny24 / 2}, {tiny24, tiny24 / 2}, {tiny24, tiny24 / 2}},
          1) == 1,
      "A100 does not keep 2^-25");
  for (const int capability : {90, 100}) {
    CHECK(bf16Dot(capability,
                  {{tiny24, tiny24 / 2},
                   {tiny24, tiny24 / 2},
                   {tiny24, tiny24 / 2},
                   {tiny24, tiny24 / 2}},
                  1) == 1 + 0x1p-23f,
          "%d keeps 2^-25", capability);
    CHECK(bf16Dot(capability,
                  {{tiny24 / 2, tiny24 / 2},
                   {tiny24 / 2, tiny24 / 2},
                   {tiny24 / 2, tiny24 / 2},
                   {tiny24 / 2, tiny24 / 2},
                   {tiny24 / 2, tiny24 / 2},
                   {tiny24 / 2, tiny24 / 2},
                   {tiny24 / 2, tiny24 / 2},
                   {tiny24 / 2, tiny24 / 2}},
                  1) == 1,
          "%d does not keep 2^-26", capability);
  }
  for (const int capability : {80, 90, 100}) {
    // Results are cut towards zero, whatever their sign.
    CHECK(bf16Dot(capability, {{tiny24, tiny24}}, 1) == 1, "%d cuts", capability);
    CHECK(bf16Dot(capability, {{tiny24, -tiny24}}, -1) == -1, "%d cuts below zero", capability);
    // A cut term does not count as a bit that was lost.
    CHECK(bf16Dot(capability, {{0x1p-20f, -0x1p-20f}}, 1) == 1, "%d has no sticky bit", capability);
    // Sums carry into bits above the largest term's.
    CHECK(bf16Dot(capability, {{1, 1}, {1, 1}, {1, 1}, {1, 1}, {1, 1}, {1, 1}, {1, 1}, {1, 1}},
                  1) == 9,
          "%d carries", capability);
    // A product of significands in [2, 4) is not normalised before it is aligned.
    CHECK(bf16Dot(capability, {{1.5f, 1.5f}, {tiny24, capability == 80 ? tiny24 : tiny24 / 2}},
                  0) == 2.25f,
          "%d", capability);
    CHECK(bf16Dot(capability, {{0x1p-70f, 0x1p-60f}}, 0) == 0x1p-130f, "subnormal results");
    CHECK(std::isinf(bf16Dot(capability, {{0x1p64f, 0x1p64f}}, 0)), "overflow is infinity");
    CHECK(bf16Dot(capability, {{0x1p64f, 0x1p64f}, {0x1p64f, -0x1p64f}, {1, 1}}, 0) == 0,
          "products may exceed a float's range");
    CHECK(std::bit_cast<uint32_t>(bf16Dot(capability, {{INFINITY, 0}}, 1)) == 0x7fffffffu,
          "the NaN");
    // f16 accumulators are rounded to nearest even, after the terms were cut.
    const auto half = [&](float c, float x) {
      return dot(capability, OperandFormat::kF16, Accumulator::kF16, MatrixUnit::kMma, {{x, 1}}, c);
    };
    CHECK(half(1, 0x1p-11f) == 1 && half(1 + 0x1p-10f, 0x1p-11f) == 1 + 0x1p-9f, "ties to even");
    CHECK(half(1, 0x1.8p-11f) == 1 + 0x1p-10f && std::isinf(half(65504, 16)), "nearest");
  }
  // 8-bit formats: 13 fraction bits on Ada and in Hopper's wgmma, and 13 in the result.
  for (const int capability : {89, 90}) {
    const auto eight = [&](float x, float c) {
      return dot(capability, OperandFormat::kE4m3, Accumulator::kF32, MatrixUnit::kWgmma, {{x, x}},
                 c);
    };
    CHECK(eight(0x1p-6f, 1) == 1 + 0x1p-12f && eight(0x1p-7f, 1) == 1, "14 bits");
    CHECK(eight(0, 1 + 0x1p-14f) == 1, "an accumulator of more bits loses them");
  }
}

// Blocks are as long as the sources say: a longer one would align to a term of another block.
TEST(blocksOfTheDepth) {
  const auto chained = [](int capability, int large, int small) {
    FloatMma mma =
        floatMma(capability, OperandFormat::kBf16, OperandFormat::kBf16, Accumulator::kF32, 16);
    // Row 0 and column 0: 1 at depth `large`, 2^-25 at `small`, and -1 accumulated.
    uint32_t a[4][kLanes] = {};
    uint32_t b[2][kLanes] = {};
    uint32_t c[4][kLanes] = {};
    const auto put = [&](int k, float x) {
      const uint32_t one = encode(OperandFormat::kBf16, 1);
      const uint32_t bits = encode(OperandFormat::kBf16, x);
      a[k / 8 * 2][k % 8 / 2] |= bits << 16 * (k % 2);
      b[k / 8][k % 8 / 2] |= one << 16 * (k % 2);
    };
    put(large, 1);
    put(small, 0x1p-30f);
    c[0][0] = std::bit_cast<uint32_t>(-1.0f);
    const uint32_t* pa[] = {a[0], a[1], a[2], a[3]};
    const uint32_t* pb[] = {b[0], b[1]};
    uint32_t* pc[] = {c[0], c[1], c[2], c[3]};
    execute(mma, pc, pa, pb, pc);
    return std::bit_cast<float>(c[0][0]);
  };
  CHECK(chained(80, 0, 8) == 0x1p-30f, "A100 adds the second 8 after the first");
  CHECK(chained(80, 0, 7) == 0, "and the first 8 at once");
  CHECK(chained(90, 0, 15) == 0 && chained(100, 0, 15) == 0, "H100 and B200 add 16 at once");
}

TEST(fragmentsOfFloatMma) {
  for (const int capability : {80, 89, 90, 100, 120}) {
    for (const OperandFormat format : kFormats) {
      for (const Accumulator accumulator : {Accumulator::kF32, Accumulator::kF16}) {
        const bool eight = elementsPerRegister(format) == 4;
        if (eight && capability < 89) continue;
        for (const int halves : {1, 2}) {
          const int depth = halves * 4 * elementsPerRegister(format);
          // Small integers: every model is exact.
          float rows[16][32], columns[8][32], sums[16][8];
          uint32_t a[4][kLanes] = {}, b[2][kLanes] = {}, c[4][kLanes] = {}, d[4][kLanes] = {};
          const int e = elementsPerRegister(format);
          for (int k = 0; k < depth; ++k) {
            const int place = k % (4 * e);
            const int shift = k % e * (32 / e);
            for (int r = 0; r < 16; ++r) {
              rows[r][k] = static_cast<float>(static_cast<int>(random()() % 7) - 3);
              a[k / (4 * e) * 2 + r / 8][r % 8 * 4 + place / e] |= encode(format, rows[r][k])
                                                                   << shift;
            }
            for (int n = 0; n < 8; ++n) {
              columns[n][k] = static_cast<float>(static_cast<int>(random()() % 7) - 3);
              b[k / (4 * e)][n * 4 + place / e] |= encode(format, columns[n][k]) << shift;
            }
          }
          for (int r = 0; r < 16; ++r) {
            for (int n = 0; n < 8; ++n) {
              const float start = static_cast<float>(static_cast<int>(random()() % 64) - 32);
              const int lane = r % 8 * 4 + n / 2;
              if (accumulator == Accumulator::kF32) {
                c[r / 8 * 2 + n % 2][lane] = std::bit_cast<uint32_t>(start);
              } else {
                c[r / 8][lane] |= uint32_t{floatToHalf(start)} << 16 * (n % 2);
              }
              sums[r][n] = start;
              for (int k = 0; k < depth; ++k) sums[r][n] += rows[r][k] * columns[n][k];
            }
          }
          const uint32_t* pa[] = {a[0], a[1], a[2], a[3]};
          const uint32_t* pb[] = {b[0], b[1]};
          const uint32_t* pc[] = {c[0], c[1], c[2], c[3]};
          uint32_t* pd[] = {d[0], d[1], d[2], d[3]};
          execute(floatMma(capability, format, format, accumulator, depth), pd, pa, pb, pc);
          for (int r = 0; r < 16; ++r) {
            for (int n = 0; n < 8; ++n) {
              const int lane = r % 8 * 4 + n / 2;
              const float got =
                  accumulator == Accumulator::kF32
                      ? std::bit_cast<float>(d[r / 8 * 2 + n % 2][lane])
                      : halfToFloat(static_cast<uint16_t>(d[r / 8][lane] >> 16 * (n % 2)));
              CHECK(got == sums[r][n], "%d format %d depth %d: D[%d][%d] is %g, not %g", capability,
                    static_cast<int>(format), depth, r, n, got, sums[r][n]);
            }
          }
        }
      }
    }
  }
}

TEST(integerMma) {
  for (int mode = 0; mode < 8; ++mode) {
    const IntegerMma mma{(mode & 1) != 0, (mode & 2) != 0, (mode & 4) != 0, 4, 2};
    uint32_t a[4][kLanes], b[2][kLanes], c[4][kLanes], d[4][kLanes];
    for (auto& words : a)
      for (uint32_t& w : words) w = static_cast<uint32_t>(random()());
    for (auto& words : b)
      for (uint32_t& w : words) w = static_cast<uint32_t>(random()());
    for (auto& words : c)
      for (uint32_t& w : words) w = static_cast<uint32_t>(test::anyBits(32));
    const uint32_t* pa[] = {a[0], a[1], a[2], a[3]};
    const uint32_t* pb[] = {b[0], b[1]};
    const uint32_t* pc[] = {c[0], c[1], c[2], c[3]};
    uint32_t* pd[] = {d[0], d[1], d[2], d[3]};
    execute(mma, pd, pa, pb, pc);
    const auto byte = [](uint32_t word, int i, bool isSigned) -> int64_t {
      const uint8_t x = static_cast<uint8_t>(word >> (8 * i));
      return isSigned ? static_cast<int8_t>(x) : x;
    };
    for (int r = 0; r < 16; ++r) {
      for (int n = 0; n < 8; ++n) {
        const int lane = r % 8 * 4 + n / 2;
        int64_t sum = static_cast<int32_t>(c[r / 8 * 2 + n % 2][lane]);
        for (int k = 0; k < 32; ++k) {
          sum += byte(a[k / 16 * 2 + r / 8][r % 8 * 4 + k % 16 / 4], k % 4, mma.signedA) *
                 byte(b[k / 16][n * 4 + k % 16 / 4], k % 4, mma.signedB);
        }
        if (mma.saturate) sum = std::min<int64_t>(std::max<int64_t>(sum, INT32_MIN), INT32_MAX);
        CHECK(d[r / 8 * 2 + n % 2][lane] == static_cast<uint32_t>(sum), "D[%d][%d]", r, n);
      }
    }
  }
}

TEST(doubleMma) {
  for (const auto& [rows, depth] : {std::pair{8, 4}, {16, 4}, {16, 8}, {16, 16}}) {
    const int halves = rows / 8;
    uint64_t a[8][kLanes], b[4][kLanes], c[4][kLanes], d[4][kLanes];
    const auto draw = [] { return std::bit_cast<uint64_t>(double{drawNumber(kWide)}); };
    for (auto& words : a)
      for (uint64_t& w : words) w = draw();
    for (auto& words : b)
      for (uint64_t& w : words) w = draw();
    for (auto& words : c)
      for (uint64_t& w : words) w = draw();
    const uint64_t *pa[8], *pb[4], *pc[4];
    uint64_t* pd[4];
    for (int i = 0; i < 8; ++i) pa[i] = a[i];
    for (int i = 0; i < 4; ++i) pb[i] = b[i], pc[i] = c[i], pd[i] = d[i];
    execute(DoubleMma{rows, depth}, pd, pa, pb, pc);
    for (int r = 0; r < rows; ++r) {
      for (int n = 0; n < 8; ++n) {
        const int lane = r % 8 * 4 + n / 2;
        double sum = std::bit_cast<double>(c[r / 8 * 2 + n % 2][lane]);
        for (int k = 0; k < depth; ++k) {
          sum = std::fma(std::bit_cast<double>(a[k / 4 * halves + r / 8][r % 8 * 4 + k % 4]),
                         std::bit_cast<double>(b[k / 4][n * 4 + k % 4]), sum);
        }
        CHECK(d[r / 8 * 2 + n % 2][lane] == std::bit_cast<uint64_t>(sum), "D[%d][%d]", r, n);
      }
    }
  }
}

}  // namespace gramian::arith
