#include "hopper/mbarrier.h"

#include <bit>
#include <cstdio>
#include <cstring>
#include <optional>

#include "exec/fault.h"
#include "exec/opcodes.h"
#include "hopper/hopper.h"
#include "hopper/operands.h"
#include "memory/access.h"
#include "memory/async_copy.h"
#include "memory/defined.h"
#include "memory/windows.h"

namespace gramian::machine {

namespace {

using ptx::Space;
using ptx::Type;

constexpr uint64_t kBytes = 8;
constexpr int64_t kMaxTransactions = (1 << 20) - 1;

// Of a state that an arrival returns: its phase above the arrivals that were to come.
constexpr unsigned kStatePhaseShift = 20;

std::string hex(uint64_t value) {
  char text[32];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value));
  return text;
}

uint64_t imageOf(const Mbarrier& b) {
  return uint64_t{0x6b} << 56 | (b.phase & 0x3fff) << 42 |
         (static_cast<uint64_t>(b.transactions) & 0x3fffff) << 20 | b.pending;
}

// Shared memory shows a value that means nothing to a program, and tells when it was overwritten.
void writeImage(Block& block, uint32_t offset, Mbarrier& b) {
  b.image = imageOf(b);
  std::byte* const memory = block.shared + offset;
  std::memcpy(memory, &b.image, kBytes);
  setDefined(memory, kBytes);
}

MbarrierPlace placeOf(Warp& warp, const Op* op, unsigned lane, Space space, uint64_t address,
                      Access access) {
  requireAlignment(warp, op, lane, address, kBytes, "mbarrier");
  const std::byte* const memory = checkRange(warp, op, lane, space, address, kBytes, access);
  const Block* const owner = blockOfShared(*warp.block, reinterpret_cast<uint64_t>(memory));
  if (owner == nullptr) {
    fail(warp, op, lane, CUDA_ERROR_ILLEGAL_ADDRESS,
         "an mbarrier at " + hex(address) + ", which is not in shared memory");
  }
  return {const_cast<Block*>(owner), static_cast<uint32_t>(memory - owner->shared), nullptr};
}

// The phase is over when all arrivals and all bytes have come.
void completePhase(Block& block, uint32_t offset, Mbarrier& b) {
  if (b.pending == 0 && b.transactions == 0) {
    ++b.phase;
    b.pending = b.expected;
    b.known = b.handed;
    b.knownByOthers = b.handedByOthers;
    for (Block* member : block.cluster) {
      member->wake(Waits::kMbarrier);
    }
  }
  writeImage(block, offset, b);
}

void handTo(Warp& warp, unsigned lanes, const MbarrierPlace& place) {
  if (place.block == warp.block) {
    place.barrier->handed.join(handOut(warp, lanes), warp.block->warpCount);
  } else {
    place.barrier->handedByOthers = joined(place.barrier->handedByOthers, handOutRuns(warp, lanes));
  }
}

void expectBytes(Warp& warp, const Op* op, unsigned lane, const MbarrierPlace& place,
                 int64_t bytes) {
  place.barrier->transactions += bytes;
  if (place.barrier->transactions > kMaxTransactions ||
      place.barrier->transactions < -kMaxTransactions) {
    fail(warp, op, lane, CUDA_ERROR_LAUNCH_FAILED,
         "an mbarrier whose phase waits for " + std::to_string(place.barrier->transactions) +
             " bytes: it counts up to " + std::to_string(kMaxTransactions));
  }
}

// ---- init, inval

struct Init {
  Pointer address;
  Slot count = kNoSlot;
};

const Op* init(Warp& warp, const Op* op, uint32_t active) {
  const auto& i = *static_cast<const Init*>(op->more);
  requireDefined(warp, op, i.address, active);
  requireDefined(warp, op, i.count, active, "the count of an mbarrier");
  forLanes(active, [&](unsigned lane) {
    const MbarrierPlace place =
        placeOf(warp, op, lane, i.address.space, i.address.of(warp, lane), Access::kWrite);
    const uint32_t count = warp.lanesOf<uint32_t>(i.count)[lane];
    if (count == 0 || count > kMaxMbarrierCount) {
      fail(warp, op, lane, CUDA_ERROR_LAUNCH_FAILED,
           "an mbarrier of " + std::to_string(count) + " arrivals: there may be 1 to " +
               std::to_string(kMaxMbarrierCount));
    }
    Mbarrier& b = mbarriersOf(*place.block).at[place.offset];
    b = {};
    b.expected = count;
    b.pending = count;
    writeImage(*place.block, place.offset, b);
  });
  return op + 1;
}

