// cvta and isspacep.
#include <cstring>

#include "exec/lowering.h"
#include "exec/opcodes.h"
#include "exec/warp.h"
#include "memory/opcodes.h"
#include "memory/windows.h"

namespace gramian::machine {

namespace {

enum Conversion : uint8_t { kToGeneric, kFromGeneric };

// Addresses of global and constant memory are generic ones already.
bool isGenericAlready(ptx::Space space) {
  return space == ptx::Space::kGlobal || space == ptx::Space::kConst;
}

// slot[0]: the result; slot[1]: the address; variant: the conversion; target: the space.
template <typename T>
const Op* convert(Warp& warp, const Op* op, uint32_t active) {
  auto* const d = warp.lanesOf<T>(op->slot[0]);
  const auto* const s = warp.lanesOf<T>(op->slot[1]);
  const auto space = static_cast<ptx::Space>(op->target);
  const bool toGeneric = op->variant == kToGeneric;
  const bool isSame = isGenericAlready(space);
  if (isSame && active == kAllLanes) {
    std::memmove(d, s, kLanes * sizeof(T));
  } else {
    forLanes(active, [&](unsigned lane) {
      d[lane] = static_cast<T>(toGeneric ? genericAddress(warp, lane, space, s[lane])
                                         : addressInSpace(warp, lane, space, s[lane]));
    });
  }
  SlotState& to = warp.state(op->slot[0]);
  const SlotState& from = warp.state(op->slot[1]);
  to.originLanes &= ~active;
  if (const uint32_t known = from.originLanes & active; isSame && known != 0) {
    to.originLanes = to.origin == from.origin ? to.originLanes | known : known;
    to.origin = from.origin;
  }
  if (((to.undefined | from.undefined) & active) != 0) [[unlikely]] {
    forLanes(active & from.undefined, [&](unsigned lane) {
      warp.undefinedBytes(op->slot[0])[lane] = warp.undefinedBytes(op->slot[1])[lane];
    });
    to.undefined = (to.undefined & ~active) | (from.undefined & active);
    to.computed = (to.computed & ~active) | (from.computed & active);
    to.computedAt = from.computedAt;
  }
  return op + 1;
}

const Op* isInSpaceOp(Warp& warp, const Op* op, uint32_t active) {
  const auto* const s = warp.lanesOf<uint64_t>(op->slot[1]);
  uint32_t& p = warp.predicate(op->slot[0]);
  uint32_t holds = 0;
  forLanes(active, [&](unsigned lane) {
    const bool is = isInSpace(warp, lane, static_cast<ptx::Space>(op->target), s[lane]);
    holds |= uint32_t{is} << lane;
  });
  p = (p & ~active) | holds;
  SlotState& to = warp.state(op->slot[0]);
  const uint32_t undefined = warp.state(op->slot[1]).undefined & active;
  to.undefined = (to.undefined & ~active) | undefined;
  to.computed = (to.computed & ~active) | undefined;
  return op + 1;
}

void lowerConversion(Lowering& l) {
  const bool fromGeneric = l.take("to");
  const auto space = l.spaceIf();
  if (!space) {
    l.fail("it names no space");
  }
  const ptx::Type type = l.type();
  const Slot d = l.destination(0, type);
  const Slot s = l.source(1, type);
  const bool isWide = ptx::bitsOf(type) == 64;
  Op& op = l.emit(isWide ? convert<uint64_t> : convert<uint32_t>, OpClass::kMove);
  op.slot[0] = d;
  op.slot[1] = s;
  op.variant = fromGeneric ? kFromGeneric : kToGeneric;
  op.target = static_cast<uint32_t>(*space);
  l.finish();
}

void lowerIsInSpace(Lowering& l) {
  const auto space = l.spaceIf();
  if (!space) {
    l.fail("it names no space");
  }
  const Slot d = l.predicateDestination(0);
  const Slot s = l.source(1, ptx::Type::kB64);
  Op& op = l.emit(isInSpaceOp, OpClass::kPredicate);
  op.slot[0] = d;
  op.slot[1] = s;
  op.target = static_cast<uint32_t>(*space);
  l.finish();
}

}  // namespace

void registerAddresses(OpcodeTable& table) {
  table.add("cvta", lowerConversion);
  table.add("isspacep", lowerIsInSpace);
}

}  // namespace gramian::machine
