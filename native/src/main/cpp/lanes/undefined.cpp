// What becomes of undefined operands, and of the origins of addresses.
#include <array>

#include "exec/fault.h"
#include "exec/kernel.h"
#include "lanes/apply.h"

namespace gramian::machine::GRAMIAN_LANES {

namespace {

uint64_t widen(uint8_t bytes) {
  uint64_t bits = 0;
  for (unsigned i = 0; i < 8; ++i) {
    bits |= (bytes >> i & 1) != 0 ? uint64_t{0xff} << (8 * i) : 0;
  }
  return bits;
}

uint8_t narrow(uint64_t bits) {
  unsigned bytes = 0;
  for (unsigned i = 0; i < 8; ++i) {
    bytes |= (bits >> (8 * i) & 0xff) != 0 ? 1u << i : 0;
  }
  return static_cast<uint8_t>(bytes);
}

uint64_t valueOf(Warp& warp, Slot slot, unsigned bytes, unsigned lane) {
  switch (bytes) {
    case 0:
      return warp.predicate(slot) >> lane & 1;
    case 2:
      return warp.lanesOf<uint16_t>(slot)[lane];
    case 4:
      return warp.lanesOf<uint32_t>(slot)[lane];
    default:
      return warp.lanesOf<uint64_t>(slot)[lane];
  }
}

}  // namespace

void markComputed(Warp& warp, const Op* op, uint32_t active, unsigned sources) {
  uint32_t undefined = 0;
  const SlotState* first = nullptr;
  for (unsigned i = 1; i <= sources; ++i) {
    const SlotState& s = warp.state(op->slot[i]);
    undefined |= s.undefined;
    if (first == nullptr && (s.computed & active) != 0) {
      first = &s;
    }
  }
  undefined &= active;
  const auto at =
      first != nullptr ? first->computedAt : static_cast<uint32_t>(op - warp.kernel->ops.data());
  SlotState& d = warp.state(op->slot[0]);
  d.undefined = (d.undefined & ~active) | undefined;
  d.computed = (d.computed & ~active) | undefined;
  if (undefined != 0) {
    d.computedAt = at;
  }
  uint8_t* bytes = warp.undefinedBytes(op->slot[0]);
  forLanes(undefined, [&](unsigned lane) { bytes[lane] = 0xff; });
}

void carryBits(Warp& warp, const Op* op, uint32_t active, BitsRule rule, const uint8_t* bytes,
               unsigned sources) {
  std::array<uint8_t, kLanes> result{};
  uint32_t undefined = 0;
  uint32_t computed = 0;
  uint32_t at = 0;
  for (unsigned i = 1; i <= sources; ++i) {
    const SlotState& s = warp.state(op->slot[i]);
    if ((s.computed & active) != 0) {
      computed |= s.computed & active;
      at = s.computedAt;
    }
  }
  forLanes(active, [&](unsigned lane) {
    Bits values[4];
    for (unsigned i = 0; i < sources; ++i) {
      const Slot slot = op->slot[1 + i];
      values[i].value = valueOf(warp, slot, bytes[1 + i], lane);
      if ((warp.state(slot).undefined >> lane & 1) != 0) {
        values[i].undefined = bytes[1 + i] == 0 ? 1 : widen(warp.undefinedBytes(slot)[lane]);
        if (bytes[1 + i] < 8 && bytes[1 + i] != 0) {
          values[i].undefined &= (uint64_t{1} << (8 * bytes[1 + i])) - 1;
        }
      }
    }
    result[lane] = narrow(rule(op, values));
    if (bytes[0] < 8) {
      result[lane] &= static_cast<uint8_t>((1u << (bytes[0] == 0 ? 1 : bytes[0])) - 1);
    }
    undefined |= result[lane] != 0 ? uint32_t{1} << lane : 0;
  });
  SlotState& d = warp.state(op->slot[0]);
  d.undefined = (d.undefined & ~active) | undefined;
  d.computed = (d.computed & ~active) | (computed & undefined);
  if ((computed & undefined) != 0) {
    d.computedAt = at;
  }
  uint8_t* to = warp.undefinedBytes(op->slot[0]);
  forLanes(undefined, [&](unsigned lane) { to[lane] = result[lane]; });
}

void refuseUndefined(Warp& warp, const Op* op, uint32_t active, unsigned sources,
                     const char* what) {
  for (unsigned i = 1; i <= sources; ++i) {
    const SlotState& s = warp.state(op->slot[i]);
    if ((s.undefined & active) != 0) {
      failAny(warp, op, s.undefined & active, CUDA_ERROR_LAUNCH_FAILED,
              std::string(what) + " of data that was never written");
    }
  }
}

void copyUndefined(Warp& warp, Slot d, Slot s, uint32_t active) {
  const SlotState from = warp.state(s);
  SlotState& to = warp.state(d);
  to.undefined = (to.undefined & ~active) | (from.undefined & active);
  to.computed = (to.computed & ~active) | (from.computed & active);
  if ((from.computed & active) != 0) {
    to.computedAt = from.computedAt;
  }
  if (d != s) {
    const uint8_t* bytes = warp.undefinedBytes(s);
    uint8_t* toBytes = warp.undefinedBytes(d);
    forLanes(from.undefined & active, [&](unsigned lane) { toBytes[lane] = bytes[lane]; });
  }
}

void joinOrigins(Warp& warp, Slot d, Slot a, Slot b, uint32_t active) {
  const SlotState x = warp.state(a);
  const SlotState y = warp.state(b);
  SlotState& to = warp.state(d);
  const uint32_t lanesX = x.originLanes & active;
  const uint32_t lanesY = a == b ? 0 : y.originLanes & active;
  // Of two addresses nothing is known: their difference, or a selection.
  uint32_t origin;
  uint32_t lanes;
  if (lanesX != 0) {
    origin = x.origin;
    lanes = lanesX & ~lanesY;
  } else {
    origin = y.origin;
    lanes = lanesY;
  }
  const uint32_t kept = to.originLanes & ~active;
  to.originLanes = kept != 0 && to.origin == origin ? kept | lanes : lanes;
  to.origin = origin;
}

}  // namespace gramian::machine::GRAMIAN_LANES