const Op* invalidate(Warp& warp, const Op* op, uint32_t active) {
  const auto& i = *static_cast<const Init*>(op->more);
  requireDefined(warp, op, i.address, active);
  forLanes(active, [&](unsigned lane) {
    const uint64_t address = i.address.of(warp, lane);
    findMbarrier(warp, op, lane, i.address.space, address);
    const MbarrierPlace place = placeOf(warp, op, lane, i.address.space, address, Access::kWrite);
    mbarriersOf(*place.block).at.erase(place.offset);
    setUndefined(place.block->shared + place.offset, kBytes);
  });
  return op + 1;
}

Space sharedOf(Lowering& l) {
  const Space space = l.spaceIf().value_or(Space::kGeneric);
  if (space != Space::kGeneric && space != Space::kShared && space != Space::kSharedCluster) {
    l.fail(std::string("mbarriers do not lie in space ") + ptx::nameOf(space));
  }
  return space;
}

void lowerInit(Lowering& l) {
  Init i;
  const Space space = sharedOf(l);
  l.take("b64");
  l.finish();
  i.address = lowerPointer(l, 0, space);
  i.count = l.source(1, Type::kB32);
  l.emit(init, OpClass::kBarrier).more = l.keep(i);
}

void lowerInvalidate(Lowering& l) {
  Init i;
  const Space space = sharedOf(l);
  l.take("b64");
  l.finish();
  i.address = lowerPointer(l, 0, space);
  l.emit(invalidate, OpClass::kBarrier).more = l.keep(i);
}

// ---- arrive, expect_tx, complete_tx

struct Arrive {
  Pointer address;
  Slot state = kNoSlot;
  Slot count = kNoSlot;  // of arrivals; one where there is none
  Slot bytes = kNoSlot;
  bool arrives = true;
  bool drops = false;
  bool mayNotComplete = false;
  bool isRelaxed = false;
  bool completesBytes = false;
};

const Op* arrive(Warp& warp, const Op* op, uint32_t active) {
  const auto& a = *static_cast<const Arrive*>(op->more);
  requireDefined(warp, op, a.address, active);
  requireDefined(warp, op, a.count, active, "the count of arrivals");
  requireDefined(warp, op, a.bytes, active, "the number of bytes");
  forLanes(active, [&](unsigned lane) {
    const MbarrierPlace place =
        findMbarrier(warp, op, lane, a.address.space, a.address.of(warp, lane));
    Mbarrier& b = *place.barrier;
    const uint64_t state = b.phase << kStatePhaseShift | b.pending;
    if (a.bytes != kNoSlot) {
      const int64_t bytes = warp.lanesOf<uint32_t>(a.bytes)[lane];
      expectBytes(warp, op, lane, place, a.completesBytes ? -bytes : bytes);
    }
    if (a.arrives) {
      const uint32_t count = a.count == kNoSlot ? 1 : warp.lanesOf<uint32_t>(a.count)[lane];
      if (a.drops) {
        b.expected -= std::min(count, b.expected);
      }
      if (a.mayNotComplete && count >= b.pending) {
        fail(warp, op, lane, CUDA_ERROR_LAUNCH_FAILED,
             "an arrival that may not complete the phase of an mbarrier completes it");
      }
      if (!a.isRelaxed) {
        handTo(warp, 1u << lane, place);
      }
      arriveAt(warp, op, lane, place, count);
    } else {
      completePhase(*place.block, place.offset, b);
    }
    if (a.state != kNoSlot) {
      warp.lanesOf<uint64_t>(a.state)[lane] = state;
    }
  });
  if (a.state != kNoSlot) {
    setWritten(warp, a.state, active);
  }
  return op + 1;
}

