// st.
#include <algorithm>
#include <array>
#include <bit>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "exec/fault.h"
#include "exec/lowering.h"
#include "exec/opcodes.h"
#include "exec/warp.h"
#include "memory/defined.h"
#include "memory/opcodes.h"
#include "memory/transactions.h"
#include "memory/transfer.h"
namespace gramian::machine {

namespace {

// slot[1] and on: the registers.

using Give = void (*)(Warp&, Slot, uint32_t, std::byte*, unsigned, std::byte* const*, unsigned,
                      unsigned);

struct Store : Transfer {
  std::array<Give, 8> give{};  // of each part
};

template <typename Element, typename Register>
void give(Warp& warp, Slot slot, uint32_t active, std::byte* dense, unsigned first,
          std::byte* const* memory, unsigned total, unsigned offset) {
  const auto* const s = warp.lanesOf<Register>(slot);
  const auto put = [&](std::byte* to, unsigned lane) {
    const auto value = static_cast<Element>(s[lane]);
    std::memcpy(to, &value, sizeof value);
  };
  if (dense == nullptr) {
    forLanes(active, [&](unsigned lane) { put(memory[lane] + offset, lane); });
  } else if (active != kAllLanes) {
    forLanes(active,
             [&](unsigned lane) { put(dense + size_t{lane - first} * total + offset, lane); });
  } else if (sizeof(Element) == sizeof(Register) && total == sizeof(Element)) {
    std::memcpy(dense, s, kLanes * sizeof(Element));
  } else {
    for (unsigned lane = 0; lane < kLanes; ++lane) {
      put(dense + lane * total + offset, lane);
    }
  }
}

template <typename Element>
Give giveFrom(unsigned registerBytes) {
  switch (registerBytes) {
    case 2:
      return give<Element, uint16_t>;
    case 4:
      return give<Element, uint32_t>;
    default:
      return give<Element, uint64_t>;
  }
}

Give giveOf(unsigned bytes, unsigned registerBytes) {
  switch (bytes) {
    case 1:
      return giveFrom<uint8_t>(registerBytes);
    case 2:
      return giveFrom<uint16_t>(registerBytes);
    case 4:
      return giveFrom<uint32_t>(registerBytes);
    default:
      return giveFrom<uint64_t>(registerBytes);
  }
}

bool isOfBlock(ptx::Space space) {
  return space == ptx::Space::kShared || space == ptx::Space::kSharedCluster ||
         space == ptx::Space::kLocal || space == ptx::Space::kParam;
}

// Bytes of registers that were never set: they are so in memory too. What arithmetic made of such
// is a mistake once the block gives it out.
[[gnu::noinline]] void giveUndefined(Warp& warp, const Op* op, uint32_t active, const Store& t,
                                     bool isDense, std::byte* const* memory) {
  const auto first = static_cast<unsigned>(std::countr_zero(active));
  for (unsigned part = 0; part < t.parts; ++part) {
    const Slot slot = op->slot[1 + part];
    const SlotState& s = warp.state(slot);
    const uint32_t lanes = s.undefined & active;
    if (const uint32_t computed = lanes & s.computed; computed != 0 && !isOfBlock(t.space)) {
      failAny(warp, op, computed, CUDA_ERROR_LAUNCH_FAILED,
              "stores what was computed from data never written; " +
                  describe(*warp.kernel, warp.kernel->ops.data() + s.computedAt));
    }
    forLanes(lanes, [&](unsigned lane) {
      std::byte* const to = laneMemory(memory, isDense, first, lane, t.total()) + part * t.bytes;
      for (unsigned i = 0; i < t.bytes; ++i) {
        if ((warp.undefinedBytes(slot)[lane] >> i & 1) != 0) {
          setUndefined(to + i, 1);
        }
      }
    });
  }
}

const Op* store(Warp& warp, const Op* op, uint32_t active) {
  const auto& t = *static_cast<const Store*>(op->more);
  const unsigned total = t.total();
  alignas(64) uint64_t addresses[kLanes];
  std::byte* memory[kLanes];
  addressesOf(warp, op, active, t, addresses);
  const bool isDense =
      placeLanes(warp, op, active, t.space, addresses, total, t.access, op->slot[0], memory);
  countAccess(warp, op, active, t.space, isDense, memory, total);
  if (t.strength != Strength::kWeak) {
    orderStrong(warp, active, t, isDense, memory, false, true);
  }
  const auto first = static_cast<unsigned>(std::countr_zero(active));
  std::byte* const dense = isDense ? memory[first] : nullptr;
  uint32_t undefined = 0;
  for (unsigned part = 0; part < t.parts; ++part) {
    const Slot slot = op->slot[1 + part];
    undefined |= warp.state(slot).undefined;
    t.give[part](warp, slot, active, dense, first, memory, total, part * t.bytes);
  }
  if (isDense) {
    setDefined(dense, size_t{static_cast<unsigned>(std::popcount(active))} * total);
  } else {
    setDefined(active, memory, total);
  }
  if ((undefined & active) != 0) [[unlikely]] {
    giveUndefined(warp, op, active, t, isDense, memory);
  }
  return op + 1;
}

void lowerStore(Lowering& l) {
  Store t{lowerModifiers(l)};
  // In shared memory, volatile orders nothing between lanes; elsewhere it is how flags are written
  // without atomic operations.
  const bool isShared = t.space == ptx::Space::kShared || t.space == ptx::Space::kSharedCluster;
  const bool isStrong =
      t.strength > Strength::kVolatile || (t.strength == Strength::kVolatile && !isShared);
  t.access = isStrong ? Access::kAtomic : Access::kWrite;
  Slot base = kNoSlot;
  uint64_t offset = 0;
  lowerAddress(l, 0, t, base, offset);
  const std::vector<Slot> parts = l.sources(1, t.type, true);
  if (parts.size() != t.parts) {
    l.fail("the vector has " + std::to_string(parts.size()) + " parts");
  }
  for (size_t i = 0; i < parts.size(); ++i) {
    // What is no register is as wide as the type.
    const ptx::Type declared = l.registerType(1, i);
    const unsigned bytes = declared == ptx::Type::kNone ? t.bytes : ptx::bytesOf(declared);
    t.give[i] = giveOf(t.bytes, std::max(bytes, 2u));
  }
  Op& op = l.emit(store, storeClassOf(t.space));
  op.slot[0] = base;
  for (size_t i = 0; i < parts.size(); ++i) {
    op.slot[1 + i] = parts[i];
  }
  op.immediate = offset;
  op.more = l.keep(t);
  l.finish();
}

}  // namespace

void registerStores(OpcodeTable& table) { table.add("st", lowerStore); }

}  // namespace gramian::machine
