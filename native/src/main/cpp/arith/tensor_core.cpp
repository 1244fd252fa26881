#include "arith/tensor_core.h"

#include <cstring>

#include "arith/vectors.h"

namespace gramian::arith {

namespace {

// Operands of other exponents go the exact way: with these, no product, no power of two and no
// scale of a sum leaves the normal range of float.
constexpr int kMaxOperandExponent = 50;
constexpr int kMinSumExponent = -90;
constexpr int kMaxSumExponent = 100;

constexpr uint32_t powerBits(int exponent) { return static_cast<uint32_t>(exponent + 127) << 23; }

template <int W>
struct Numbers {
  F32<W> value;
  F32<W> power;
  U32<W> strange;  // not zero where the number is not plain
};

// A number whose exponent has the bias of float.
template <int W>
GRAMIAN_INLINE Numbers<W> wide(U32<W> bits) {
  const U32<W> magnitude = bits & 0x7fffffffu;
  const uint32_t low = powerBits(-kMaxOperandExponent);
  const uint32_t span = powerBits(kMaxOperandExponent + 1) - low;
  return {F32<W>(bits), F32<W>(magnitude & 0x7f800000u),
          U32<W>(magnitude != 0) & U32<W>(magnitude - low >= span)};
}

// A number of few bits: its magnitude, moved to where float has it, its sign in bit 31, and what
// its exponent lacks to that of float.
template <int W>
GRAMIAN_INLINE Numbers<W> narrow(U32<W> magnitude, U32<W> sign, int rebias, uint32_t firstStrange) {
  const F32<W> value = F32<W>(magnitude) * F32<W>(U32<W>{} + powerBits(rebias));
  const U32<W> exponent = magnitude & 0x7f800000u;
  const uint32_t least = 1u << 23;
  const U32<W> power =
      (exponent < least ? U32<W>{} + least : exponent) + (static_cast<uint32_t>(rebias) << 23);
  return {F32<W>(U32<W>(value) | sign), F32<W>(power & U32<W>(magnitude != 0)),
          U32<W>(magnitude >= firstStrange)};
}

// Element h of each register.
template <int W>
GRAMIAN_INLINE Numbers<W> element(U32<W> word, OperandFormat format, int h) {
  switch (format) {
    case OperandFormat::kTf32:
      return wide<W>(word & 0xffffe000u);
    case OperandFormat::kBf16:
      return wide<W>(h == 0 ? word << 16 : word & 0xffff0000u);
    case OperandFormat::kF16: {
      const U32<W> x = h == 0 ? word & 0xffffu : word >> 16;
      return narrow<W>((x & 0x7fffu) << 13, (x & 0x8000u) << 16, 112, 0x7c00u << 13);
    }
    case OperandFormat::kE5m2: {
      const U32<W> x = word >> (8 * h) & 0xffu;
      return narrow<W>((x & 0x7fu) << 21, (x & 0x80u) << 24, 112, 0x7cu << 21);
    }
    default: {
      const U32<W> x = word >> (8 * h) & 0xffu;
      return narrow<W>((x & 0x7fu) << 20, (x & 0x80u) << 24, 120, 0x7fu << 20);
    }
  }
}

// The number of each quad's lane Q, in all four lanes of the quad.
template <int W, int Q>
GRAMIAN_INLINE F32<W> spread(F32<W> x) {
  constexpr int q = Q;
  if constexpr (W == 16) {
    return __builtin_shufflevector(x, x, q, q, q, q, q + 4, q + 4, q + 4, q + 4, q + 8, q + 8,
                                   q + 8, q + 8, q + 12, q + 12, q + 12, q + 12);
  } else if constexpr (W == 8) {
    return __builtin_shufflevector(x, x, q, q, q, q, q + 4, q + 4, q + 4, q + 4);
  } else {
    return __builtin_shufflevector(x, x, q, q, q, q);
  }
}

// What a term is after alignment: truncated towards zero, in units of the last bit kept.
template <int W>
GRAMIAN_INLINE I32<W> aligned(F32<W> term, F32<W> scale) {
  return __builtin_convertvector(term * scale, I32<W>);
}

template <int W>
GRAMIAN_INLINE F32<W> toFloat(U32<W> bits24) {
  return __builtin_convertvector(I32<W>(bits24), F32<W>);
}

// The power of two of the accumulator; strange gets what has none.
template <int W>
GRAMIAN_INLINE F32<W> powerOf(F32<W> c, bool half, U32<W>& strange) {
  const U32<W> magnitude = U32<W>(c) & 0x7fffffffu;
  U32<W> power = magnitude & 0x7f800000u;
  if (half) {
    power = power < powerBits(-14) ? U32<W>{} + powerBits(-14) : power;
    power &= U32<W>(magnitude != 0);
  }
  strange |= U32<W>(magnitude != 0) & U32<W>(power == 0);
  return F32<W>(power);
}

// From the power of two of the largest term: the factor that aligns to it and the one that undoes
// that.
template <int W>
struct Scale {
  F32<W> align;
  F32<W> undo;
};

template <int W>
GRAMIAN_INLINE Scale<W> scaleTo(F32<W> power, const DotProduct& model, U32<W>& strange) {
  U32<W> bits = U32<W>(power);
  const U32<W> some = U32<W>(bits != 0);
  strange |= some & (U32<W>(bits < powerBits(kMinSumExponent)) |
                     U32<W>(bits > powerBits(kMaxSumExponent)));
  if (model.minExponent > kMinSumExponent) {
    const uint32_t least = powerBits(model.minExponent);
    bits = bits < least ? U32<W>{} + least : bits;
  }
  bits = (bits & some) | (~some & powerBits(0));
  const uint32_t shift = static_cast<uint32_t>(model.fractionBits) << 23;
  return {F32<W>(2 * powerBits(0) + shift - bits), F32<W>(bits - shift)};
}

// Rounds to nearest even f16.
template <int W>
GRAMIAN_INLINE F32<W> toHalf(F32<W> x) {
  const U32<W> sign = U32<W>(x) & 0x80000000u;
  const U32<W> magnitude = U32<W>(x) ^ sign;
  // Subnormal f16 are multiples of 2^-24, as are float in [1/2, 1).
  const F32<W> small = F32<W>(magnitude) + 0.5f - 0.5f;
  const U32<W> rounded = (magnitude + 0xfffu + (magnitude >> 13 & 1u)) & ~0x1fffu;
  const U32<W> finite = rounded < powerBits(16) ? rounded : U32<W>{} + 0x7f800000u;
  return F32<W>((magnitude < powerBits(-14) ? U32<W>(small) : finite) | sign);
}

// The sum of two parts, rounded as the device does.
template <int W>
GRAMIAN_INLINE F32<W> finish(I32<W> part0, I32<W> part1, F32<W> undo, int resultBits) {
  // Together the parts may need 33 bits: a sign and 32 bits of magnitude.
  const U32<W> p0 = U32<W>(part0);
  const U32<W> p1 = U32<W>(part1);
  const U32<W> total = p0 + p1;
  const U32<W> negative = U32<W>(I32<W>((p0 & p1) | ((p0 | p1) & total)) >> 31);
  const U32<W> magnitude = (total ^ negative) - negative;
  // The exponent of magnitude; what is below 256 keeps all of its bits.
  const U32<W> exponent = U32<W>(toFloat<W>(magnitude >> 8) * 256.0f) >> 23;
  // For f16 are kept 23 bits, of which the last says whether anything was lost: these round as all.
  const bool half = resultBits == 10;
  const uint32_t keep = 127 + static_cast<uint32_t>(half ? 22 : resultBits);
  const U32<W> drop = exponent > keep ? exponent - keep : U32<W>{};
  U32<W> kept = magnitude >> drop << drop;
  if (half) kept |= (U32<W>(kept != magnitude) & 1u) << drop;
  const F32<W> value = (toFloat<W>(kept >> 8) * 256.0f + toFloat<W>(kept & 0xffu)) * undo;
  const U32<W> sign = negative & 0x80000000u & U32<W>(magnitude != 0);
  const F32<W> result = F32<W>(U32<W>(value) | sign);
  return half ? toHalf<W>(result) : result;
}

// W accumulators of even columns and W of odd ones, from lane `lane` of the upper (i = 0) or lower
// rows on. Step registers of A make one block. Whatever needs the exact way is marked strange.
template <int W, int E, int Step>
GRAMIAN_INLINE void multiplyLanes(const DotProduct& model, const TileA& a, const TileB& b, int i,
                                  int lane, TileC& c, U32<W>& strange) {
  F32<W> c0 = load<F32<W>>(&c.bits[2 * i][lane]);
  F32<W> c1 = load<F32<W>>(&c.bits[2 * i + 1][lane]);
  const bool half = model.resultBits == 10;
  for (int first = 0; first < b.registers; first += Step) {
    F32<W> power0 = powerOf<W>(c0, half, strange);
    F32<W> power1 = powerOf<W>(c1, half, strange);
    unroll<Step>([&](auto r) GRAMIAN_UNROLLED {
      unroll<E>([&](auto h) GRAMIAN_UNROLLED {
        const F32<W> powers = load<F32<W>>(&a.power[2 * (first + r) + i][h][lane]);
        unroll<4>([&](auto q) GRAMIAN_UNROLLED {
          const F32<W> x = spread<W, q>(powers);
          const F32<W> y0 = x * load<F32<W>>(b.power[first + r][h][q][0]);
          const F32<W> y1 = x * load<F32<W>>(b.power[first + r][h][q][1]);
          power0 = power0 > y0 ? power0 : y0;
          power1 = power1 > y1 ? power1 : y1;
        });
      });
    });
    const Scale<W> scale0 = scaleTo<W>(power0, model, strange);
    const Scale<W> scale1 = scaleTo<W>(power1, model, strange);
    // Half of the products and the accumulator fit in 32 bits.
    I32<W> part0[2] = {aligned<W>(c0, scale0.align), I32<W>{}};
    I32<W> part1[2] = {aligned<W>(c1, scale1.align), I32<W>{}};
    unroll<Step>([&](auto r) GRAMIAN_UNROLLED {
      unroll<E>([&](auto h) GRAMIAN_UNROLLED {
        const F32<W> values = load<F32<W>>(&a.value[2 * (first + r) + i][h][lane]);
        unroll<4>([&](auto q) GRAMIAN_UNROLLED {
          const F32<W> x = spread<W, q>(values);
          part0[r] += aligned<W>(x * load<F32<W>>(b.value[first + r][h][q][0]), scale0.align);
          part1[r] += aligned<W>(x * load<F32<W>>(b.value[first + r][h][q][1]), scale1.align);
        });
      });
    });
    c0 = finish<W>(part0[0], part0[1], scale0.undo, model.resultBits);
    c1 = finish<W>(part1[0], part1[1], scale1.undo, model.resultBits);
  }
  store(&c.bits[2 * i][lane], c0);
  store(&c.bits[2 * i + 1][lane], c1);
}

template <int W, int E, int Step>
GRAMIAN_INLINE bool multiplyTile(const DotProduct& model, const TileA& a, const TileB& b,
                                 TileC& c) {
  TileC result = c;
  U32<W> strange{};
  for (int i = 0; i < 2; ++i) {
    for (int lane = 0; lane < kLanes; lane += W) {
      multiplyLanes<W, E, Step>(model, a, b, i, lane, result, strange);
    }
  }
  if (anyOf(strange)) return false;
  c = result;
  return true;
}

template <int W, int E>
GRAMIAN_INLINE bool multiplyPlain(const DotProduct& model, const TileA& a, const TileB& b,
                                  TileC& c) {
  // A block is as deep as one register of A or as two.
  return model.block > 4 * E && b.registers == 2 ? multiplyTile<W, E, 2>(model, a, b, c)
                                                 : multiplyTile<W, E, 1>(model, a, b, c);
}

template <int W>
GRAMIAN_INLINE void multiplyAddVectors(const DotProduct& model, const TileA& a, const TileB& b,
                                       TileC& c) {
  bool done = false;
  if (a.plain && b.plain) {
    const int e = elementsPerRegister(a.format);
    done = e == 1   ? multiplyPlain<W, 1>(model, a, b, c)
           : e == 2 ? multiplyPlain<W, 2>(model, a, b, c)
                    : multiplyPlain<W, 4>(model, a, b, c);
  }
  if (!done) multiplyAddExact(model, a, b, c);
}

template <typename Tile>
GRAMIAN_INLINE void setRegisters(Tile& tile, OperandFormat format, int registers,
                                 const uint32_t* const* from) {
  tile.format = format;
  tile.registers = static_cast<uint8_t>(registers);
  for (int i = 0; i < registers; ++i) std::memcpy(tile.bits[i], from[i], sizeof tile.bits[i]);
}

template <int W>
GRAMIAN_INLINE void decodeA(TileA& tile) {
  U32<W> strange{};
  const int elements = elementsPerRegister(tile.format);
  for (int i = 0; i < tile.registers; ++i) {
    for (int h = 0; h < elements; ++h) {
      for (int lane = 0; lane < kLanes; lane += W) {
        const Numbers<W> x = element<W>(load<U32<W>>(&tile.bits[i][lane]), tile.format, h);
        store(&tile.value[i][h][lane], x.value);
        store(&tile.power[i][h][lane], x.power);
        strange |= x.strange;
      }
    }
  }
  tile.plain = !anyOf(strange);
}

// Columns p, p + 2, p + 4 and p + 6 of four rows, from lanes 4 n + q; repeated to a full vector.
GRAMIAN_INLINE void spreadColumns(float (&to)[4][2][16], const float (&from)[kLanes]) {
  typedef float F32x4 __attribute__((vector_size(16)));
  for (int q = 0; q < 4; ++q) {
    for (int p = 0; p < 2; ++p) {
      const float* x = from + 4 * p + q;
      const F32x4 columns{x[0], x[8], x[16], x[24]};
      for (int i = 0; i < 16; i += 4) store(to[q][p] + i, columns);
    }
  }
}

template <int W>
GRAMIAN_INLINE void decodeB(TileB& tile) {
  U32<W> strange{};
  const int elements = elementsPerRegister(tile.format);
  for (int i = 0; i < tile.registers; ++i) {
    for (int h = 0; h < elements; ++h) {
      alignas(64) float value[kLanes];
      alignas(64) float power[kLanes];
      for (int lane = 0; lane < kLanes; lane += W) {
        const Numbers<W> x = element<W>(load<U32<W>>(&tile.bits[i][lane]), tile.format, h);
        store(value + lane, x.value);
        store(power + lane, x.power);
        strange |= x.strange;
      }
      spreadColumns(tile.value[i][h], value);
      spreadColumns(tile.power[i][h], power);
    }
  }
  tile.plain = !anyOf(strange);
}

GRAMIAN_DISPATCH(void, decodeRegisters, (TileA & tile), decodeA, (tile))
GRAMIAN_DISPATCH(void, decodeRegisters, (TileB & tile), decodeB, (tile))

}  // namespace

void decode(TileA& tile, OperandFormat format, int registers, const uint32_t* const* a) {
  setRegisters(tile, format, registers, a);
  decodeRegisters(tile);
}

void decode(TileB& tile, OperandFormat format, int registers, const uint32_t* const* b) {
  setRegisters(tile, format, registers, b);
  decodeRegisters(tile);
}

GRAMIAN_DISPATCH(void, multiplyAdd,
                 (const DotProduct& model, const TileA& a, const TileB& b, TileC& c),
                 multiplyAddVectors, (model, a, b, c))

}  // namespace gramian::arith