void lowerArriving(Lowering& l, Arrive a) {
  Space space = Space::kGeneric;
  bool expects = a.bytes != kNoSlot || !a.arrives;
  for (;;) {
    if (l.take("noComplete")) {
      a.mayNotComplete = true;
    } else if (l.take("expect_tx")) {
      expects = true;
    } else if (l.take("relaxed")) {
      a.isRelaxed = true;
    } else if (l.takeOneOf({"release", "cta", "cluster"}) >= 0 || l.take("b64")) {
      continue;
    } else if (l.peek().starts_with("shared")) {
      space = sharedOf(l);
    } else {
      break;
    }
  }
  l.finish();
  size_t operand = 0;
  if (l.operand(0).kind != ptx::Operand::Kind::kAddress) {
    if (l.operand(0).kind != ptx::Operand::Kind::kSink) {
      a.state = l.destination(0, Type::kB64);
    }
    operand = 1;
  }
  a.address = lowerPointer(l, operand, space);
  if (l.operandCount() > operand + 1) {
    (expects ? a.bytes : a.count) = l.source(operand + 1, Type::kB32);
  } else if (expects) {
    l.fail("expected the number of bytes");
  }
  l.emit(arrive, OpClass::kBarrier).more = l.keep(a);
}

void lowerArrive(Lowering& l) { lowerArriving(l, {}); }

void lowerArriveDrop(Lowering& l) {
  Arrive a;
  a.drops = true;
  lowerArriving(l, a);
}

void lowerExpect(Lowering& l) {
  Arrive a;
  a.arrives = false;
  lowerArriving(l, a);
}

void lowerComplete(Lowering& l) {
  Arrive a;
  a.arrives = false;
  a.completesBytes = true;
  lowerArriving(l, a);
}

// ---- test_wait, try_wait

struct Wait {
  Pointer address;
  Slot result = kNoSlot;
  Slot state = kNoSlot;  // or the parity, of 32 bits
  bool isParity = false;
  bool isRelaxed = false;
  bool suspends = false;
};

bool isComplete(const Warp& warp, const Op* op, unsigned lane, const Wait& w, const Mbarrier& b) {
  if (w.isParity) {
    const uint32_t parity = warp.lanesOf<uint32_t>(w.state)[lane];
    if (parity > 1) {
      fail(warp, op, lane, CUDA_ERROR_LAUNCH_FAILED,
           "waits for a phase of parity " + std::to_string(parity) + ": it is 0 or 1");
    }
    return (b.phase & 1) != parity;
  }
  const uint64_t phase = warp.lanesOf<uint64_t>(w.state)[lane] >> kStatePhaseShift;
  if (phase != b.phase && phase + 1 != b.phase) {
    fail(warp, op, lane, CUDA_ERROR_LAUNCH_FAILED,
         "waits for phase " + std::to_string(phase) + " of an mbarrier that is in phase " +
             std::to_string(b.phase) + ": only the current and the last one can be told");
  }
  return phase != b.phase;
}

// Lands what completes at the barrier, until its phase is over.
void landWork(const MbarrierPlace& place) {
  BlockMbarriers& all = mbarriersOf(*place.block);
  const uint64_t phase = place.barrier->phase;
  for (size_t i = 0; i < all.underWay.size() && place.barrier->phase == phase;) {
    if (all.underWay[i].barrier != place.offset) {
      ++i;
      continue;
    }
    const AsyncWork work = std::move(all.underWay[i]);
    all.underWay.erase(all.underWay.begin() + static_cast<ptrdiff_t>(i));
    work.land();
  }
}

