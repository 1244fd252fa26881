// cvt. Conversions between integers are loops over lanes here, all others go through arith.
#include "arith/convert.h"

#include <type_traits>

#include "exec/opcodes.h"
#include "lanes/apply.h"
#include "lanes/arithmetic.h"

namespace gramian::machine::GRAMIAN_LANES {

namespace {

using ptx::Type;

struct Convert {
  arith::Conversion conversion;
  arith::ConvertLanes run;
};

bool isInteger(Type type) { return !ptx::isFloat(type); }

// Of conversions between integers: the bits that go over.
uint64_t ofIntegers(const Op* op, const Bits* s) {
  const auto& c = static_cast<const Convert*>(op->more)->conversion;
  return c.saturate && s[0].undefined != 0 ? ~uint64_t{0} : arith::convertOne(c, s[0].undefined);
}

template <unsigned Sources, bool IsBits>
const Op* convert(Warp& warp, const Op* op, uint32_t active) {
  const auto& c = *static_cast<const Convert*>(op->more);
  if (anyUndefined<Sources>(warp, op)) [[unlikely]] {
    if constexpr (IsBits) {
      const uint8_t bytes[] = {c.conversion.toBytes, c.conversion.fromBytes};
      carryBits(warp, op, active, ofIntegers, bytes, 1);
    } else {
      markComputed(warp, op, active, Sources);
    }
  }
  alignas(64) std::byte results[kLanes * 8];
  c.run(c.conversion, results, warp.lanesOf<std::byte>(op->slot[1]),
        Sources > 1 ? warp.lanesOf<std::byte>(op->slot[2]) : nullptr);
  switch (c.conversion.toBytes) {
    case 2:
      storeLanes(warp.lanesOf<uint16_t>(op->slot[0]), reinterpret_cast<uint16_t*>(results), active);
      break;
    case 4:
      storeLanes(warp.lanesOf<uint32_t>(op->slot[0]), reinterpret_cast<uint32_t*>(results), active);
      break;
    default:
      dropOrigin(warp, op->slot[0], active);
      storeLanes(warp.lanesOf<uint64_t>(op->slot[0]), reinterpret_cast<uint64_t*>(results), active);
  }
  return op + 1;
}

// From type From in a register S to all of a register D.
template <typename D, typename S, typename From>
constexpr auto kExtend = [](S a) -> D { return static_cast<D>(static_cast<From>(a)); };

template <typename D, typename S, typename From>
constexpr Handler kExtendHandler = moveBits<kExtend<D, S, From>, ofIntegers, false, D, S>;

template <typename D, typename S>
Handler extendFrom(Type from) {
  switch (from) {
    case Type::kU8:
      return kExtendHandler<D, S, uint8_t>;
    case Type::kS8:
      return kExtendHandler<D, S, int8_t>;
    case Type::kU16:
      return kExtendHandler<D, S, uint16_t>;
    case Type::kS16:
      return kExtendHandler<D, S, int16_t>;
    default:
      break;
  }
  if constexpr (sizeof(S) >= 4) {
    if (from == Type::kU32) {
      return kExtendHandler<D, S, uint32_t>;
    }
    if (from == Type::kS32) {
      return kExtendHandler<D, S, int32_t>;
    }
  }
  if constexpr (sizeof(S) == 8) {
    if (from == Type::kU64) {
      return kExtendHandler<D, S, uint64_t>;
    }
    if (from == Type::kS64) {
      return kExtendHandler<D, S, int64_t>;
    }
  }
  return nullptr;
}

template <typename D>
Handler extendTo(unsigned bytes, Type from) {
  return bytes == 2   ? extendFrom<D, uint16_t>(from)
         : bytes == 4 ? extendFrom<D, uint32_t>(from)
                      : extendFrom<D, uint64_t>(from);
}

// Null where the result does not fill its register, or saturates.
Handler integerHandler(const arith::Conversion& c) {
  if (c.saturate || ptx::bytesOf(c.to) != c.toBytes) {
    return nullptr;
  }
  return c.toBytes == 2   ? extendTo<uint16_t>(c.fromBytes, c.from)
         : c.toBytes == 4 ? extendTo<uint32_t>(c.fromBytes, c.from)
                          : extendTo<uint64_t>(c.fromBytes, c.from);
}

uint8_t registerBytes(Lowering& l, size_t i, Type type) {
  const Type declared =
      l.operand(i).kind == ptx::Operand::Kind::kRegister ? l.registerType(i) : type;
  const unsigned bytes = ptx::bytesOf(declared);
  return static_cast<uint8_t>(bytes < 2 ? 2 : bytes);
}

bool isFloatPair(Type type) {
  return type == Type::kF16x2 || type == Type::kBf16x2 || type == Type::kE4m3x2 ||
         type == Type::kE5m2x2;
}

void lowerConvert(Lowering& l) {
  const Modifiers m = readModifiers(l);
  arith::Conversion c;
  c.to = l.type();
  c.from = l.type();
  l.finish();
  c.rounding = m.rounding;
  c.toInteger = m.toInteger;
  c.flush = m.flush;
  c.saturate = m.saturate;
  c.finite = m.finite;
  c.relu = m.relu;
  c.toBytes = registerBytes(l, 0, c.to);
  c.fromBytes = registerBytes(l, 1, c.from);
  const bool two = arith::takesTwoSources(c.to, c.from);
  const arith::ConvertLanes run = arith::converterOf(c);
  if (run == nullptr || l.operandCount() != (two ? 3u : 2u)) {
    l.fail("is no conversion that there is");
  }
  const bool isBits = isInteger(c.to) && isInteger(c.from);
  const Handler quick = isBits ? integerHandler(c) : nullptr;
  Op& op = l.emit(quick != nullptr ? quick
                  : isBits         ? convert<1, true>
                  : two            ? convert<2, false>
                                   : convert<1, false>,
                  OpClass::kConversion);
  op.slot[1] = l.source(1, c.from, !isFloatPair(c.from));
  if (two) {
    op.slot[2] = l.source(2, c.from, true);
  }
  op.slot[0] = l.destination(0, c.to, !isFloatPair(c.to));
  op.more = l.keep(Convert{c, run});
}

// cvt.pack: two integers, clamped to n bits each, below the low bits of a third word. Op::variant
// is n, Op::target whether the bits are signed (1) and whether the integers are (2).
const Op* pack(Warp& warp, const Op* op, uint32_t active) {
  noteComputed<3>(warp, op, active);
  const unsigned n = op->variant;
  const bool toSigned = (op->target & 1) != 0;
  const bool fromSigned = (op->target & 2) != 0;
  const int64_t low = toSigned ? -(int64_t{1} << (n - 1)) : 0;
  const int64_t high = (int64_t{1} << (toSigned ? n - 1 : n)) - 1;
  const auto clamp = [&](uint32_t x) -> uint32_t {
    const int64_t value = fromSigned ? int64_t{static_cast<int32_t>(x)} : int64_t{x};
    const int64_t clamped = value < low ? low : value > high ? high : value;
    return static_cast<uint32_t>(clamped) & ((uint32_t{1} << n) - 1);
  };
  eachLane<uint32_t, uint32_t, uint32_t, uint32_t>(
      warp, op, active, [=](uint32_t a, uint32_t b, uint32_t c) -> uint32_t {
        const uint32_t both = clamp(a) << n | clamp(b);
        return 2 * n == 32 ? both : c << (2 * n) | both;
      });
  return op + 1;
}

void lowerPack(Lowering& l) {
  l.take("sat");
  const Type to = l.type();
  const Type from = l.type();
  const bool hasThird = l.typeIf().has_value();
  l.finish();
  if (ptx::bitsOf(from) != 32 || ptx::bitsOf(to) > 16) {
    failType(l, to);
  }
  Op& op = l.emit(pack, OpClass::kConversion);
  op.slot[1] = l.source(1, from);
  op.slot[2] = l.source(2, from);
  op.slot[3] = hasThird ? l.source(3, Type::kB32) : l.constant(Type::kB32, 0);
  op.slot[0] = l.destination(0, Type::kB32);
  op.variant = static_cast<uint8_t>(ptx::bitsOf(to));
  op.target = (ptx::isSigned(to) ? 1 : 0) | (ptx::isSigned(from) ? 2 : 0);
}

}  // namespace

void registerConvert(OpcodeTable& table) {
  table.add("cvt", lowerConvert);
  table.add("cvt.pack", lowerPack);
}

}  // namespace gramian::machine::GRAMIAN_LANES
