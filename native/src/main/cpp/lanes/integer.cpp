// Integer arithmetic.
#include <bit>
#include <limits>
#include <type_traits>

#include "exec/fault.h"
#include "exec/opcodes.h"
#include "lanes/apply.h"
#include "lanes/arithmetic.h"

namespace gramian::machine::GRAMIAN_LANES {

namespace {

using ptx::Type;

// Wide enough that nothing promotes it to a signed type.
template <typename T>
using Unsigned = std::conditional_t<sizeof(T) == 8, uint64_t, uint32_t>;

template <typename T>
using Twice =
    std::conditional_t<sizeof(T) == 2, std::conditional_t<std::is_signed_v<T>, int32_t, uint32_t>,
                       std::conditional_t<std::is_signed_v<T>, int64_t, uint64_t>>;

constexpr auto kAdd = []<typename T>(T a, T b) -> T { return Unsigned<T>(a) + Unsigned<T>(b); };
constexpr auto kSub = []<typename T>(T a, T b) -> T { return Unsigned<T>(a) - Unsigned<T>(b); };
constexpr auto kMul = []<typename T>(T a, T b) -> T { return Unsigned<T>(a) * Unsigned<T>(b); };
constexpr auto kMad = []<typename T>(T a, T b, T c) -> T {
  return Unsigned<T>(a) * Unsigned<T>(b) + Unsigned<T>(c);
};
constexpr auto kMulHigh = []<typename T>(T a, T b) -> T {
  if constexpr (sizeof(T) == 8) {
    using Wide = std::conditional_t<std::is_signed_v<T>, __int128, unsigned __int128>;
    return static_cast<T>(static_cast<Wide>(a) * b >> 64);
  } else {
    return static_cast<T>(Twice<T>{a} * b >> (8 * sizeof(T)));
  }
};
constexpr auto kMadHigh = []<typename T>(T a, T b, T c) -> T {
  return Unsigned<T>(kMulHigh(a, b)) + Unsigned<T>(c);
};
constexpr auto kMulWide = []<typename T>(T a, T b) -> Twice<T> { return Twice<T>{a} * b; };
constexpr auto kMadWide = []<typename T>(T a, T b, Twice<T> c) -> Twice<T> {
  using U = Unsigned<Twice<T>>;
  return static_cast<Twice<T>>(U(Twice<T>{a} * b) + U(c));
};
constexpr auto kAddSaturated = [](int32_t a, int32_t b) -> int32_t {
  const int64_t sum = int64_t{a} + b;
  constexpr int64_t kLow = std::numeric_limits<int32_t>::min();
  constexpr int64_t kHigh = std::numeric_limits<int32_t>::max();
  return static_cast<int32_t>(sum < kLow ? kLow : sum > kHigh ? kHigh : sum);
};
constexpr auto kSubSaturated = [](int32_t a, int32_t b) -> int32_t {
  const int64_t sum = int64_t{a} - b;
  constexpr int64_t kLow = std::numeric_limits<int32_t>::min();
  constexpr int64_t kHigh = std::numeric_limits<int32_t>::max();
  return static_cast<int32_t>(sum < kLow ? kLow : sum > kHigh ? kHigh : sum);
};
constexpr auto kMadHighSaturated = [](int32_t a, int32_t b, int32_t c) -> int32_t {
  return kAddSaturated(kMulHigh(a, b), c);
};
constexpr auto kMin = []<typename T>(T a, T b) -> T { return a < b ? a : b; };
constexpr auto kMax = []<typename T>(T a, T b) -> T { return a > b ? a : b; };
constexpr auto kAbs = []<typename T>(T a) -> T { return a < 0 ? T(0 - Unsigned<T>(a)) : a; };
constexpr auto kNeg = []<typename T>(T a) -> T { return T(0 - Unsigned<T>(a)); };
constexpr auto kSad = []<typename T>(T a, T b, T c) -> T {
  return T((a < b ? Unsigned<T>(b) - Unsigned<T>(a) : Unsigned<T>(a) - Unsigned<T>(b)) +
           Unsigned<T>(c));
};

// The halves of a word, each by itself.
template <auto F, typename T>
struct Pairs {
  static constexpr auto kApply = [](uint32_t a, uint32_t b) -> uint32_t {
    const T low = F(static_cast<T>(a), static_cast<T>(b));
    const T high = F(static_cast<T>(a >> 16), static_cast<T>(b >> 16));
    return static_cast<uint16_t>(low) | uint32_t{static_cast<uint16_t>(high)} << 16;
  };
};
constexpr auto kClampedMin = [](int32_t a, int32_t b) { return kMax(kMin(a, b), 0); };
constexpr auto kClampedMax = [](int32_t a, int32_t b) { return kMax(kMax(a, b), 0); };
constexpr auto kClampedMin16 = [](int16_t a, int16_t b) -> int16_t {
  return kMax(kMin(a, b), int16_t{0});
};
constexpr auto kClampedMax16 = [](int16_t a, int16_t b) -> int16_t {
  return kMax(kMax(a, b), int16_t{0});
};

constexpr auto kMul24 = []<typename T>(T a, T b) -> int64_t {
  if constexpr (std::is_signed_v<T>) {
    return int64_t{static_cast<int32_t>(uint32_t(a) << 8) >> 8} *
           (static_cast<int32_t>(uint32_t(b) << 8) >> 8);
  } else {
    return static_cast<int64_t>(uint64_t{a & 0xffffffu} * (b & 0xffffffu));
  }
};
constexpr auto kMul24Low = []<typename T>(T a, T b) -> T { return static_cast<T>(kMul24(a, b)); };
constexpr auto kMul24High = []<typename T>(T a, T b) -> T {
  return static_cast<T>(kMul24(a, b) >> 16);
};
constexpr auto kMad24Low = []<typename T>(T a, T b, T c) -> T {
  return T(uint32_t(kMul24Low(a, b)) + uint32_t(c));
};
constexpr auto kMad24High = []<typename T>(T a, T b, T c) -> T {
  return T(uint32_t(kMul24High(a, b)) + uint32_t(c));
};
constexpr auto kMad24HighSaturated = [](int32_t a, int32_t b, int32_t c) -> int32_t {
  return kAddSaturated(kMul24High(a, b), c);
};

constexpr auto kPopulation = []<typename T>(T a) -> uint32_t {
  return static_cast<uint32_t>(std::popcount(a));
};
constexpr auto kLeadingZeros = []<typename T>(T a) -> uint32_t {
  return static_cast<uint32_t>(std::countl_zero(a));
};
// The place of the highest bit that differs from the sign, and the distance from the top to it.
template <bool IsDistance>
constexpr auto kFind = []<typename T>(T a) -> uint32_t {
  using U = std::make_unsigned_t<T>;
  const U bits = a < 0 ? ~static_cast<U>(a) : static_cast<U>(a);
  if (bits == 0) {
    return 0xffffffff;
  }
  const auto zeros = static_cast<uint32_t>(std::countl_zero(bits));
  return IsDistance ? zeros : static_cast<uint32_t>(8 * sizeof(T)) - 1 - zeros;
};
// The n-th set bit from a base, up or down.
constexpr auto kFindNth = [](uint32_t mask, uint32_t base, int32_t offset) -> uint32_t {
  if (base > 31) {
    return 0xffffffff;
  }
  if (offset == 0) {
    return (mask >> base & 1) != 0 ? base : 0xffffffff;
  }
  const int32_t step = offset > 0 ? 1 : -1;
  int32_t rest = offset > 0 ? offset : -offset;
  for (auto at = static_cast<int32_t>(base); at >= 0 && at < 32; at += step) {
    if ((mask >> at & 1) != 0 && --rest == 0) {
      return static_cast<uint32_t>(at);
    }
  }
  return 0xffffffff;
};

template <bool SignedA, bool SignedB>
constexpr auto kDot4 = [](uint32_t a, uint32_t b, uint32_t c) -> uint32_t {
  for (unsigned i = 0; i < 32; i += 8) {
    const int32_t x = SignedA ? int32_t{static_cast<int8_t>(a >> i)} : int32_t(a >> i & 0xff);
    const int32_t y = SignedB ? int32_t{static_cast<int8_t>(b >> i)} : int32_t(b >> i & 0xff);
    c += static_cast<uint32_t>(x * y);
  }
  return c;
};
template <bool SignedA, bool SignedB, bool IsHigh>
constexpr auto kDot2 = [](uint32_t a, uint32_t b, uint32_t c) -> uint32_t {
  for (unsigned i = 0; i < 2; ++i) {
    const uint32_t y = b >> (8 * i + (IsHigh ? 16 : 0));
    const uint32_t x = a >> (16 * i);
    c += (SignedA ? uint32_t(int32_t{static_cast<int16_t>(x)}) : x & 0xffff) *
         (SignedB ? uint32_t(int32_t{static_cast<int8_t>(y)}) : y & 0xff);
  }
  return c;
};

// ---- division

template <typename T, bool IsRemainder>
const Op* divide(Warp& warp, const Op* op, uint32_t active) {
  noteComputed<2>(warp, op, active);
  if constexpr (sizeof(T) == 8) {
    dropOrigin(warp, op->slot[0], active);
  }
  const T* a = warp.lanesOf<T>(op->slot[1]);
  const T* b = warp.lanesOf<T>(op->slot[2]);
  T results[kLanes];
  uint32_t zero = 0;
  forLanes(active, [&](unsigned i) {
    if (b[i] == 0) {
      zero |= uint32_t{1} << i;
    } else if (std::is_signed_v<T> && b[i] == T(-1)) {
      // The quotient of the least number does not fit.
      results[i] = IsRemainder ? T{0} : kNeg(a[i]);
    } else {
      results[i] = static_cast<T>(IsRemainder ? a[i] % b[i] : a[i] / b[i]);
    }
  });
  if (zero != 0) {
    failAny(warp, op, zero, CUDA_ERROR_LAUNCH_FAILED, "integer division by zero");
  }
  T* d = warp.lanesOf<T>(op->slot[0]);
  forLanes(active, [&](unsigned i) { d[i] = results[i]; });
  return op + 1;
}

// ---- the choice of a handler by type

template <typename Make>
Handler forTypes(Type type, Make make) {
  switch (type) {
    case Type::kU16:
    case Type::kB16:
      return make(uint16_t{});
    case Type::kU32:
    case Type::kB32:
      return make(uint32_t{});
    case Type::kU64:
    case Type::kB64:
      return make(uint64_t{});
    case Type::kS16:
      return make(int16_t{});
    case Type::kS32:
      return make(int32_t{});
    case Type::kS64:
      return make(int64_t{});
    default:
      return nullptr;
  }
}

template <auto F>
Handler unary(Type type) {
  return forTypes(type, []<typename T>(T) -> Handler { return compute<F, T, T>; });
}

template <auto F>
Handler binary(Type type) {
  return forTypes(type, []<typename T>(T) -> Handler { return compute<F, T, T, T>; });
}

template <auto F>
Handler ternary(Type type) {
  return forTypes(type, []<typename T>(T) -> Handler { return compute<F, T, T, T, T>; });
}

template <auto F>
Handler ordering(Type type) {
  return forTypes(type, []<typename T>(T) -> Handler { return order<F, T, T, T>; });
}

template <auto F>
Handler toWord(Type type) {
  return forTypes(type, []<typename T>(T) -> Handler { return compute<F, uint32_t, T>; });
}

Type twice(Type type) {
  switch (type) {
    case Type::kU16:
      return Type::kU32;
    case Type::kS16:
      return Type::kS32;
    case Type::kU32:
      return Type::kU64;
    default:
      return Type::kS64;
  }
}

constexpr auto kMulWideHandler = []<typename T>(T) -> Handler {
  if constexpr (sizeof(T) == 8) {
    return nullptr;
  } else {
    return compute<kMulWide, Twice<T>, T, T>;
  }
};

constexpr auto kMadWideHandler = []<typename T>(T) -> Handler {
  if constexpr (sizeof(T) == 8) {
    return nullptr;
  } else if constexpr (sizeof(T) == 4) {
    return computeAddress<kMadWide, 3, 3, Twice<T>, T, T, Twice<T>>;
  } else {
    return compute<kMadWide, Twice<T>, T, T, Twice<T>>;
  }
};

constexpr auto kSumHandler = []<typename T>(T) -> Handler {
  if constexpr (sizeof(T) == 8) {
    return computeAddress<kAdd, 1, 2, T, T, T>;
  } else {
    return compute<kAdd, T, T, T>;
  }
};

constexpr auto kDifferenceHandler = []<typename T>(T) -> Handler {
  if constexpr (sizeof(T) == 8) {
    return computeAddress<kSub, 1, 1, T, T, T>;
  } else {
    return compute<kSub, T, T, T>;
  }
};

constexpr auto kMadHandler = []<typename T>(T) -> Handler {
  if constexpr (sizeof(T) == 8) {
    return computeAddress<kMad, 3, 3, T, T, T, T>;
  } else {
    return compute<kMad, T, T, T, T>;
  }
};

Handler pairHandler(Arithmetic operation, const Modifiers& m, Type type) {
  const bool isSigned = type == Type::kS16x2;
  switch (operation) {
    case Arithmetic::kAdd:
      return compute<Pairs<kAdd, uint16_t>::kApply, uint32_t, uint32_t, uint32_t>;
    case Arithmetic::kMin:
      return m.relu     ? order<Pairs<kClampedMin16, int16_t>::kApply, uint32_t, uint32_t, uint32_t>
             : isSigned ? order<Pairs<kMin, int16_t>::kApply, uint32_t, uint32_t, uint32_t>
                        : order<Pairs<kMin, uint16_t>::kApply, uint32_t, uint32_t, uint32_t>;
    case Arithmetic::kMax:
      return m.relu     ? order<Pairs<kClampedMax16, int16_t>::kApply, uint32_t, uint32_t, uint32_t>
             : isSigned ? order<Pairs<kMax, int16_t>::kApply, uint32_t, uint32_t, uint32_t>
                        : order<Pairs<kMax, uint16_t>::kApply, uint32_t, uint32_t, uint32_t>;
    default:
      return nullptr;
  }
}

Handler saturatedHandler(Arithmetic operation, const Modifiers& m) {
  switch (operation) {
    case Arithmetic::kAdd:
      return compute<kAddSaturated, int32_t, int32_t, int32_t>;
    case Arithmetic::kSub:
      return compute<kSubSaturated, int32_t, int32_t, int32_t>;
    case Arithmetic::kMad:
      return m.high ? compute<kMadHighSaturated, int32_t, int32_t, int32_t, int32_t> : nullptr;
    default:
      return nullptr;
  }
}

Handler integerHandler(Arithmetic operation, const Modifiers& m, Type type) {
  switch (operation) {
    case Arithmetic::kAdd:
      return forTypes(type, kSumHandler);
    case Arithmetic::kSub:
      return forTypes(type, kDifferenceHandler);
    case Arithmetic::kMul:
      return m.wide   ? forTypes(type, kMulWideHandler)
             : m.high ? binary<kMulHigh>(type)
                      : binary<kMul>(type);
    case Arithmetic::kMad:
      return m.wide   ? forTypes(type, kMadWideHandler)
             : m.high ? ternary<kMadHigh>(type)
                      : forTypes(type, kMadHandler);
    case Arithmetic::kDiv:
      return forTypes(type, []<typename T>(T) -> Handler { return divide<T, false>; });
    case Arithmetic::kMin:
      return m.relu ? order<kClampedMin, int32_t, int32_t, int32_t> : ordering<kMin>(type);
    case Arithmetic::kMax:
      return m.relu ? order<kClampedMax, int32_t, int32_t, int32_t> : ordering<kMax>(type);
    case Arithmetic::kAbs:
      return unary<kAbs>(type);
    default:
      return unary<kNeg>(type);
  }
}

unsigned sourcesOf(Arithmetic operation) {
  switch (operation) {
    case Arithmetic::kMad:
      return 3;
    case Arithmetic::kAbs:
    case Arithmetic::kNeg:
      return 1;
    default:
      return 2;
  }
}

void lowerRemainder(Lowering& l) {
  const Type type = l.type();
  const Handler handler = forTypes(type, []<typename T>(T) -> Handler { return divide<T, true>; });
  if (handler == nullptr) {
    failType(l, type);
  }
  emitPlain(l, handler, OpClass::kInteger, type, 2);
}

void lowerSad(Lowering& l) {
  const Type type = l.type();
  const Handler handler = ternary<kSad>(type);
  if (handler == nullptr) {
    failType(l, type);
  }
  emitPlain(l, handler, OpClass::kInteger, type, 3);
}

void lowerMul24(Lowering& l) {
  const Modifiers m = readModifiers(l);
  const Type type = l.type();
  const bool isSigned = type == Type::kS32;
  emitPlain(l,
            m.high     ? isSigned ? compute<kMul24High, int32_t, int32_t, int32_t>
                                  : compute<kMul24High, uint32_t, uint32_t, uint32_t>
                : isSigned ? compute<kMul24Low, int32_t, int32_t, int32_t>
                       : compute<kMul24Low, uint32_t, uint32_t, uint32_t>,
            OpClass::kInteger, type, 2);
}

void lowerMad24(Lowering& l) {
  Modifiers m = readModifiers(l);
  const Type type = l.type();
  const bool isSigned = type == Type::kS32;
  emitPlain(l,
            m.saturate ? compute<kMad24HighSaturated, int32_t, int32_t, int32_t, int32_t>
            : m.high   ? isSigned ? compute<kMad24High, int32_t, int32_t, int32_t, int32_t>
                                  : compute<kMad24High, uint32_t, uint32_t, uint32_t, uint32_t>
              : isSigned ? compute<kMad24Low, int32_t, int32_t, int32_t, int32_t>
                       : compute<kMad24Low, uint32_t, uint32_t, uint32_t, uint32_t>,
            OpClass::kInteger, type, 3);
}

// From bits of 32 or 64 to a word.
template <auto F>
void lowerToWord(Lowering& l) {
  const Type type = l.type();
  const Handler handler =
      ptx::bitsOf(type) == 64 ? compute<F, uint32_t, uint64_t> : compute<F, uint32_t, uint32_t>;
  emitPlain(l, handler, OpClass::kInteger, Type::kU32, {type});
}

void lowerFind(Lowering& l) {
  const bool isDistance = l.take("shiftamt");
  const Type type = l.type();
  const Handler handler = isDistance ? toWord<kFind<true>>(type) : toWord<kFind<false>>(type);
  if (handler == nullptr) {
    failType(l, type);
  }
  emitPlain(l, handler, OpClass::kInteger, Type::kU32, {type});
}

void lowerFindNth(Lowering& l) {
  l.type();
  emitPlain(l, compute<kFindNth, uint32_t, uint32_t, uint32_t, int32_t>, OpClass::kInteger,
            Type::kB32, {Type::kB32, Type::kB32, Type::kS32});
}

template <template <bool, bool> typename Choice>
Handler bySigns(bool a, bool b) {
  return a   ? b ? Choice<true, true>::kHandler : Choice<true, false>::kHandler
         : b ? Choice<false, true>::kHandler
             : Choice<false, false>::kHandler;
}

template <bool A, bool B>
struct Dot4Choice {
  static constexpr Handler kHandler = compute<kDot4<A, B>, uint32_t, uint32_t, uint32_t, uint32_t>;
};
template <bool A, bool B>
struct Dot2LowChoice {
  static constexpr Handler kHandler =
      compute<kDot2<A, B, false>, uint32_t, uint32_t, uint32_t, uint32_t>;
};
template <bool A, bool B>
struct Dot2HighChoice {
  static constexpr Handler kHandler =
      compute<kDot2<A, B, true>, uint32_t, uint32_t, uint32_t, uint32_t>;
};

void lowerDot4(Lowering& l) {
  const bool a = ptx::isSigned(l.type());
  const bool b = ptx::isSigned(l.type());
  emitPlain(l, bySigns<Dot4Choice>(a, b), OpClass::kInteger, Type::kB32, 3);
}

void lowerDot2(Lowering& l) {
  const bool isHigh = l.takeOneOf({"lo", "hi"}) == 1;
  const bool a = ptx::isSigned(l.type());
  const bool b = ptx::isSigned(l.type());
  emitPlain(l, isHigh ? bySigns<Dot2HighChoice>(a, b) : bySigns<Dot2LowChoice>(a, b),
            OpClass::kInteger, Type::kB32, 3);
}

}  // namespace

void lowerInteger(Lowering& l, Arithmetic operation, const Modifiers& m, Type type) {
  if (m.hasRounding || m.flush || m.approximate || m.full || m.nan || m.xorSign || m.finite) {
    l.fail("has a modifier that integers do not take");
  }
  if (m.carry) {
    lowerCarry(l, operation, m, type, false);
    return;
  }
  const bool isPair = type == Type::kU16x2 || type == Type::kS16x2;
  const Handler handler = isPair       ? pairHandler(operation, m, type)
                          : m.saturate ? saturatedHandler(operation, m)
                                       : integerHandler(operation, m, type);
  if (handler == nullptr || (m.saturate && type != Type::kS32)) {
    failType(l, type);
  }
  if (m.wide && operation == Arithmetic::kMad) {
    emitPlain(l, handler, OpClass::kInteger, twice(type), {type, type, twice(type)});
  } else if (m.wide) {
    emitPlain(l, handler, OpClass::kInteger, twice(type), {type, type});
  } else {
    emitPlain(l, handler, OpClass::kInteger, type, sourcesOf(operation));
  }
}

void registerInteger(OpcodeTable& table) {
  table.add("rem", lowerRemainder);
  table.add("sad", lowerSad);
  table.add("mul24", lowerMul24);
  table.add("mad24", lowerMad24);
  table.add("popc", lowerToWord<kPopulation>);
  table.add("clz", lowerToWord<kLeadingZeros>);
  table.add("bfind", lowerFind);
  table.add("fns", lowerFindNth);
  table.add("dp4a", lowerDot4);
  table.add("dp2a", lowerDot2);
}

}  // namespace gramian::machine::GRAMIAN_LANES