const Op* wait(Warp& warp, const Op* op, uint32_t active) {
  const auto& w = *static_cast<const Wait*>(op->more);
  requireDefined(warp, op, w.address, active);
  requireDefined(warp, op, w.state, active, "the phase to wait for");
  uint32_t complete = 0;
  uint64_t call = 0;
  for (uint32_t rest = active; rest != 0;) {
    // Lanes that wait for the same are one.
    const auto lane = static_cast<unsigned>(std::countr_zero(rest));
    const uint64_t address = w.address.of(warp, lane);
    const auto stateOf = [&](unsigned i) {
      return w.isParity ? warp.lanesOf<uint32_t>(w.state)[i] : warp.lanesOf<uint64_t>(w.state)[i];
    };
    uint32_t same = 0;
    forLanes(rest, [&](unsigned i) {
      const bool isSame = w.address.of(warp, i) == address && stateOf(i) == stateOf(lane);
      same |= uint32_t{isSame} << i;
    });
    rest &= ~same;
    const MbarrierPlace place = findMbarrier(warp, op, lane, w.address.space, address);
    if (!isComplete(warp, op, lane, w, *place.barrier)) {
      landWork(place);
    }
    call = uint64_t{place.block->clusterRank} << 32 | place.offset;
    if (isComplete(warp, op, lane, w, *place.barrier)) {
      complete |= same;
      if (!w.isRelaxed) {
        takeIn(warp, place.barrier->known);
        takeInRuns(warp, place.barrier->knownByOthers);
      }
    }
  }
  if (complete == 0 && w.suspends) {
    return warp.wait(op, Waits::kMbarrier, call);
  }
  uint32_t& result = warp.predicate(w.result);
  result = (result & ~active) | complete;
  setWritten(warp, w.result, active);
  return complete == 0 ? warp.wait(op + 1, Waits::kMemory) : op + 1;
}

void lowerWait(Lowering& l, bool suspends) {
  Wait w;
  w.suspends = suspends;
  Space space = Space::kGeneric;
  for (;;) {
    if (l.take("parity")) {
      w.isParity = true;
    } else if (l.take("relaxed")) {
      w.isRelaxed = true;
    } else if (l.takeOneOf({"acquire", "cta", "cluster"}) >= 0 || l.take("b64")) {
      continue;
    } else if (l.peek().starts_with("shared")) {
      space = sharedOf(l);
    } else {
      break;
    }
  }
  l.finish();
  w.result = l.predicateDestination(0);
  w.address = lowerPointer(l, 1, space);
  w.state = l.source(2, w.isParity ? Type::kB32 : Type::kB64);
  if (l.operandCount() > 3) {
    l.source(3, Type::kB32);  // how long to wait at most: what is waited for comes, or never does
  }
  l.emit(wait, OpClass::kBarrier).more = l.keep(w);
}

// ---- pending_count

const Op* pendingCount(Warp& warp, const Op* op, uint32_t active) {
  const auto* const states = warp.lanesOf<uint64_t>(op->slot[1]);
  auto* const counts = warp.lanesOf<uint32_t>(op->slot[0]);
  forLanes(active, [&](unsigned lane) {
    counts[lane] = static_cast<uint32_t>(states[lane]) & kMaxMbarrierCount;
  });
  setWritten(warp, op->slot[0], active);
  return op + 1;
}

void lowerPendingCount(Lowering& l) {
  l.take("b64");
  l.finish();
  const Slot state = l.source(1, Type::kB64);
  const Slot count = l.destination(0, Type::kB32);
  Op& op = l.emit(pendingCount, OpClass::kBarrier);
  op.slot[0] = count;
  op.slot[1] = state;
}

// ---- cp.async.mbarrier.arrive

// An arrival when the lane's copies by cp.async have landed. Unless it is among those that the
// barrier expects (.noinc) the phase waits for one more.
const Op* arriveWithCopies(Warp& warp, const Op* op, uint32_t active) {
  const auto& a = *static_cast<const Arrive*>(op->more);
  requireDefined(warp, op, a.address, active);
  forLanes(active, [&](unsigned lane) {
    const MbarrierPlace place =
        findMbarrier(warp, op, lane, a.address.space, a.address.of(warp, lane));
    if (!a.mayNotComplete) {
      ++place.barrier->pending;
      writeImage(*place.block, place.offset, *place.barrier);
    }
    mbarriersOf(*place.block).underWay.push_back({place.offset, [&warp, op, lane, place] {
                                                    landAsyncCopies(warp, 1u << lane, 0, true);
                                                    MbarrierPlace now = place;
                                                    now.barrier = &mbarrierAt(
                                                        warp, op, lane, *place.block, place.offset);
                                                    handTo(warp, 1u << lane, now);
                                                    arriveAt(warp, op, lane, now, 1);
                                                  }});
  });
  return op + 1;
}

