// What tells a cache what will be needed: nothing happens here, but discarded memory is unwritten.
#include <bit>

#include "exec/lowering.h"
#include "exec/opcodes.h"
#include "exec/warp.h"
#include "memory/access.h"
#include "memory/defined.h"
#include "memory/opcodes.h"
#include "memory/transfer.h"

namespace gramian::machine {

namespace {

constexpr unsigned kCacheLine = 128;

const Op* nothing(Warp&, const Op* op, uint32_t) { return op + 1; }

const Op* givePolicy(Warp& warp, const Op* op, uint32_t active) {
  auto* const d = warp.lanesOf<uint64_t>(op->slot[0]);
  forLanes(active, [&](unsigned lane) { d[lane] = op->immediate; });
  setPlain(warp, op->slot[0], active);
  return op + 1;
}

const Op* discard(Warp& warp, const Op* op, uint32_t active) {
  const auto& t = *static_cast<const Transfer*>(op->more);
  uint64_t addresses[kLanes];
  addressesOf(warp, op, active, t, addresses);
  forLanes(active, [&](unsigned lane) {
    requireAlignment(warp, op, lane, addresses[lane], kCacheLine, "discard");
    setUndefined(checkRange(warp, op, lane, t.space, addresses[lane], kCacheLine, Access::kWrite),
                 kCacheLine);
  });
  return op + 1;
}

void skipAll(Lowering& l) {
  while (!l.peek().empty()) {
    l.skip();
  }
}

void lowerPrefetch(Lowering& l) {
  skipAll(l);
  l.emit(nothing, OpClass::kOther);
}

void lowerPolicy(Lowering& l) {
  skipAll(l);
  const Slot d = l.destination(0, ptx::Type::kB64);
  l.emit(givePolicy, OpClass::kMove).slot[0] = d;
}

void lowerDiscard(Lowering& l) {
  Transfer t;
  t.space = l.spaceIf().value_or(ptx::Space::kGeneric);
  skipAll(l);
  Slot base = kNoSlot;
  uint64_t offset = 0;
  lowerAddress(l, 0, t, base, offset);
  Op& op = l.emit(discard, OpClass::kOther);
  op.slot[0] = base;
  op.immediate = offset;
  op.more = l.keep(t);
}

}  // namespace

void registerHints(OpcodeTable& table) {
  table.add("prefetch", lowerPrefetch);
  table.add("prefetchu", lowerPrefetch);
  table.add("applypriority", lowerPrefetch);
  table.add("createpolicy", lowerPolicy);
  table.add("discard", lowerDiscard);
}

}  // namespace gramian::machine
