// Bits: logic, shifts, permutations and fields.
#include <type_traits>

#include "exec/opcodes.h"
#include "lanes/apply.h"
#include "lanes/arithmetic.h"

namespace gramian::machine::GRAMIAN_LANES {

namespace {

using ptx::Type;

// ---- which bits of a result are undefined

uint64_t ofAnd(const Op*, const Bits* s) {
  return (s[0].undefined & s[1].undefined) | (s[0].undefined & s[1].value) |
         (s[1].undefined & s[0].value);
}
uint64_t ofOr(const Op*, const Bits* s) {
  return (s[0].undefined & s[1].undefined) | (s[0].undefined & ~s[1].value) |
         (s[1].undefined & ~s[0].value);
}
uint64_t ofEither(const Op*, const Bits* s) { return s[0].undefined | s[1].undefined; }
uint64_t ofThree(const Op*, const Bits* s) {
  return s[0].undefined | s[1].undefined | s[2].undefined;
}
template <typename T>
constexpr auto kShiftLeft = [](T a, uint32_t n) -> T {
  using U = std::conditional_t<sizeof(T) == 8, uint64_t, uint32_t>;
  constexpr uint32_t kBits = 8 * sizeof(T);
  return n < kBits ? static_cast<T>(U{a} << (n & (kBits - 1))) : T{0};
};
template <typename T>
constexpr auto kShiftRight = [](T a, uint32_t n) -> T {
  constexpr uint32_t kBits = 8 * sizeof(T);
  if constexpr (std::is_signed_v<T>) {
    return static_cast<T>(a >> (n < kBits ? n : kBits - 1));
  } else {
    return n < kBits ? static_cast<T>(a >> (n & (kBits - 1))) : T{0};
  }
};

template <typename T>
uint64_t ofShiftLeft(const Op*, const Bits* s) {
  return s[1].undefined != 0
             ? ~uint64_t{0}
             : kShiftLeft<T>(static_cast<T>(s[0].undefined), static_cast<uint32_t>(s[1].value));
}
template <typename T>
uint64_t ofShiftRight(const Op*, const Bits* s) {
  return s[1].undefined != 0
             ? ~uint64_t{0}
             : static_cast<uint64_t>(kShiftRight<T>(static_cast<T>(s[0].undefined),
                                                    static_cast<uint32_t>(s[1].value)));
}

// ---- logic

constexpr auto kAnd = [](auto a, auto b) { return static_cast<decltype(a)>(a & b); };
constexpr auto kOr = [](auto a, auto b) { return static_cast<decltype(a)>(a | b); };
constexpr auto kXor = [](auto a, auto b) { return static_cast<decltype(a)>(a ^ b); };
constexpr auto kNot = [](auto a) { return static_cast<decltype(a)>(~a); };
constexpr auto kIsZero = [](auto a) { return static_cast<decltype(a)>(a == 0 ? 1 : 0); };

// Op::variant of logic of predicates: which sources are negated.
enum class Logic : uint8_t { kAnd, kOr, kXor, kNot };

template <Logic L>
const Op* predicates(Warp& warp, const Op* op, uint32_t active) {
  const uint32_t a = warp.predicate(op->slot[1]) ^ ((op->variant & 1) != 0 ? kAllLanes : 0);
  const uint32_t b = warp.predicate(op->slot[2]) ^ ((op->variant & 2) != 0 ? kAllLanes : 0);
  if (anyUndefined<2>(warp, op)) [[unlikely]] {
    const SlotState x = warp.state(op->slot[1]);
    const SlotState y = warp.state(op->slot[2]);
    const uint32_t both = x.undefined & y.undefined;
    const uint32_t undefined =
        active & (L == Logic::kAnd  ? both | (x.undefined & b) | (y.undefined & a)
                  : L == Logic::kOr ? both | (x.undefined & ~b) | (y.undefined & ~a)
                                    : x.undefined | y.undefined);
    markComputed(warp, op, active, 2);
    SlotState& d = warp.state(op->slot[0]);
    d.undefined = (d.undefined & ~active) | undefined;
    d.computed = (d.computed & ~active) | undefined;
  }
  setPredicate(warp, op->slot[0],
               L == Logic::kAnd   ? a & b
               : L == Logic::kOr  ? a | b
               : L == Logic::kXor ? a ^ b
                                  : ~a,
               active);
  return op + 1;
}

template <Logic L>
void lowerPredicates(Lowering& l) {
  l.finish();
  bool negated[2] = {};
  const Slot a = l.predicate(1, negated[0]);
  const Slot b = L == Logic::kNot ? a : l.predicate(2, negated[1]);
  Op& op = l.emit(predicates<L>, OpClass::kPredicate);
  op.slot[1] = a;
  op.slot[2] = b;
  op.slot[0] = l.predicateDestination(0);
  op.variant = static_cast<uint8_t>((negated[0] ? 1 : 0) | (negated[1] ? 2 : 0));
}

template <auto F, BitsRule Rule, typename T>
constexpr Handler kBinary = moveBits<F, Rule, true, T, T, T>;

template <Logic L, auto F, BitsRule Rule>
void lowerLogic(Lowering& l) {
  const Type type = l.type();
  switch (ptx::bitsOf(type)) {
    case 1:
      lowerPredicates<L>(l);
      return;
    case 16:
      emitPlain(l, kBinary<F, Rule, uint16_t>, OpClass::kInteger, type, 2);
      return;
    case 32:
      emitPlain(l, kBinary<F, Rule, uint32_t>, OpClass::kInteger, type, 2);
      return;
    case 64:
      emitPlain(l, kBinary<F, Rule, uint64_t>, OpClass::kInteger, type, 2);
      return;
    default:
      failType(l, type);
  }
}

void lowerNot(Lowering& l) {
  const Type type = l.type();
  switch (ptx::bitsOf(type)) {
    case 1:
      lowerPredicates<Logic::kNot>(l);
      return;
    case 16:
      emitPlain(l, moveBits<kNot, ofEither, false, uint16_t, uint16_t>, OpClass::kInteger, type, 1);
      return;
    case 32:
      emitPlain(l, moveBits<kNot, ofEither, false, uint32_t, uint32_t>, OpClass::kInteger, type, 1);
      return;
    default:
      emitPlain(l, moveBits<kNot, ofEither, false, uint64_t, uint64_t>, OpClass::kInteger, type, 1);
  }
}

void lowerIsZero(Lowering& l) {
  const Type type = l.type();
  emitPlain(l,
            ptx::bitsOf(type) == 16   ? compute<kIsZero, uint16_t, uint16_t>
            : ptx::bitsOf(type) == 32 ? compute<kIsZero, uint32_t, uint32_t>
                                      : compute<kIsZero, uint64_t, uint64_t>,
            OpClass::kInteger, type, 1);
}

// ---- lop3: any function of three bits, by its table

[[gnu::always_inline]] inline uint32_t choose(uint32_t mask, uint32_t ones, uint32_t zeros) {
  return zeros ^ (mask & (zeros ^ ones));
}

const Op* lookUp(Warp& warp, const Op* op, uint32_t active) {
  if (anyUndefined<3>(warp, op)) [[unlikely]] {
    constexpr uint8_t kBytes[] = {4, 4, 4, 4};
    carryBits(warp, op, active, ofThree, kBytes, 3);
  }
  const auto entry = [&](unsigned i) -> uint32_t {
    return (op->immediate >> i & 1) != 0 ? kAllLanes : 0;
  };
  const uint32_t t0 = entry(0), t1 = entry(1), t2 = entry(2), t3 = entry(3);
  const uint32_t t4 = entry(4), t5 = entry(5), t6 = entry(6), t7 = entry(7);
  eachLane<uint32_t, uint32_t, uint32_t, uint32_t>(
      warp, op, active, [=](uint32_t a, uint32_t b, uint32_t c) -> uint32_t {
        return choose(a, choose(b, choose(c, t7, t6), choose(c, t5, t4)),
                      choose(b, choose(c, t3, t2), choose(c, t1, t0)));
      });
  return op + 1;
}

// p = (d != 0) with q: slot[4] is p, slot[5] is q.
const Op* testLookUp(Warp& warp, const Op* op, uint32_t active) {
  const uint32_t* d = warp.lanesOf<uint32_t>(op->slot[0]);
  uint32_t set = 0;
  for (unsigned i = 0; i < kLanes; ++i) {
    set |= uint32_t{d[i] != 0} << i;
  }
  const uint32_t q = warp.predicate(op->slot[5]) ^ ((op->variant & 1) != 0 ? kAllLanes : 0);
  const uint32_t undefined =
      (warp.state(op->slot[0]).undefined | warp.state(op->slot[5]).undefined);
  SlotState& state = warp.state(op->slot[4]);
  state.undefined = (state.undefined & ~active) | (undefined & active);
  state.computed = state.undefined;
  setPredicate(warp, op->slot[4], (op->variant & 2) != 0 ? set | q : set & q, active);
  return op + 1;
}

void lowerLookUp(Lowering& l) {
  const int combination = l.takeOneOf({"and", "or"});
  const Type type = l.type();
  l.finish();
  const size_t first = l.instruction().hasPairedDestination ? 2 : 1;
  Op& op = l.emit(lookUp, OpClass::kInteger);
  for (size_t i = 0; i < 3; ++i) {
    op.slot[1 + i] = l.source(first + i, type);
  }
  op.slot[0] = l.destination(0, type);
  if (op.slot[0] == kNoSlot) {
    op.slot[0] = l.temporary(type);
  }
  op.immediate = l.immediate(first + 3, Type::kU32);
  const Slot result = op.slot[0];
  if (first == 2) {
    bool negated = false;
    const Slot q = l.predicate(first + 4, negated);
    Op& test = l.emit(testLookUp, OpClass::kPredicate);
    test.slot[0] = result;
    test.slot[4] = l.predicateDestination(1);
    test.slot[5] = q;
    test.variant = static_cast<uint8_t>((negated ? 1 : 0) | (combination == 1 ? 2 : 0));
  }
}

// ---- shifts

template <typename T>
constexpr Handler kLeft = moveBits<kShiftLeft<T>, ofShiftLeft<T>, false, T, T, uint32_t>;
template <typename T>
constexpr Handler kRight = moveBits<kShiftRight<T>, ofShiftRight<T>, false, T, T, uint32_t>;

void lowerShiftLeft(Lowering& l) {
  const Type type = l.type();
  const unsigned bits = ptx::bitsOf(type);
  emitPlain(l,
            bits == 16   ? kLeft<uint16_t>
            : bits == 32 ? kLeft<uint32_t>
                         : kLeft<uint64_t>,
            OpClass::kInteger, type, {type, Type::kU32});
}

void lowerShiftRight(Lowering& l) {
  const Type type = l.type();
  const unsigned bits = ptx::bitsOf(type);
  const Handler handler = ptx::isSigned(type) ? bits == 16   ? kRight<int16_t>
                                                : bits == 32 ? kRight<int32_t>
                                                             : kRight<int64_t>
                          : bits == 16 ? kRight<uint16_t>
                          : bits == 32        ? kRight<uint32_t>
                                              : kRight<uint64_t>;
  emitPlain(l, handler, OpClass::kInteger, type, {type, Type::kU32});
}

// shf: 32 bits out of b:a.
template <bool IsRight, bool IsWrapped>
constexpr auto kFunnel = [](uint32_t a, uint32_t b, uint32_t c) -> uint32_t {
  const uint32_t n = IsWrapped ? c & 31 : c < 32 ? c : 32;
  const uint64_t both = uint64_t{b} << 32 | a;
  return IsRight ? static_cast<uint32_t>(both >> n) : static_cast<uint32_t>(both << n >> 32);
};
template <bool IsRight, bool IsWrapped>
uint64_t ofFunnel(const Op*, const Bits* s) {
  return s[2].undefined != 0 ? ~uint64_t{0}
                             : kFunnel<IsRight, IsWrapped>(static_cast<uint32_t>(s[0].undefined),
                                                           static_cast<uint32_t>(s[1].undefined),
                                                           static_cast<uint32_t>(s[2].value));
}
template <bool IsRight, bool IsWrapped>
constexpr Handler kFunnelHandler =
    moveBits<kFunnel<IsRight, IsWrapped>, ofFunnel<IsRight, IsWrapped>, false, uint32_t, uint32_t,
             uint32_t, uint32_t>;

void lowerFunnel(Lowering& l) {
  const bool isRight = l.takeOneOf({"l", "r"}) == 1;
  const bool isWrapped = l.takeOneOf({"clamp", "wrap"}) == 1;
  const Type type = l.type();
  emitPlain(l,
            isRight     ? isWrapped ? kFunnelHandler<true, true> : kFunnelHandler<true, false>
                : isWrapped ? kFunnelHandler<false, true>
                        : kFunnelHandler<false, false>,
            OpClass::kInteger, type, {type, type, Type::kU32});
}

// ---- prmt

enum class Permutation : uint8_t { kSelect, kF4e, kB4e, kRc8, kEcl, kEcr, kRc16 };

constexpr uint32_t selectorOf(Permutation mode, uint32_t selector) {
  const uint32_t s = selector & 3;
  uint32_t nibbles = 0;
  for (uint32_t i = 0; i < 4; ++i) {
    uint32_t n = 0;
    switch (mode) {
      case Permutation::kSelect:
        return selector;
      case Permutation::kF4e:
        n = s + i;
        break;
      case Permutation::kB4e:
        n = (s - i) & 7;
        break;
      case Permutation::kRc8:
        n = s;
        break;
      case Permutation::kEcl:
        n = i < s ? s : i;
        break;
      case Permutation::kEcr:
        n = i > s ? s : i;
        break;
      case Permutation::kRc16:
        n = (s & 1) * 2 + i % 2;
        break;
    }
    nibbles |= n << (4 * i);
  }
  return nibbles;
}

template <Permutation Mode>
constexpr auto kPermute = [](uint32_t a, uint32_t b, uint32_t c) -> uint32_t {
  const uint32_t selector = selectorOf(Mode, c);
  const uint64_t both = uint64_t{b} << 32 | a;
  uint32_t result = 0;
  for (unsigned i = 0; i < 4; ++i) {
    const uint32_t n = selector >> (4 * i);
    const uint32_t byte = static_cast<uint32_t>(both >> (8 * (n & 7))) & 0xff;
    const uint32_t filled = (n & 8) != 0 ? (byte & 0x80) != 0 ? 0xff : 0 : byte;
    result |= filled << (8 * i);
  }
  return result;
};

template <Permutation Mode>
uint64_t ofPermute(const Op*, const Bits* s) {
  if (s[2].undefined != 0) {
    return ~uint64_t{0};
  }
  return kPermute<Mode>(static_cast<uint32_t>(s[0].undefined),
                        static_cast<uint32_t>(s[1].undefined), static_cast<uint32_t>(s[2].value));
}

template <Permutation Mode>
constexpr Handler kPermuteHandler =
    moveBits<kPermute<Mode>, ofPermute<Mode>, false, uint32_t, uint32_t, uint32_t, uint32_t>;

void lowerPermute(Lowering& l) {
  const Type type = l.type();
  constexpr Handler kHandlers[] = {
      kPermuteHandler<Permutation::kF4e>, kPermuteHandler<Permutation::kB4e>,
      kPermuteHandler<Permutation::kRc8>, kPermuteHandler<Permutation::kEcl>,
      kPermuteHandler<Permutation::kEcr>, kPermuteHandler<Permutation::kRc16>};
  const int mode = l.takeOneOf({"f4e", "b4e", "rc8", "ecl", "ecr", "rc16"});
  emitPlain(l, mode < 0 ? kPermuteHandler<Permutation::kSelect> : kHandlers[mode], OpClass::kMove,
            type, {type, type, Type::kB32});
}

// ---- fields

template <typename T>
constexpr auto kExtract = [](T a, uint32_t b, uint32_t c) -> T {
  constexpr uint32_t kBits = 8 * sizeof(T);
  using U = std::make_unsigned_t<T>;
  const uint32_t position = b & 0xff;
  const uint32_t length = c & 0xff;
  const auto bits = static_cast<U>(a);
  const U shifted = position < kBits ? bits >> position : 0;
  const U mask = length < kBits ? (U{1} << length) - 1 : ~U{0};
  if constexpr (std::is_signed_v<T>) {
    if (length == 0) {
      return 0;
    }
    const uint32_t top = position + length - 1 < kBits ? position + length - 1 : kBits - 1;
    const bool negative = (bits >> top & 1) != 0;
    const uint32_t taken =
        position < kBits ? (length < kBits - position ? length : kBits - position) : 0;
    const U fill = taken < kBits ? ~U{0} << taken : 0;
    const U field = shifted & mask;
    return static_cast<T>(negative ? (taken == 0 ? ~U{0} : field | fill) : field);
  } else {
    return shifted & mask;
  }
};
template <typename T>
uint64_t ofExtract(const Op*, const Bits* s) {
  if ((s[1].undefined | s[2].undefined) != 0) {
    return ~uint64_t{0};
  }
  return static_cast<uint64_t>(kExtract<T>(static_cast<T>(s[0].undefined),
                                           static_cast<uint32_t>(s[1].value),
                                           static_cast<uint32_t>(s[2].value)));
}
template <typename T>
constexpr Handler kExtractHandler =
    moveBits<kExtract<T>, ofExtract<T>, false, T, T, uint32_t, uint32_t>;

void lowerExtract(Lowering& l) {
  const Type type = l.type();
  const bool isWide = ptx::bitsOf(type) == 64;
  emitPlain(l,
            ptx::isSigned(type) ? isWide ? kExtractHandler<int64_t> : kExtractHandler<int32_t>
            : isWide ? kExtractHandler<uint64_t>
                                : kExtractHandler<uint32_t>,
            OpClass::kInteger, type, {type, Type::kU32, Type::kU32});
}

// a's lowest bits, at a place of b.
template <typename T>
constexpr auto kInsert = [](T a, T b, uint32_t c, uint32_t d) -> T {
  constexpr uint32_t kBits = 8 * sizeof(T);
  const uint32_t position = c & 0xff;
  const uint32_t length = d & 0xff;
  if (position >= kBits) {
    return b;
  }
  const T mask = (length < kBits ? (T{1} << length) - 1 : ~T{0}) << position;
  return (b & ~mask) | (a << position & mask);
};
template <typename T>
uint64_t ofInsert(const Op*, const Bits* s) {
  if ((s[2].undefined | s[3].undefined) != 0) {
    return ~uint64_t{0};
  }
  return kInsert<T>(static_cast<T>(s[0].undefined), static_cast<T>(s[1].undefined),
                    static_cast<uint32_t>(s[2].value), static_cast<uint32_t>(s[3].value));
}
template <typename T>
constexpr Handler kInsertHandler =
    moveBits<kInsert<T>, ofInsert<T>, false, T, T, T, uint32_t, uint32_t>;

void lowerInsert(Lowering& l) {
  const Type type = l.type();
  emitPlain(l, ptx::bitsOf(type) == 64 ? kInsertHandler<uint64_t> : kInsertHandler<uint32_t>,
            OpClass::kInteger, type, {type, type, Type::kU32, Type::kU32});
}

template <typename T>
constexpr auto kReverse = [](T x) -> T {
  constexpr T kAll = ~T{0};
  x = (x >> 1 & kAll / 3) | (x & kAll / 3) << 1;
  x = (x >> 2 & kAll / 5) | (x & kAll / 5) << 2;
  x = (x >> 4 & kAll / 17) | (x & kAll / 17) << 4;
  return sizeof(T) == 8 ? static_cast<T>(__builtin_bswap64(x))
                        : static_cast<T>(__builtin_bswap32(static_cast<uint32_t>(x)));
};
template <typename T>
uint64_t ofReverse(const Op*, const Bits* s) {
  return kReverse<T>(static_cast<T>(s[0].undefined));
}

void lowerReverse(Lowering& l) {
  const Type type = l.type();
  const bool isWide = ptx::bitsOf(type) == 64;
  emitPlain(l,
            isWide ? moveBits<kReverse<uint64_t>, ofReverse<uint64_t>, false, uint64_t, uint64_t>
                   : moveBits<kReverse<uint32_t>, ofReverse<uint32_t>, false, uint32_t, uint32_t>,
            OpClass::kInteger, type, 1);
}

// `length` ones from `position` on.
template <bool IsWrapped>
constexpr auto kMask = [](uint32_t a, uint32_t b) -> uint32_t {
  const uint32_t position = IsWrapped ? a & 31 : a;
  const uint32_t length = IsWrapped ? b & 31 : b;
  const uint32_t ones = length < 32 ? (uint32_t{1} << length) - 1 : ~uint32_t{0};
  return position < 32 ? ones << position : 0;
};

// Sign or zero extension from n bits.
template <bool IsWrapped, typename T>
constexpr auto kExtend = [](T a, uint32_t b) -> T {
  const uint32_t length = IsWrapped ? b & 31 : b;
  if (length >= 32) {
    return a;
  }
  if (length == 0) {
    return 0;
  }
  return static_cast<T>(static_cast<T>(static_cast<uint32_t>(a) << (32 - length)) >> (32 - length));
};

void lowerMask(Lowering& l) {
  const bool isWrapped = l.takeOneOf({"clamp", "wrap"}) == 1;
  const Type type = l.type();
  emitPlain(l,
            isWrapped ? compute<kMask<true>, uint32_t, uint32_t, uint32_t>
                      : compute<kMask<false>, uint32_t, uint32_t, uint32_t>,
            OpClass::kInteger, type, 2);
}

void lowerExtend(Lowering& l) {
  const bool isWrapped = l.takeOneOf({"clamp", "wrap"}) == 1;
  const Type type = l.type();
  const Handler handler =
      ptx::isSigned(type) ? isWrapped ? compute<kExtend<true, int32_t>, int32_t, int32_t, uint32_t>
                                      : compute<kExtend<false, int32_t>, int32_t, int32_t, uint32_t>
      : isWrapped ? compute<kExtend<true, uint32_t>, uint32_t, uint32_t, uint32_t>
                          : compute<kExtend<false, uint32_t>, uint32_t, uint32_t, uint32_t>;
  emitPlain(l, handler, OpClass::kInteger, type, {type, Type::kU32});
}

}  // namespace

void registerLogic(OpcodeTable& table) {
  table.add("and", lowerLogic<Logic::kAnd, kAnd, ofAnd>);
  table.add("or", lowerLogic<Logic::kOr, kOr, ofOr>);
  table.add("xor", lowerLogic<Logic::kXor, kXor, ofEither>);
  table.add("not", lowerNot);
  table.add("cnot", lowerIsZero);
  table.add("lop3", lowerLookUp);
  table.add("shl", lowerShiftLeft);
  table.add("shr", lowerShiftRight);
  table.add("shf", lowerFunnel);
  table.add("prmt", lowerPermute);
  table.add("bfe", lowerExtract);
  table.add("bfi", lowerInsert);
  table.add("brev", lowerReverse);
  table.add("bmsk", lowerMask);
  table.add("szext", lowerExtend);
}

}  // namespace gramian::machine::GRAMIAN_LANES
