// Comparisons and selections.
#include <type_traits>

#include "arith/half.h"
#include "exec/kernel.h"
#include "exec/opcodes.h"
#include "lanes/apply.h"
#include "lanes/arithmetic.h"
#include "lanes/floating.h"

namespace gramian::machine::GRAMIAN_LANES {

namespace {

using ptx::Type;

enum class Comparison : uint8_t {
  kEq,
  kNe,
  kLt,
  kLe,
  kGt,
  kGe,
  // True where an operand is not a number.
  kEqu,
  kNeu,
  kLtu,
  kLeu,
  kGtu,
  kGeu,
  kNum,
  kNan,
};

Comparison comparisonOf(Lowering& l) {
  const int i = l.takeOneOf({"eq", "ne", "lt", "le", "gt", "ge", "equ", "neu", "ltu", "leu", "gtu",
                             "geu", "num", "nan", "lo", "ls", "hi", "hs"});
  if (i < 0) {
    l.fail("has no comparison");
  }
  constexpr Comparison kUnsigned[] = {Comparison::kLt, Comparison::kLe, Comparison::kGt,
                                      Comparison::kGe};
  return i < 14 ? static_cast<Comparison>(i) : kUnsigned[i - 14];
}

// The number that a register holds, for comparisons.
struct F16 {
  uint16_t bits;
};
struct Bf16 {
  uint16_t bits;
};

template <bool Flush, typename T>
[[gnu::always_inline]] inline auto numberOf(T x) {
  if constexpr (std::is_same_v<T, F16>) {
    return flushed<Flush>(arith::halfToFloat(x.bits));
  } else if constexpr (std::is_same_v<T, Bf16>) {
    return flushed<Flush>(arith::bfloatToFloat(x.bits));
  } else if constexpr (std::is_same_v<T, float>) {
    return flushed<Flush>(x);
  } else {
    return x;
  }
}

template <Comparison C, typename T>
[[gnu::always_inline]] inline bool holds(T a, T b) {
  switch (C) {
    case Comparison::kEq:
      return a == b;
    case Comparison::kNe:
      // Of what is not a number, nothing but the comparisons that end in u is true.
      return std::is_floating_point_v<T> ? a < b || a > b : a != b;
    case Comparison::kLt:
      return a < b;
    case Comparison::kLe:
      return a <= b;
    case Comparison::kGt:
      return a > b;
    case Comparison::kGe:
      return a >= b;
    case Comparison::kEqu:
      return !(a < b || a > b);
    case Comparison::kNeu:
      return !(a == b);
    case Comparison::kLtu:
      return !(a >= b);
    case Comparison::kLeu:
      return !(a > b);
    case Comparison::kGtu:
      return !(a <= b);
    case Comparison::kGeu:
      return !(a < b);
    case Comparison::kNum:
      return a == a && b == b;
    default:
      return !(a == a && b == b);
  }
}

template <Comparison C, bool Flush, typename T>
[[gnu::always_inline]] inline uint32_t compareLanes(Warp& warp, const Op* op) {
  const T* a = warp.lanesOf<T>(op->slot[1]);
  const T* b = warp.lanesOf<T>(op->slot[2]);
  uint32_t bits = 0;
  for (unsigned i = 0; i < kLanes; ++i) {
    const bool truth = holds<C>(numberOf<Flush>(a[i]), numberOf<Flush>(b[i]));
    bits |= truth ? uint32_t{1} << i : 0;
  }
  return bits;
}

template <Comparison C, bool Flush, typename T>
const Op* compare(Warp& warp, const Op* op, uint32_t active) {
  if (anyUndefined<2>(warp, op)) [[unlikely]] {
    markComputed(warp, op, active, 2);
  }
  setPredicate(warp, op->slot[0], compareLanes<C, Flush, T>(warp, op), active);
  return op + 1;
}

// Op::variant of the following: how the comparison goes together with another predicate.
enum class Combination : uint8_t { kNone, kAnd, kOr, kXor };
constexpr uint8_t kNegated = 4;  // the other predicate is

uint32_t combined(Warp& warp, const Op* op, uint32_t truth) {
  const auto combination = static_cast<Combination>(op->variant & 3);
  if (combination == Combination::kNone) {
    return truth;
  }
  const uint32_t other =
      warp.predicate(op->slot[4]) ^ ((op->variant & kNegated) != 0 ? kAllLanes : 0);
  return combination == Combination::kAnd  ? truth & other
         : combination == Combination::kOr ? truth | other
                                           : truth ^ other;
}

// `unknown`: lanes whose comparison has an undefined operand.
void setCombined(Warp& warp, const Op* op, Slot d, uint32_t truth, uint32_t unknown,
                 uint32_t active) {
  const bool isAlone = op->slot[4] == kNoSlot;
  const SlotState other = isAlone ? SlotState{} : warp.state(op->slot[4]);
  const uint32_t otherTruth =
      isAlone ? 0 : warp.predicate(op->slot[4]) ^ ((op->variant & kNegated) != 0 ? kAllLanes : 0);
  const uint32_t value = combined(warp, op, truth);
  // One side of "and" or "or" can decide whatever the other is.
  const auto combination = static_cast<Combination>(op->variant & 3);
  const auto decided = [&](uint32_t side) {
    return combination == Combination::kAnd ? ~side : combination == Combination::kOr ? side : 0;
  };
  const uint32_t undefined = ((other.undefined & (unknown | ~decided(truth))) |
                              (unknown & (other.undefined | ~decided(otherTruth)))) &
                             active;
  SlotState& state = warp.state(d);
  state.undefined = (state.undefined & ~active) | undefined;
  state.computed = (state.computed & ~active) | undefined;
  if (undefined != 0) {
    state.computedAt = (unknown & undefined) != 0
                           ? static_cast<uint32_t>(op - warp.kernel->ops.data())
                           : other.computedAt;
  }
  setPredicate(warp, d, value, active);
}

// slot[3] is the second destination or kNoSlot, slot[4] the other predicate or kNoSlot.
template <Comparison C, bool Flush, typename T>
const Op* compareAndCombine(Warp& warp, const Op* op, uint32_t active) {
  const uint32_t unknown =
      (warp.state(op->slot[1]).undefined | warp.state(op->slot[2]).undefined) & active;
  const uint32_t truth = compareLanes<C, Flush, T>(warp, op);
  // The destinations may be the place of the other predicate.
  const uint32_t opposite = combined(warp, op, ~truth);
  const Slot second = op->slot[3];
  if (second != kNoSlot) {
    SlotState& state = warp.state(second);
    const SlotState other = op->slot[4] == kNoSlot ? SlotState{} : warp.state(op->slot[4]);
    if (op->slot[0] != kNoSlot) {
      setCombined(warp, op, op->slot[0], truth, unknown, active);
    }
    const uint32_t undefined = (other.undefined | unknown) & active;
    state.undefined = (state.undefined & ~active) | undefined;
    state.computed = (state.computed & ~active) | undefined;
    setPredicate(warp, second, opposite, active);
  } else {
    setCombined(warp, op, op->slot[0], truth, unknown, active);
  }
  return op + 1;
}

// set: all ones or 1.0. The bits of "true" are Op::immediate; slot[0] is 16 or 32 bits wide.
template <typename D>
const Op* spread(Warp& warp, const Op* op, uint32_t active) {
  const uint32_t truth = warp.predicate(op->slot[1]);
  moveUndefined(warp, op->slot[0], op->slot[1], active);
  D* d = warp.lanesOf<D>(op->slot[0]);
  forLanes(active, [&](unsigned i) {
    d[i] = (truth >> i & 1) != 0 ? static_cast<D>(op->immediate) : D{0};
  });
  return op + 1;
}

// ---- the choice of a handler

struct Handlers {
  Handler plain;
  Handler combining;
};

template <bool Flush, typename T>
Handlers handlersOf(Comparison comparison) {
#define GRAMIAN_CASE(c) \
  case Comparison::c:   \
    return { compare<Comparison::c, Flush, T>, compareAndCombine<Comparison::c, Flush, T> }
  switch (comparison) {
    GRAMIAN_CASE(kEq);
    GRAMIAN_CASE(kNe);
    GRAMIAN_CASE(kLt);
    GRAMIAN_CASE(kLe);
    GRAMIAN_CASE(kGt);
    GRAMIAN_CASE(kGe);
    default:
      break;
  }
  if constexpr (!std::is_integral_v<T>) {
    switch (comparison) {
      GRAMIAN_CASE(kEqu);
      GRAMIAN_CASE(kNeu);
      GRAMIAN_CASE(kLtu);
      GRAMIAN_CASE(kLeu);
      GRAMIAN_CASE(kGtu);
      GRAMIAN_CASE(kGeu);
      GRAMIAN_CASE(kNum);
      GRAMIAN_CASE(kNan);
      default:
        break;
    }
  }
#undef GRAMIAN_CASE
  return {};
}

template <bool Flush>
Handlers floatHandlers(Comparison comparison, Type type) {
  switch (type) {
    case Type::kF16:
      return handlersOf<Flush, F16>(comparison);
    case Type::kBf16:
      return handlersOf<Flush, Bf16>(comparison);
    case Type::kF64:
      return handlersOf<false, double>(comparison);
    default:
      return handlersOf<Flush, float>(comparison);
  }
}

Handlers handlersOf(Comparison comparison, Type type, bool flush) {
  switch (type) {
    case Type::kB16:
    case Type::kU16:
      return handlersOf<false, uint16_t>(comparison);
    case Type::kB32:
    case Type::kU32:
      return handlersOf<false, uint32_t>(comparison);
    case Type::kB64:
    case Type::kU64:
      return handlersOf<false, uint64_t>(comparison);
    case Type::kS16:
      return handlersOf<false, int16_t>(comparison);
    case Type::kS32:
      return handlersOf<false, int32_t>(comparison);
    case Type::kS64:
      return handlersOf<false, int64_t>(comparison);
    case Type::kF16:
    case Type::kBf16:
    case Type::kF32:
    case Type::kF64:
      return flush ? floatHandlers<true>(comparison, type) : floatHandlers<false>(comparison, type);
    default:
      return {};
  }
}

Combination combinationOf(Lowering& l) {
  return static_cast<Combination>(l.takeOneOf({"and", "or", "xor"}) + 1);
}

// Comparisons of pairs: of each half by itself, the lower one first.
struct PairComparison {
  Comparison comparison;
  bool isBf16;
  bool flush;
};

uint32_t compareHalves(const PairComparison& c, const uint32_t* a, const uint32_t* b,
                       unsigned half) {
  uint32_t bits = 0;
  for (unsigned i = 0; i < kLanes; ++i) {
    const auto number = [&](uint32_t word) {
      const auto x = static_cast<uint16_t>(word >> (16 * half));
      // Flushing makes no difference but against zero; a float of such a number is normal.
      const bool isTiny = c.flush && (x & (c.isBf16 ? 0x7f80 : 0x7c00)) == 0;
      return isTiny ? 0.0f : c.isBf16 ? arith::bfloatToFloat(x) : arith::halfToFloat(x);
    };
    const float x = number(a[i]);
    const float y = number(b[i]);
    const bool less = x < y;
    const bool equal = x == y;
    const bool greater = x > y;
    const bool unordered = !less && !equal && !greater;
    bool truth = false;
    switch (c.comparison) {
      case Comparison::kEq:
        truth = equal;
        break;
      case Comparison::kNe:
        truth = less || greater;
        break;
      case Comparison::kLt:
        truth = less;
        break;
      case Comparison::kLe:
        truth = less || equal;
        break;
      case Comparison::kGt:
        truth = greater;
        break;
      case Comparison::kGe:
        truth = greater || equal;
        break;
      case Comparison::kEqu:
        truth = equal || unordered;
        break;
      case Comparison::kNeu:
        truth = !equal;
        break;
      case Comparison::kLtu:
        truth = less || unordered;
        break;
      case Comparison::kLeu:
        truth = !greater;
        break;
      case Comparison::kGtu:
        truth = greater || unordered;
        break;
      case Comparison::kGeu:
        truth = !less;
        break;
      case Comparison::kNum:
        truth = !unordered;
        break;
      default:
        truth = unordered;
    }
    bits |= uint32_t{truth} << i;
  }
  return bits;
}

const Op* comparePairs(Warp& warp, const Op* op, uint32_t active) {
  refuseUndefined(warp, op, active, 2, "a comparison");
  const auto& c = *static_cast<const PairComparison*>(op->more);
  const uint32_t* a = warp.lanesOf<uint32_t>(op->slot[1]);
  const uint32_t* b = warp.lanesOf<uint32_t>(op->slot[2]);
  const uint32_t low = compareHalves(c, a, b, 0);
  const uint32_t high = combined(warp, op, compareHalves(c, a, b, 1));
  setCombined(warp, op, op->slot[0], low, 0, active);
  if (op->slot[3] != kNoSlot) {
    setDefined(warp, op->slot[3], active);
    setPredicate(warp, op->slot[3], high, active);
  }
  return op + 1;
}

bool isPair(Type type) { return type == Type::kF16x2 || type == Type::kBf16x2; }

// set of pairs: both halves into one word.
const Op* spreadPairs(Warp& warp, const Op* op, uint32_t active) {
  refuseUndefined(warp, op, active, 2, "a comparison");
  setDefined(warp, op->slot[0], active);
  const auto& c = *static_cast<const PairComparison*>(op->more);
  const uint32_t* a = warp.lanesOf<uint32_t>(op->slot[1]);
  const uint32_t* b = warp.lanesOf<uint32_t>(op->slot[2]);
  const uint32_t low = combined(warp, op, compareHalves(c, a, b, 0));
  const uint32_t high = combined(warp, op, compareHalves(c, a, b, 1));
  uint32_t* d = warp.lanesOf<uint32_t>(op->slot[0]);
  const auto truth = static_cast<uint32_t>(op->immediate);
  forLanes(active, [&](unsigned i) {
    d[i] = ((low >> i & 1) != 0 ? truth : 0) | ((high >> i & 1) != 0 ? truth << 16 : 0);
  });
  return op + 1;
}

// What setp and set have in common: fills in an op of comparison, whose first source is operand
// `first`.
void fillComparison(Lowering& l, Op& op, Type type, size_t first, Combination combination) {
  op.slot[1] = l.source(first, type);
  op.slot[2] = l.source(first + 1, type);
  op.slot[3] = kNoSlot;
  op.slot[4] = kNoSlot;
  op.variant = static_cast<uint8_t>(combination);
  if (combination != Combination::kNone) {
    bool negated = false;
    op.slot[4] = l.predicate(first + 2, negated);
    op.variant = static_cast<uint8_t>(op.variant | (negated ? kNegated : 0));
  }
}

bool isSink(Lowering& l, size_t i) { return l.operand(i).kind == ptx::Operand::Kind::kSink; }

void lowerSetPredicate(Lowering& l) {
  const Comparison comparison = comparisonOf(l);
  const Combination combination = combinationOf(l);
  const bool flush = l.take("ftz");
  const Type type = l.type();
  l.finish();
  const bool hasSecond = l.instruction().hasPairedDestination;
  const size_t first = hasSecond ? 2 : 1;
  if (isPair(type)) {
    Op& op = l.emit(comparePairs, OpClass::kPredicate);
    fillComparison(l, op, type, first, combination);
    op.slot[0] = l.predicateDestination(0);
    if (hasSecond && !isSink(l, 1)) {
      op.slot[3] = l.predicateDestination(1);
    }
    op.more = l.keep(PairComparison{comparison, type == Type::kBf16x2, flush});
    return;
  }
  const Handlers handlers = handlersOf(comparison, type, flush);
  if (handlers.plain == nullptr) {
    failType(l, type);
  }
  const bool isPlain = !hasSecond && combination == Combination::kNone;
  Op& op = l.emit(isPlain ? handlers.plain : handlers.combining, OpClass::kPredicate);
  fillComparison(l, op, type, first, combination);
  op.slot[0] = isSink(l, 0) ? kNoSlot : l.predicateDestination(0);
  if (hasSecond && !isSink(l, 1)) {
    op.slot[3] = l.predicateDestination(1);
  } else if (op.slot[0] == kNoSlot) {
    op.slot[0] = l.temporary(Type::kPred);
  }
}

void lowerSet(Lowering& l) {
  const Comparison comparison = comparisonOf(l);
  const Combination combination = combinationOf(l);
  const bool flush = l.take("ftz");
  const Type to = l.type();
  const Type type = l.type();
  l.finish();
  const uint64_t truth = to == Type::kF32                           ? 0x3f800000
                         : to == Type::kF16 || to == Type::kF16x2   ? 0x3c00
                         : to == Type::kBf16 || to == Type::kBf16x2 ? 0x3f80
                         : isPair(type)                             ? 0xffff
                                                                    : 0xffffffff;
  if (isPair(type)) {
    Op& op = l.emit(spreadPairs, OpClass::kPredicate);
    fillComparison(l, op, type, 1, combination);
    op.slot[0] = l.destination(0, to);
    op.immediate = truth;
    op.more = l.keep(PairComparison{comparison, type == Type::kBf16x2, flush});
    return;
  }
  const Handlers handlers = handlersOf(comparison, type, flush);
  if (handlers.plain == nullptr) {
    failType(l, type);
  }
  const Slot p = l.temporary(Type::kPred);
  Op& op = l.emit(handlers.combining, OpClass::kPredicate);
  fillComparison(l, op, type, 1, combination);
  op.slot[0] = p;
  Op& move = l.emit(ptx::bitsOf(to) == 16 ? spread<uint16_t> : spread<uint32_t>, OpClass::kMove);
  move.slot[0] = l.destination(0, to);
  move.slot[1] = p;
  move.immediate = truth;
}

// ---- selections

template <typename T>
const Op* select(Warp& warp, const Op* op, uint32_t active) {
  const uint32_t p = warp.predicate(op->slot[3]) ^ (op->variant != 0 ? kAllLanes : 0);
  if ((warp.state(op->slot[3]).undefined & active) != 0) [[unlikely]] {
    markComputed(warp, op, active, 3);
  } else {
    // In two steps: a destination may be the place of the second source.
    const SlotState before = warp.state(op->slot[0]);
    if ((before.undefined | warp.state(op->slot[1]).undefined |
         warp.state(op->slot[2]).undefined) != 0) [[unlikely]] {
      if (op->slot[0] == op->slot[1]) {
        moveUndefined(warp, op->slot[0], op->slot[2], active & ~p);
      } else {
        moveUndefined(warp, op->slot[0], op->slot[2], active & ~p);
        moveUndefined(warp, op->slot[0], op->slot[1], active & p);
      }
    }
  }
  if constexpr (sizeof(T) == 8) {
    const SlotState a = warp.state(op->slot[1]);
    const SlotState b = warp.state(op->slot[2]);
    SlotState& d = warp.state(op->slot[0]);
    const uint32_t lanesA = a.originLanes & active & p;
    const uint32_t lanesB = b.originLanes & active & ~p;
    const uint32_t origin = lanesA != 0 ? a.origin : b.origin;
    const uint32_t lanes = lanesA | (lanesA == 0 || b.origin == origin ? lanesB : 0);
    const uint32_t kept = d.originLanes & ~active;
    d.originLanes = kept != 0 && d.origin == origin ? kept | lanes : lanes;
    d.origin = origin;
  }
  using Bits = std::conditional_t<sizeof(T) == 8, uint64_t, uint32_t>;
  const T* a = warp.lanesOf<T>(op->slot[1]);
  const T* b = warp.lanesOf<T>(op->slot[2]);
  T* d = warp.lanesOf<T>(op->slot[0]);
  if (active == kAllLanes) [[likely]] {
#pragma GCC ivdep
    for (unsigned i = 0; i < kLanes; ++i) {
      d[i] = (Bits{p} >> i & 1) != 0 ? a[i] : b[i];
    }
  } else {
    T results[kLanes];
    for (unsigned i = 0; i < kLanes; ++i) {
      results[i] = (Bits{p} >> i & 1) != 0 ? a[i] : b[i];
    }
    storeLanes(d, results, active);
  }
  return op + 1;
}

void lowerSelect(Lowering& l) {
  const Type type = l.type();
  l.finish();
  const unsigned bits = ptx::bitsOf(type);
  const Handler handler = bits == 16   ? select<uint16_t>
                          : bits == 32 ? select<uint32_t>
                          : bits == 64 ? select<uint64_t>
                                       : nullptr;
  if (handler == nullptr) {
    failType(l, type);
  }
  bool negated = false;
  Op& op = l.emit(handler, OpClass::kMove);
  op.slot[1] = l.source(1, type);
  op.slot[2] = l.source(2, type);
  op.slot[3] = l.predicate(3, negated);
  op.slot[0] = l.destination(0, type);
  op.variant = negated ? 1 : 0;
}

// slct: a where c >= 0.
constexpr auto kSelectBySign = []<typename T>(T a, T b, int32_t c) { return c >= 0 ? a : b; };
constexpr auto kSelectByFloat = []<typename T>(T a, T b, float c) { return c >= 0 ? a : b; };
constexpr auto kSelectByFlushed = []<typename T>(T a, T b, float c) {
  return flushed<true>(c) >= 0 ? a : b;
};

template <typename T>
Handler selectBySign(bool isFloat, bool flush) {
  return !isFloat ? compute<kSelectBySign, T, T, T, int32_t>
         : flush  ? compute<kSelectByFlushed, T, T, T, float>
                  : compute<kSelectByFloat, T, T, T, float>;
}

void lowerSelectBySign(Lowering& l) {
  const bool flush = l.take("ftz");
  const Type type = l.type();
  const Type by = l.type();
  const unsigned bits = ptx::bitsOf(type);
  emitPlain(l,
            bits == 16   ? selectBySign<uint16_t>(by == Type::kF32, flush)
            : bits == 32 ? selectBySign<uint32_t>(by == Type::kF32, flush)
                         : selectBySign<uint64_t>(by == Type::kF32, flush),
            OpClass::kMove, type, {type, type, by});
}

}  // namespace

void registerCompare(OpcodeTable& table) {
  table.add("setp", lowerSetPredicate);
  table.add("set", lowerSet);
  table.add("selp", lowerSelect);
  table.add("slct", lowerSelectBySign);
}

}  // namespace gramian::machine::GRAMIAN_LANES
