#include "memory/transfer.h"

#include <bit>
#include <cstring>
#include <string>

#include "check/order.h"
#include "exec/builder.h"
#include "exec/fault.h"
#include "memory/arena.h"

namespace gramian::machine {

using ptx::Space;

namespace {

bool isHint(std::string_view m) {
  for (const std::string_view hint : {"ca", "cg", "cs", "lu", "cv", "wb", "wt", "unified", "mmio",
                                      "cta", "cluster", "gpu", "sys", "weak", "noftz"}) {
    if (m == hint) {
      return true;
    }
  }
  return m.starts_with("L1::") || m.starts_with("L2::");
}

}  // namespace

Transfer lowerModifiers(Lowering& l) {
  Transfer t;
  bool isReadOnly = false;
  for (;;) {
    const std::string_view m = l.peek();
    if (isHint(m)) {
      l.skip();
    } else if (const auto space = l.spaceIf()) {
      t.space = *space;
    } else if (const int s = l.takeOneOf({"volatile", "relaxed", "acquire", "release", "acq_rel"});
               s >= 0) {
      t.strength = static_cast<Strength>(s + 1);
    } else if (l.take("nc")) {
      isReadOnly = true;
    } else if (const int v = l.takeOneOf({"v2", "v4", "v8"}); v >= 0) {
      t.parts = static_cast<uint8_t>(2 << v);
    } else {
      break;
    }
  }
  t.type = l.type();
  t.bytes = static_cast<uint8_t>(ptx::bytesOf(t.type));
  t.isSigned = ptx::isSigned(t.type);
  if (t.bytes > 8 || t.total() > 16) {
    l.fail("this device has no accesses of more than 8 bytes an element and 16 in all");
  }
  if (isReadOnly) {
    t.access = Access::kReadOnly;
  } else if (t.strength != Strength::kWeak) {
    t.access = Access::kStrongRead;
  }
  return t;
}

void lowerAddress(Lowering& l, size_t operand, Transfer& t, Slot& base, uint64_t& offset) {
  if (t.space == Space::kParam) {
    KernelBuilder::Symbol symbol;
    if (l.builder().find(l.operand(operand), symbol)) {
      t.space = symbol.space;
    }
  }
  const Address a = l.address(operand, t.space);
  base = a.base;
  offset = static_cast<uint64_t>(a.offset);
  t.isWide = a.isWide;
}

void addressesOf(Warp& warp, const Op* op, uint32_t active, const Transfer& t,
                 uint64_t* addresses) {
  const Slot base = op->slot[0];
  const uint64_t offset = op->immediate;
  if (base == kNoSlot) {
    for (unsigned i = 0; i < kLanes; ++i) {
      addresses[i] = offset;
    }
    return;
  }
  if (const uint32_t undefined = warp.state(base).undefined & active; undefined != 0) [[unlikely]] {
    failAny(warp, op, undefined, CUDA_ERROR_ILLEGAL_ADDRESS,
            "an address that was never set, or comes of data never written");
  }
  if (t.isWide) {
    const auto* from = warp.lanesOf<uint64_t>(base);
    for (unsigned i = 0; i < kLanes; ++i) {
      addresses[i] = from[i] + offset;
    }
  } else {
    const auto* from = warp.lanesOf<uint32_t>(base);
    const auto offset32 = static_cast<uint32_t>(offset);
    for (unsigned i = 0; i < kLanes; ++i) {
      addresses[i] = from[i] + offset32;
    }
  }
}

OpClass loadClassOf(Space space) {
  switch (space) {
    case Space::kShared:
    case Space::kSharedCluster:
      return OpClass::kLoadShared;
    case Space::kLocal:
      return OpClass::kLocal;
    case Space::kConst:
    case Space::kParam:
      return OpClass::kConstant;
    default:
      return OpClass::kLoadGlobal;
  }
}

OpClass storeClassOf(Space space) {
  switch (space) {
    case Space::kShared:
    case Space::kSharedCluster:
      return OpClass::kStoreShared;
    case Space::kLocal:
    case Space::kParam:
      return OpClass::kLocal;
    default:
      return OpClass::kStoreGlobal;
  }
}

void orderStrong(Warp& warp, uint32_t active, const Transfer& t, bool isDense,
                 std::byte* const* memory, bool reads, bool writes) {
  const AtomicOrder order{
      .reads = reads,
      .writes = writes,
      .acquires = t.strength == Strength::kAcquire || t.strength == Strength::kBoth,
      .releases = t.strength == Strength::kRelease || t.strength == Strength::kBoth};
  const auto first = static_cast<unsigned>(std::countr_zero(active));
  forLanes(active, [&](unsigned lane) {
    atomicAt(warp, lane, laneMemory(memory, isDense, first, lane, t.total()), order);
  });
}

}  // namespace gramian::machine
