// Arithmetic of f16 and bf16, single and in pairs.
#include "arith/half_operations.h"
#include "exec/opcodes.h"
#include "lanes/apply.h"
#include "lanes/arithmetic.h"

namespace gramian::machine::GRAMIAN_LANES {

namespace {

using arith::HalfOperation;
using ptx::Type;

struct Half {
  arith::HalfInstruction instruction;
  arith::HalfLanes run;
};

template <unsigned Sources, typename T>
const Op* operate(Warp& warp, const Op* op, uint32_t active) {
  if (anyUndefined<Sources>(warp, op)) [[unlikely]] {
    markComputed(warp, op, active, Sources);
  }
  const auto& h = *static_cast<const Half*>(op->more);
  T results[kLanes];
  h.run(h.instruction, results, warp.lanesOf<T>(op->slot[1]),
        Sources > 1 ? warp.lanesOf<T>(op->slot[2]) : nullptr,
        Sources > 2 ? warp.lanesOf<T>(op->slot[3]) : nullptr);
  storeLanes(warp.lanesOf<T>(op->slot[0]), results, active);
  return op + 1;
}

template <typename T>
Handler handlerOf(unsigned sources, bool isOrder) {
  return sources == 1   ? operate<1, T>
         : sources == 3 ? operate<3, T>
         : isOrder      ? operate<2, T>
                        : operate<2, T>;
}

void emitHalf(Lowering& l, HalfOperation operation, const Modifiers& m, Type type,
              unsigned sources) {
  if (m.low || m.high || m.wide || m.carry || m.finite || m.full ||
      m.rounding != arith::Rounding::kNearest) {
    l.fail("has a modifier that its type does not take");
  }
  const bool isPair = type == Type::kF16x2 || type == Type::kBf16x2;
  const arith::HalfInstruction instruction{operation,  type == Type::kBf16 || type == Type::kBf16x2,
                                           isPair,     m.flush,
                                           m.saturate, m.relu,
                                           m.nan,      m.xorSign};
  const bool isOrder = operation == HalfOperation::kMin || operation == HalfOperation::kMax;
  Op& op = emitPlain(
      l, isPair ? handlerOf<uint32_t>(sources, isOrder) : handlerOf<uint16_t>(sources, isOrder),
      OpClass::kFloat16, type, sources);
  op.more = l.keep(Half{instruction, arith::operatorOf(instruction)});
}

}  // namespace

void lowerHalf(Lowering& l, Arithmetic operation, const Modifiers& m, Type type) {
  switch (operation) {
    case Arithmetic::kAdd:
      emitHalf(l, HalfOperation::kAdd, m, type, 2);
      return;
    case Arithmetic::kSub:
      emitHalf(l, HalfOperation::kSub, m, type, 2);
      return;
    case Arithmetic::kMul:
      emitHalf(l, HalfOperation::kMul, m, type, 2);
      return;
    case Arithmetic::kMad:
      emitHalf(l, HalfOperation::kFma, m, type, 3);
      return;
    case Arithmetic::kMin:
      emitHalf(l, HalfOperation::kMin, m, type, 2);
      return;
    case Arithmetic::kMax:
      emitHalf(l, HalfOperation::kMax, m, type, 2);
      return;
    case Arithmetic::kAbs:
      emitHalf(l, HalfOperation::kAbs, m, type, 1);
      return;
    case Arithmetic::kNeg:
      emitHalf(l, HalfOperation::kNeg, m, type, 1);
      return;
    default:
      failType(l, type);
  }
}

void lowerHalfFunction(Lowering& l, bool isEx2, const Modifiers& m, Type type) {
  emitHalf(l, isEx2 ? HalfOperation::kEx2 : HalfOperation::kTanh, m, type, 1);
}

}  // namespace gramian::machine::GRAMIAN_LANES
