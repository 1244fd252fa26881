// ld and ldu.
#include <algorithm>
#include <bit>
#include <cstring>
#include <string>
#include <type_traits>
#include <vector>

#include "exec/block.h"
#include "exec/lowering.h"
#include "exec/opcodes.h"
#include "exec/warp.h"
#include "memory/arena.h"
#include "memory/defined.h"
#include "memory/opcodes.h"
#include "memory/transactions.h"
#include "memory/transfer.h"

namespace gramian::machine {

namespace {

// slot[1] and on: the registers; none for a part that is not wanted.

template <typename T>
T valueAt(const std::byte* memory) {
  T value;
  std::memcpy(&value, memory, sizeof value);
  return value;
}

// Registers take elements: lane by lane, extended to their width.
template <typename Element, typename Register>
void take(Warp& warp, Slot slot, uint32_t active, const std::byte* dense, unsigned first,
          std::byte* const* memory, unsigned total, unsigned offset) {
  auto* const d = warp.lanesOf<Register>(slot);
  if (dense == nullptr) {
    forLanes(active, [&](unsigned lane) {
      d[lane] = static_cast<Register>(valueAt<Element>(memory[lane] + offset));
    });
  } else if (active != kAllLanes) {
    forLanes(active, [&](unsigned lane) {
      d[lane] =
          static_cast<Register>(valueAt<Element>(dense + size_t{lane - first} * total + offset));
    });
  } else if (sizeof(Element) == sizeof(Register) && total == sizeof(Element)) {
    std::memcpy(d, dense, kLanes * sizeof(Element));
  } else {
    for (unsigned lane = 0; lane < kLanes; ++lane) {
      d[lane] = static_cast<Register>(valueAt<Element>(dense + lane * total + offset));
    }
  }
}

using Take = void (*)(Warp&, Slot, uint32_t, const std::byte*, unsigned, std::byte* const*,
                      unsigned, unsigned);

template <typename Element>
Take takeInto(unsigned registerBytes) {
  switch (registerBytes) {
    case 2:
      return take<Element, std::conditional_t<std::is_signed_v<Element>, int16_t, uint16_t>>;
    case 4:
      return take<Element, std::conditional_t<std::is_signed_v<Element>, int32_t, uint32_t>>;
    default:
      return take<Element, std::conditional_t<std::is_signed_v<Element>, int64_t, uint64_t>>;
  }
}

Take takeOf(const Transfer& t) {
  switch (t.bytes) {
    case 1:
      return t.isSigned ? takeInto<int8_t>(t.registerBytes) : takeInto<uint8_t>(t.registerBytes);
    case 2:
      return t.isSigned ? takeInto<int16_t>(t.registerBytes) : takeInto<uint16_t>(t.registerBytes);
    case 4:
      return t.isSigned ? takeInto<int32_t>(t.registerBytes) : takeInto<uint32_t>(t.registerBytes);
    default:
      return takeInto<uint64_t>(t.registerBytes);
  }
}

struct Load : Transfer {
  Take take = nullptr;
  bool mayBeAddress = false;  // of 64 bits
};

// What the registers hold of bytes that were never written.
[[gnu::noinline]] void takeUndefined(Warp& warp, const Op* op, uint32_t active, const Load& t,
                                     bool isDense, std::byte* const* memory) {
  const auto first = static_cast<unsigned>(std::countr_zero(active));
  forLanes(active, [&](unsigned lane) {
    const uint32_t missing =
        ~definedBytes(laneMemory(memory, isDense, first, lane, t.total()), t.total());
    for (unsigned part = 0; part < t.parts; ++part) {
      const Slot slot = op->slot[1 + part];
      unsigned bytes = missing >> (part * t.bytes) & ((1u << t.bytes) - 1);
      if (slot == kNoSlot || bytes == 0) {
        continue;
      }
      if (t.isSigned && (bytes >> (t.bytes - 1)) != 0) {
        bytes |= ((1u << t.registerBytes) - 1) & ~((1u << t.bytes) - 1);
      }
      warp.state(slot).undefined |= 1u << lane;
      warp.undefinedBytes(slot)[lane] = static_cast<uint8_t>(bytes);
    }
  });
}

// Values that are addresses of allocations.
void noteOrigins(Warp& warp, Slot slot, uint32_t active) {
  const auto* const values = warp.lanesOf<uint64_t>(slot);
  const Arena& all = arena();
  uint32_t origin = 0;
  uint32_t lanes = 0;
  forLanes(active, [&](unsigned lane) {
    if (!all.contains(values[lane])) {
      return;
    }
    const uint32_t index = all.ownerIndex(values[lane]);
    const MemoryKind kind = arena().at(index).kind;
    const bool isWindow = kind == MemoryKind::kShared || kind == MemoryKind::kLocal;
    if (index != 0 && !isWindow && (origin == 0 || origin == index)) {
      origin = index;
      lanes |= 1u << lane;
    }
  });
  if (origin != 0) {
    SlotState& s = warp.state(slot);
    s.originLanes = s.origin == origin ? s.originLanes | lanes : lanes;
    s.origin = origin;
  }
}

const Op* load(Warp& warp, const Op* op, uint32_t active) {
  const auto& t = *static_cast<const Load*>(op->more);
  const unsigned total = t.total();
  alignas(64) uint64_t addresses[kLanes];
  std::byte* memory[kLanes];
  addressesOf(warp, op, active, t, addresses);
  const bool isDense =
      placeLanes(warp, op, active, t.space, addresses, total, t.access, op->slot[0], memory);
  countAccess(warp, op, active, t.space, isDense, memory, total);
  const auto first = static_cast<unsigned>(std::countr_zero(active));
  const std::byte* const dense = isDense ? memory[first] : nullptr;
  for (unsigned part = 0; part < t.parts; ++part) {
    if (const Slot slot = op->slot[1 + part]; slot != kNoSlot) {
      t.take(warp, slot, active, dense, first, memory, total, part * t.bytes);
      setPlain(warp, slot, active);
      if (t.mayBeAddress) {
        noteOrigins(warp, slot, active);
      }
    }
  }
  if (t.strength != Strength::kWeak) {
    orderStrong(warp, active, t, isDense, memory, true, false);
  }
  const bool defined =
      isDense ? isDefined(dense, size_t{static_cast<unsigned>(std::popcount(active))} * total)
              : areDefined(active, memory, total);
  if (!defined) [[unlikely]] {
    takeUndefined(warp, op, active, t, isDense, memory);
  }
  return op + 1;
}

// A parameter of the kernel, at a place that is known: the same for all lanes.
template <typename Register>
void fillLanes(Warp& warp, Slot slot, uint32_t active, uint64_t value) {
  auto* const d = warp.lanesOf<Register>(slot);
  const auto v = static_cast<Register>(value);
  if (active == kAllLanes) {
    for (unsigned lane = 0; lane < kLanes; ++lane) {
      d[lane] = v;
    }
  } else {
    forLanes(active, [&](unsigned lane) { d[lane] = v; });
  }
}

uint64_t elementAt(const std::byte* memory, const Transfer& t) {
  uint64_t value = 0;
  std::memcpy(&value, memory, t.bytes);
  if (t.isSigned && t.bytes < 8) {
    const unsigned shift = 64 - 8 * t.bytes;
    value = static_cast<uint64_t>(static_cast<int64_t>(value << shift) >> shift);
  }
  return value;
}

const Op* loadParameter(Warp& warp, const Op* op, uint32_t active) {
  const auto& t = *static_cast<const Load*>(op->more);
  const std::byte* const memory = warp.block->launch->parameters.data() + op->immediate;
  for (unsigned part = 0; part < t.parts; ++part) {
    const Slot slot = op->slot[1 + part];
    if (slot == kNoSlot) {
      continue;
    }
    const uint64_t value = elementAt(memory + part * t.bytes, t);
    if (t.registerBytes == 2) {
      fillLanes<uint16_t>(warp, slot, active, value);
    } else if (t.registerBytes == 4) {
      fillLanes<uint32_t>(warp, slot, active, value);
    } else {
      fillLanes<uint64_t>(warp, slot, active, value);
    }
    setPlain(warp, slot, active);
    if (t.mayBeAddress) {
      noteOrigins(warp, slot, active);
    }
  }
  return op + 1;
}

void lowerLoad(Lowering& l) {
  Load t{lowerModifiers(l)};
  // A predicate in memory is a byte.
  const std::vector<Slot> parts = l.destinations(0, t.type, true);
  t.registerBytes = static_cast<uint8_t>(std::max(ptx::bytesOf(l.registerType(0)), 2u));
  if (parts.size() != t.parts) {
    l.fail("the vector has " + std::to_string(parts.size()) + " parts");
  }
  Slot base = kNoSlot;
  uint64_t offset = 0;
  lowerAddress(l, 1, t, base, offset);
  t.take = takeOf(t);
  t.mayBeAddress = t.bytes == 8 && t.registerBytes == 8 && !ptx::isFloat(t.type);
  const bool isParameter = t.space == ptx::Space::kParam && base == kNoSlot;
  Op& op = l.emit(isParameter ? loadParameter : load, loadClassOf(t.space));
  op.slot[0] = base;
  for (size_t i = 0; i < parts.size(); ++i) {
    op.slot[1 + i] = parts[i];
  }
  op.immediate = offset;
  op.more = l.keep(t);
  l.finish();
}

}  // namespace

void registerLoads(OpcodeTable& table) {
  table.add("ld", lowerLoad);
  table.add("ldu", lowerLoad);
}

}  // namespace gramian::machine