void lowerArriveWithCopies(Lowering& l) {
  Arrive a;
  a.mayNotComplete = l.take("noinc");
  const Space space = sharedOf(l);
  l.take("b64");
  l.finish();
  a.address = lowerPointer(l, 0, space);
  l.emit(arriveWithCopies, OpClass::kAsync).more = l.keep(a);
}

}  // namespace

BlockMbarriers& mbarriersOf(Block& block) { return block.stateOf<BlockMbarriers>(block.mbarriers); }

Mbarrier& mbarrierAt(Warp& warp, const Op* op, unsigned lane, Block& block, uint32_t offset) {
  auto& all = mbarriersOf(block).at;
  const auto found = all.find(offset);
  if (found == all.end()) {
    fail(warp, op, lane, CUDA_ERROR_LAUNCH_FAILED,
         "no mbarrier was initialised at offset " + hex(offset) + " of shared memory");
  }
  if (std::memcmp(block.shared + offset, &found->second.image, kBytes) != 0) {
    fail(warp, op, lane, CUDA_ERROR_LAUNCH_FAILED,
         "the mbarrier at offset " + hex(offset) + " of shared memory was overwritten");
  }
  return found->second;
}

MbarrierPlace findMbarrier(Warp& warp, const Op* op, unsigned lane, Space space, uint64_t address) {
  MbarrierPlace place = placeOf(warp, op, lane, space, address, Access::kAtomic);
  place.barrier = &mbarrierAt(warp, op, lane, *place.block, place.offset);
  return place;
}

void arriveAt(Warp& warp, const Op* op, unsigned lane, const MbarrierPlace& place, uint32_t count) {
  Mbarrier& b = *place.barrier;
  if (count == 0 || count > b.pending) {
    fail(warp, op, lane, CUDA_ERROR_LAUNCH_FAILED,
         std::to_string(count) + " arrivals at an mbarrier whose phase waits for " +
             std::to_string(b.pending) + " of " + std::to_string(b.expected));
  }
  b.pending -= count;
  completePhase(*place.block, place.offset, b);
}

void completeBytes(Warp& warp, const Op* op, unsigned lane, const MbarrierPlace& place,
                   uint64_t bytes) {
  handTo(warp, 1u << lane, place);
  expectBytes(warp, op, lane, place, -static_cast<int64_t>(bytes));
  completePhase(*place.block, place.offset, *place.barrier);
}

std::string explainMbarrier(Block& block, uint64_t call) {
  Block& owner = *block.cluster[call >> 32];
  const auto offset = static_cast<uint32_t>(call);
  const auto found = mbarriersOf(owner).at.find(offset);
  if (found == mbarriersOf(owner).at.end()) {
    return "waits for a phase of an mbarrier that is gone";
  }
  const Mbarrier& b = found->second;
  return "waits without end for an mbarrier whose phase " + std::to_string(b.phase) + " lacks " +
         std::to_string(b.pending) + " of " + std::to_string(b.expected) + " arrivals and " +
         std::to_string(b.transactions) + " bytes of copies";
}

void registerMbarriers(OpcodeTable& table) {
  table.add("mbarrier.init", lowerInit);
  table.add("mbarrier.inval", lowerInvalidate);
  table.add("mbarrier.arrive", lowerArrive);
  table.add("mbarrier.arrive_drop", lowerArriveDrop);
  table.add("mbarrier.expect_tx", lowerExpect);
  table.add("mbarrier.complete_tx", lowerComplete);
  table.add("mbarrier.test_wait", [](Lowering& l) { lowerWait(l, false); });
  table.add("mbarrier.try_wait", [](Lowering& l) { lowerWait(l, true); });
  table.add("mbarrier.pending_count", lowerPendingCount);
  table.add("cp.async.mbarrier.arrive", lowerArriveWithCopies);
}

}  // namespace gramian::machine
