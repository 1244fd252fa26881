#include "lanes/modifiers.h"

#include <string>

namespace gramian::machine::GRAMIAN_LANES {

using arith::Rounding;

Modifiers readModifiers(Lowering& l) {
  Modifiers m;
  const auto rounds = [&](Rounding rounding, bool toInteger) {
    m.hasRounding = true;
    m.rounding = rounding;
    m.toInteger = toInteger;
  };
  constexpr Rounding kRoundings[] = {Rounding::kNearest, Rounding::kZero, Rounding::kDown,
                                     Rounding::kUp, Rounding::kNearestAway};
  for (;;) {
    if (const int r = l.takeOneOf({"rn", "rz", "rm", "rp", "rna"}); r >= 0) {
      rounds(kRoundings[r], false);
    } else if (const int i = l.takeOneOf({"rni", "rzi", "rmi", "rpi"}); i >= 0) {
      rounds(kRoundings[i], true);
    } else if (l.take("ftz")) {
      m.flush = true;
    } else if (l.take("sat")) {
      m.saturate = true;
    } else if (l.take("satfinite")) {
      m.finite = true;
    } else if (l.take("relu")) {
      m.relu = true;
    } else if (l.take("approx")) {
      m.approximate = true;
    } else if (l.take("full")) {
      m.full = true;
    } else if (l.take("NaN")) {
      m.nan = true;
    } else if (l.take("xorsign")) {
      m.xorSign = l.take("abs");
    } else if (l.take("lo")) {
      m.low = true;
    } else if (l.take("hi")) {
      m.high = true;
    } else if (l.take("wide")) {
      m.wide = true;
    } else if (l.take("cc")) {
      m.carry = true;
    } else {
      return m;
    }
  }
}

void failType(Lowering& l, ptx::Type type) {
  l.fail(std::string("does not take type ") + ptx::nameOf(type));
}

Op& emitPlain(Lowering& l, Handler handler, OpClass opClass, ptx::Type destination,
              std::initializer_list<ptx::Type> sources) {
  l.finish();
  if (l.operandCount() != sources.size() + 1) {
    l.fail("has " + std::to_string(l.operandCount()) + " operands, not " +
           std::to_string(sources.size() + 1));
  }
  Op& op = l.emit(handler, opClass);
  size_t i = 1;
  for (const ptx::Type type : sources) {
    op.slot[i] = l.source(i, type);
    ++i;
  }
  op.slot[0] = l.destination(0, destination);
  return op;
}

Op& emitPlain(Lowering& l, Handler handler, OpClass opClass, ptx::Type type, unsigned sources) {
  switch (sources) {
    case 1:
      return emitPlain(l, handler, opClass, type, {type});
    case 2:
      return emitPlain(l, handler, opClass, type, {type, type});
    default:
      return emitPlain(l, handler, opClass, type, {type, type, type});
  }
}

}  // namespace gramian::machine::GRAMIAN_LANES
