// Arithmetic of f32 and f64. What kernels' inner loops have is here as loops over lanes; the rest,
// with other roundings, goes through arith.
#include <cmath>

#include "arith/approximate.h"
#include "arith/rounded.h"
#include "exec/opcodes.h"
#include "lanes/apply.h"
#include "lanes/arithmetic.h"
#include "lanes/floating.h"

namespace gramian::machine::GRAMIAN_LANES {

namespace {

using arith::Approximation;
using arith::FloatOperation;
using ptx::Type;

template <bool Flush>
constexpr auto kAdd = [](float a, float b) {
  return flushed<Flush>(canonical(flushed<Flush>(a) + flushed<Flush>(b)));
};
template <bool Flush>
constexpr auto kSub = [](float a, float b) {
  return flushed<Flush>(canonical(flushed<Flush>(a) - flushed<Flush>(b)));
};
template <bool Flush>
constexpr auto kMul = [](float a, float b) {
  return flushed<Flush>(canonical(flushed<Flush>(a) * flushed<Flush>(b)));
};
template <bool Flush>
constexpr auto kFma = [](float a, float b, float c) {
  return flushed<Flush>(
      canonical(__builtin_fmaf(flushed<Flush>(a), flushed<Flush>(b), flushed<Flush>(c))));
};
template <bool Flush>
constexpr auto kDiv = [](float a, float b) {
  return flushed<Flush>(canonical(flushed<Flush>(a) / flushed<Flush>(b)));
};
template <bool Flush>
constexpr auto kAbs = [](float a) {
  return flushed<Flush>(std::bit_cast<float>(std::bit_cast<uint32_t>(a) & 0x7fffffffu));
};
template <bool Flush>
constexpr auto kNeg = [](float a) {
  return flushed<Flush>(std::bit_cast<float>(std::bit_cast<uint32_t>(a) ^ 0x80000000u));
};

// Minus zero is less than zero; with Nan, what is not a number wins, else it loses.
template <bool IsMax, bool Nan>
constexpr auto kExtremeOf = [](float a, float b) {
  const auto x = std::bit_cast<uint32_t>(a);
  const auto y = std::bit_cast<uint32_t>(b);
  float r = IsMax ? (a > b ? a : b) : (a < b ? a : b);
  r = a == b ? std::bit_cast<float>(IsMax ? x & y : x | y) : r;
  if constexpr (Nan) {
    r = a != a || b != b ? std::bit_cast<float>(0x7fffffffu) : r;
  } else {
    r = b != b ? a : r;
    r = a != a ? b : r;
  }
  return canonical(r);
};
template <bool IsMax, bool Flush, bool Nan, bool XorSign>
constexpr auto kExtreme = [](float a, float b) {
  a = flushed<Flush>(a);
  b = flushed<Flush>(b);
  if constexpr (XorSign) {
    const uint32_t sign = (std::bit_cast<uint32_t>(a) ^ std::bit_cast<uint32_t>(b)) & 0x80000000u;
    const float r = kExtremeOf<IsMax, Nan>(kAbs<false>(a), kAbs<false>(b));
    return r == r ? std::bit_cast<float>(std::bit_cast<uint32_t>(r) | sign) : r;
  } else {
    return kExtremeOf<IsMax, Nan>(a, b);
  }
};

constexpr auto kAdd64 = [](double a, double b) { return a + b; };
constexpr auto kSub64 = [](double a, double b) { return a - b; };
constexpr auto kMul64 = [](double a, double b) { return a * b; };
constexpr auto kFma64 = [](double a, double b, double c) { return __builtin_fma(a, b, c); };
constexpr auto kDiv64 = [](double a, double b) { return a / b; };
constexpr auto kReciprocalRoot64 = [](double a) { return 1 / __builtin_sqrt(a); };
constexpr auto kAbs64 = [](double a) { return __builtin_fabs(a); };
constexpr auto kNeg64 = [](double a) { return -a; };
template <bool IsMax>
constexpr auto kExtreme64 = [](double a, double b) {
  const auto x = std::bit_cast<uint64_t>(a);
  const auto y = std::bit_cast<uint64_t>(b);
  double r = IsMax ? (a > b ? a : b) : (a < b ? a : b);
  r = a == b ? std::bit_cast<double>(IsMax ? x & y : x | y) : r;
  r = b != b ? a : r;
  return a != a ? b : r;
};

template <Arithmetic Operation, bool Flush>
Handler plainHandler(bool isDouble) {
  switch (Operation) {
    case Arithmetic::kAdd:
      return isDouble ? compute<kAdd64, double, double, double>
                      : compute<kAdd<Flush>, float, float, float>;
    case Arithmetic::kSub:
      return isDouble ? compute<kSub64, double, double, double>
                      : compute<kSub<Flush>, float, float, float>;
    case Arithmetic::kMul:
      return isDouble ? compute<kMul64, double, double, double>
                      : compute<kMul<Flush>, float, float, float>;
    case Arithmetic::kMad:
      return isDouble ? compute<kFma64, double, double, double, double>
                      : compute<kFma<Flush>, float, float, float, float>;
    case Arithmetic::kDiv:
      return isDouble ? compute<kDiv64, double, double, double>
                      : compute<kDiv<Flush>, float, float, float>;
    case Arithmetic::kAbs:
      return isDouble ? compute<kAbs64, double, double> : compute<kAbs<Flush>, float, float>;
    default:
      return isDouble ? compute<kNeg64, double, double> : compute<kNeg<Flush>, float, float>;
  }
}

template <bool Flush>
Handler plainHandler(Arithmetic operation, bool isDouble) {
  switch (operation) {
    case Arithmetic::kAdd:
      return plainHandler<Arithmetic::kAdd, Flush>(isDouble);
    case Arithmetic::kSub:
      return plainHandler<Arithmetic::kSub, Flush>(isDouble);
    case Arithmetic::kMul:
      return plainHandler<Arithmetic::kMul, Flush>(isDouble);
    case Arithmetic::kMad:
      return plainHandler<Arithmetic::kMad, Flush>(isDouble);
    case Arithmetic::kDiv:
      return plainHandler<Arithmetic::kDiv, Flush>(isDouble);
    case Arithmetic::kAbs:
      return plainHandler<Arithmetic::kAbs, Flush>(isDouble);
    default:
      return plainHandler<Arithmetic::kNeg, Flush>(isDouble);
  }
}

template <bool IsMax, bool Flush>
Handler extremeHandler(const Modifiers& m) {
  return m.nan       ? m.xorSign ? order<kExtreme<IsMax, Flush, true, true>, float, float, float>
                                 : order<kExtreme<IsMax, Flush, true, false>, float, float, float>
               : m.xorSign ? order<kExtreme<IsMax, Flush, false, true>, float, float, float>
                     : order<kExtreme<IsMax, Flush, false, false>, float, float, float>;
}

template <bool IsMax>
Handler extremeHandler(const Modifiers& m, bool isDouble) {
  if (isDouble) {
    return order<kExtreme64<IsMax>, double, double, double>;
  }
  return m.flush ? extremeHandler<IsMax, true>(m) : extremeHandler<IsMax, false>(m);
}

// ---- through arith

struct Rounded {
  arith::RoundedOperation operation;
  arith::OperateLanes run;
};

template <unsigned Sources, typename T>
const Op* rounded(Warp& warp, const Op* op, uint32_t active) {
  noteComputed<Sources>(warp, op, active);
  const auto& r = *static_cast<const Rounded*>(op->more);
  T results[kLanes];
  r.run(r.operation, results, warp.lanesOf<T>(op->slot[1]),
        Sources > 1 ? warp.lanesOf<T>(op->slot[2]) : nullptr,
        Sources > 2 ? warp.lanesOf<T>(op->slot[3]) : nullptr);
  storeLanes(warp.lanesOf<T>(op->slot[0]), results, active);
  if constexpr (sizeof(T) == 8) {
    dropOrigin(warp, op->slot[0], active);
  }
  return op + 1;
}

void emitRounded(Lowering& l, FloatOperation operation, const Modifiers& m, Type type,
                 unsigned sources) {
  const bool isDouble = type == Type::kF64;
  const arith::RoundedOperation o{operation, m.rounding, isDouble, m.flush, m.saturate};
  const Handler handler = isDouble       ? sources == 1   ? rounded<1, double>
                                           : sources == 2 ? rounded<2, double>
                                                          : rounded<3, double>
                                : sources == 1 ? rounded<1, float>
                          : sources == 2 ? rounded<2, float>
                                         : rounded<3, float>;
  Op& op = emitPlain(l, handler, isDouble ? OpClass::kFloat64 : OpClass::kFloat32, type, sources);
  op.more = l.keep(Rounded{o, arith::operatorOf(o)});
}

// Op::immediate is the function, Op::variant whether it flushes.
const Op* approximate(Warp& warp, const Op* op, uint32_t active) {
  noteComputed<1>(warp, op, active);
  float results[kLanes];
  reinterpret_cast<arith::ApproximateLanes>(op->immediate)(
      results, warp.lanesOf<float>(op->slot[1]), op->variant != 0);
  storeLanes(warp.lanesOf<float>(op->slot[0]), results, active);
  return op + 1;
}

template <bool IsRoot>
const Op* approximate64(Warp& warp, const Op* op, uint32_t active) {
  noteComputed<1>(warp, op, active);
  dropOrigin(warp, op->slot[0], active);
  const double* a = warp.lanesOf<double>(op->slot[1]);
  double* d = warp.lanesOf<double>(op->slot[0]);
  forLanes(active, [&](unsigned i) {
    d[i] = IsRoot ? arith::approximateReciprocalRoot(a[i], op->variant != 0)
                  : arith::approximateReciprocal(a[i]);
  });
  return op + 1;
}

// Op::variant: 1 is full, 2 flushes.
const Op* approximateQuotient(Warp& warp, const Op* op, uint32_t active) {
  noteComputed<2>(warp, op, active);
  float results[kLanes];
  arith::approximateQuotient(results, warp.lanesOf<float>(op->slot[1]),
                             warp.lanesOf<float>(op->slot[2]), (op->variant & 1) != 0,
                             (op->variant & 2) != 0);
  storeLanes(warp.lanesOf<float>(op->slot[0]), results, active);
  return op + 1;
}

void emitApproximation(Lowering& l, Approximation function, const Modifiers& m) {
  Op& op = emitPlain(l, approximate, OpClass::kSpecial, Type::kF32, 1);
  op.immediate = reinterpret_cast<uint64_t>(arith::approximationOf(function));
  op.variant = m.flush ? 1 : 0;
}

template <Approximation Function>
void lowerApproximation(Lowering& l) {
  const Modifiers m = readModifiers(l);
  const Type type = l.type();
  if constexpr (Function == Approximation::kEx2 || Function == Approximation::kTanh) {
    if (type != Type::kF32 && type != Type::kF64) {
      lowerHalfFunction(l, Function == Approximation::kEx2, m, type);
      return;
    }
  }
  if (type != Type::kF32 || m.saturate || m.finite || m.relu) {
    failType(l, type);
  }
  emitApproximation(l, Function, m);
}

// rcp and sqrt: approximate or rounded.
template <Approximation Function, FloatOperation Operation>
void lowerRoot(Lowering& l) {
  const Modifiers m = readModifiers(l);
  const Type type = l.type();
  if (type != Type::kF32 && type != Type::kF64) {
    failType(l, type);
  }
  if (m.hasRounding) {
    emitRounded(l, Operation, m, type, 1);
  } else if (type == Type::kF32) {
    emitApproximation(l, Function, m);
  } else if (Function == Approximation::kRcp) {
    emitPlain(l, approximate64<false>, OpClass::kSpecial, type, 1);
  } else {
    l.fail("has no rounding");
  }
}

void lowerReciprocalRoot(Lowering& l) {
  const Modifiers m = readModifiers(l);
  const Type type = l.type();
  if (type == Type::kF32) {
    emitApproximation(l, Approximation::kRsqrt, m);
  } else if (type == Type::kF64 && m.flush) {
    emitPlain(l, approximate64<true>, OpClass::kSpecial, type, 1).variant = 1;
  } else if (type == Type::kF64) {
    // Emulated in software on a GPU too, to full precision.
    emitPlain(l, compute<kReciprocalRoot64, double, double>, OpClass::kFloat64, type, 1);
  } else {
    failType(l, type);
  }
}

// ---- signs and classes

constexpr auto kCopySign = [](uint32_t a, uint32_t b) -> uint32_t {
  return (a & 0x80000000u) | (b & 0x7fffffffu);
};
constexpr auto kCopySign64 = [](uint64_t a, uint64_t b) -> uint64_t {
  return (a & uint64_t{1} << 63) | (b & ~(uint64_t{1} << 63));
};

void lowerCopySign(Lowering& l) {
  const Type type = l.type();
  if (type == Type::kF32) {
    emitPlain(l, compute<kCopySign, uint32_t, uint32_t, uint32_t>, OpClass::kFloat32, type, 2);
  } else if (type == Type::kF64) {
    emitPlain(l, compute<kCopySign64, uint64_t, uint64_t, uint64_t>, OpClass::kFloat64, type, 2);
  } else {
    failType(l, type);
  }
}

enum class Property : uint8_t { kFinite, kInfinite, kNumber, kNoNumber, kNormal, kSubnormal };

template <typename T>
bool has(Property property, T x) {
  const int kind = std::fpclassify(x);
  switch (property) {
    case Property::kFinite:
      return kind != FP_NAN && kind != FP_INFINITE;
    case Property::kInfinite:
      return kind == FP_INFINITE;
    case Property::kNumber:
      return kind != FP_NAN;
    case Property::kNoNumber:
      return kind == FP_NAN;
    case Property::kNormal:
      return kind == FP_NORMAL;
    default:
      return kind == FP_SUBNORMAL;
  }
}

template <typename T>
const Op* test(Warp& warp, const Op* op, uint32_t active) {
  noteComputed<1>(warp, op, active);
  const T* a = warp.lanesOf<T>(op->slot[1]);
  uint32_t lanes = 0;
  forLanes(active, [&](unsigned i) {
    lanes |= uint32_t{has(static_cast<Property>(op->variant), a[i])} << i;
  });
  setPredicate(warp, op->slot[0], lanes, active);
  return op + 1;
}

void lowerTest(Lowering& l) {
  const int property =
      l.takeOneOf({"finite", "infinite", "number", "notanumber", "normal", "subnormal"});
  const Type type = l.type();
  l.finish();
  if (property < 0 || (type != Type::kF32 && type != Type::kF64)) {
    failType(l, type);
  }
  Op& op = l.emit(type == Type::kF64 ? test<double> : test<float>, OpClass::kPredicate);
  op.slot[1] = l.source(1, type);
  op.slot[0] = l.predicateDestination(0);
  op.variant = static_cast<uint8_t>(property);
}

FloatOperation roundedOperationOf(Arithmetic operation) {
  switch (operation) {
    case Arithmetic::kAdd:
      return FloatOperation::kAdd;
    case Arithmetic::kSub:
      return FloatOperation::kSub;
    case Arithmetic::kMul:
      return FloatOperation::kMul;
    case Arithmetic::kMad:
      return FloatOperation::kFma;
    default:
      return FloatOperation::kDiv;
  }
}

}  // namespace

void lowerFloat(Lowering& l, Arithmetic operation, const Modifiers& m, Type type) {
  const bool isDouble = type == Type::kF64;
  const OpClass opClass = isDouble ? OpClass::kFloat64 : OpClass::kFloat32;
  if (m.low || m.high || m.wide || m.carry || m.relu || m.finite || m.toInteger ||
      (isDouble && (m.flush || m.saturate || m.nan || m.xorSign)) ||
      m.rounding == arith::Rounding::kNearestAway) {
    l.fail("has a modifier that its type does not take");
  }
  switch (operation) {
    case Arithmetic::kMin:
      emitPlain(l, extremeHandler<false>(m, isDouble), opClass, type, 2);
      return;
    case Arithmetic::kMax:
      emitPlain(l, extremeHandler<true>(m, isDouble), opClass, type, 2);
      return;
    case Arithmetic::kAbs:
    case Arithmetic::kNeg:
      emitPlain(l,
                m.flush ? plainHandler<true>(operation, isDouble)
                        : plainHandler<false>(operation, isDouble),
                opClass, type, 1);
      return;
    default:
      break;
  }
  const unsigned sources = operation == Arithmetic::kMad ? 3 : 2;
  if (operation == Arithmetic::kDiv && !m.hasRounding) {
    if (isDouble) {
      l.fail("has no rounding");
    }
    Op& op = emitPlain(l, approximateQuotient, OpClass::kSpecial, type, 2);
    op.variant = static_cast<uint8_t>((m.full ? 1 : 0) | (m.flush ? 2 : 0));
  } else if (m.rounding != arith::Rounding::kNearest || m.saturate) {
    emitRounded(l, roundedOperationOf(operation), m, type, sources);
  } else {
    emitPlain(l,
              m.flush ? plainHandler<true>(operation, isDouble)
                      : plainHandler<false>(operation, isDouble),
              opClass, type, sources);
  }
}

void registerFloat(OpcodeTable& table) {
  table.add("ex2", lowerApproximation<Approximation::kEx2>);
  table.add("lg2", lowerApproximation<Approximation::kLg2>);
  table.add("sin", lowerApproximation<Approximation::kSin>);
  table.add("cos", lowerApproximation<Approximation::kCos>);
  table.add("tanh", lowerApproximation<Approximation::kTanh>);
  table.add("rcp", lowerRoot<Approximation::kRcp, FloatOperation::kRcp>);
  table.add("sqrt", lowerRoot<Approximation::kSqrt, FloatOperation::kSqrt>);
  table.add("rsqrt", lowerReciprocalRoot);
  table.add("copysign", lowerCopySign);
  table.add("testp", lowerTest);
}

}  // namespace gramian::machine::GRAMIAN_LANES
