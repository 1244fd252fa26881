#include "lanes/arithmetic.h"

#include "exec/opcodes.h"

namespace gramian::machine::GRAMIAN_LANES {

namespace {

using ptx::Type;

bool isHalf(Type type) {
  return type == Type::kF16 || type == Type::kBf16 || type == Type::kF16x2 || type == Type::kBf16x2;
}

template <Arithmetic Operation>
void lower(Lowering& l) {
  Modifiers m = readModifiers(l);
  const Type type = l.type();
  if (isHalf(type)) {
    lowerHalf(l, Operation, m, type);
  } else if (type == Type::kF32 || type == Type::kF64) {
    lowerFloat(l, Operation, m, type);
  } else {
    lowerInteger(l, Operation, m, type);
  }
}

}  // namespace

void registerArithmetic(OpcodeTable& table) {
  table.add("add", lower<Arithmetic::kAdd>);
  table.add("sub", lower<Arithmetic::kSub>);
  table.add("mul", lower<Arithmetic::kMul>);
  table.add("mad", lower<Arithmetic::kMad>);
  table.add("fma", lower<Arithmetic::kMad>);
  table.add("div", lower<Arithmetic::kDiv>);
  table.add("min", lower<Arithmetic::kMin>);
  table.add("max", lower<Arithmetic::kMax>);
  table.add("abs", lower<Arithmetic::kAbs>);
  table.add("neg", lower<Arithmetic::kNeg>);
}

void registerAll(OpcodeTable& table) {
  registerArithmetic(table);
  registerInteger(table);
  registerCarry(table);
  registerLogic(table);
  registerFloat(table);
  registerCompare(table);
  registerConvert(table);
  registerMove(table);
  registerShuffle(table);
  registerMatrix(table);
  registerVideo(table);
}

}  // namespace gramian::machine::GRAMIAN_LANES
