// Barriers of the block, and of the lanes of a warp.
#include "exec/barrier.h"

#include <bit>
#include <string>

#include "exec/block.h"
#include "exec/control.h"
#include "exec/counters.h"
#include "exec/fault.h"
#include "exec/kernel.h"
#include "exec/lowering.h"
#include "exec/opcodes.h"

namespace gramian::machine {

namespace {

enum Kind : uint8_t { kSync, kArrive, kPopc, kAnd, kOr };

// slot[0]: the result; [1]: the barrier; [2]: the threads, or none; [3]: the predicate.
// variant: the kind. immediate: see below.
constexpr uint64_t kIsAligned = 1;
constexpr uint64_t kIsNegated = 2;

void requireDefined(Warp& warp, const Op* op, uint32_t active, Slot slot, const char* what) {
  if (const uint32_t undefined = warp.state(slot).undefined & active; undefined != 0) {
    failAny(warp, op, undefined, CUDA_ERROR_LAUNCH_FAILED,
            std::string(what) + " of a barrier was never set, or comes of data never written");
  }
}

uint32_t uniform(Warp& warp, const Op* op, uint32_t active, Slot slot, const char* what) {
  requireDefined(warp, op, active, slot, what);
  const auto* const lanes = warp.lanesOf<uint32_t>(slot);
  const uint32_t value = lanes[std::countr_zero(active)];
  forLanes(active, [&](unsigned lane) {
    if (lanes[lane] != value) {
      fail(warp, op, lane, CUDA_ERROR_LAUNCH_FAILED,
           std::string(what) + " of a barrier is " + std::to_string(lanes[lane]) + " here and " +
               std::to_string(value) + " in another lane");
    }
  });
  return value;
}

void requireSame(Warp& warp, const Op* op, uint32_t active, const Barrier& barrier, uint32_t number,
                 uint32_t threads) {
  const std::string name = "is at barrier " + std::to_string(number);
  if (barrier.threads != threads) {
    const auto text = [](uint32_t n) {
      return n == 0 ? "all threads" : std::to_string(n) + " threads";
    };
    failAny(warp, op, active, CUDA_ERROR_LAUNCH_FAILED,
            name + " of " + text(threads) + "; others are there with " + text(barrier.threads));
  }
  if (threads == 0 && barrier.op != op) {
    failAny(warp, op, active, CUDA_ERROR_LAUNCH_FAILED,
            name + " of the whole block; other threads are at another one, " +
                describe(*warp.kernel, barrier.op));
  }
}

// Writes the result of a reduction into the registers of the lanes.
void giveResult(Warp& warp, const Op* op, uint32_t lanes, const Barrier& barrier) {
  const Slot d = op->slot[0];
  if (op->variant == kPopc) {
    forLanes(lanes, [&](unsigned lane) { warp.lanesOf<uint32_t>(d)[lane] = barrier.count; });
  } else {
    const bool holds = op->variant == kAnd ? barrier.count == barrier.voters : barrier.count > 0;
    uint32_t& p = warp.predicate(d);
    p = holds ? p | lanes : p & ~lanes;
  }
  warp.state(d).undefined &= ~lanes;
  warp.state(d).computed &= ~lanes;
}

void complete(Block& block, uint32_t number) {
  Barrier& barrier = block.barriers[number];
  const bool isWhole = barrier.threads == 0;
  if (isWhole) {
    orderBlock(block);
  } else {
    orderWarps(block, barrier.waiting);
  }
  uint64_t last = 0;
  for (uint32_t w = 0; w < block.warpCount; ++w) {
    if ((barrier.waiting >> w & 1) != 0) {
      last = std::max(last, block.warps[w]->issued);
    }
  }
  for (uint32_t w = 0; w < block.warpCount; ++w) {
    if ((barrier.waiting >> w & 1) == 0) {
      continue;
    }
    Warp& warp = *block.warps[w];
    if (!isWhole) {
      takeIn(warp, barrier.handed);
    }
    for (const Group& g : warp.groups) {
      if (g.waits == Waits::kBlockBarrier && g.call == number) {
        const Op* const op = g.pc - 1;
        if (op->variant >= kPopc) {
          giveResult(warp, op, g.lanes, barrier);
        }
        if (warp.counters != nullptr) {
          warp.counters->of(*warp.kernel, op).events += last - warp.issued;
        }
      }
    }
    warp.wakeTogether(Waits::kBlockBarrier, number);
  }
  barrier = {};
}

const Op* arrive(Warp& warp, const Op* op, uint32_t active) {
  if ((op->immediate & kIsAligned) != 0 && !warp.converge(op, active)) {
    return nullptr;
  }
  Block& block = *warp.block;
  const uint32_t number = uniform(warp, op, active, op->slot[1], "the number");
  const uint32_t threads =
      op->slot[2] == kNoSlot ? 0 : uniform(warp, op, active, op->slot[2], "the number of threads");
  if (number >= kBarriers) {
    failAny(warp, op, active, CUDA_ERROR_LAUNCH_FAILED,
            "is at barrier " + std::to_string(number) + ", which is none of 0 to 15");
  }
  if (op->slot[2] != kNoSlot &&
      (threads == 0 || threads % kLanes != 0 || threads > block.warpCount * kLanes)) {
    failAny(warp, op, active, CUDA_ERROR_LAUNCH_FAILED,
            "is at a barrier of " + std::to_string(threads) + " threads in a block of " +
                std::to_string(block.threads) + ": not a number of whole warps in it");
  }
  Barrier& barrier = block.barriers[number];
  if (!barrier.isUsed) {
    barrier.isUsed = true;
    barrier.op = op;
    barrier.threads = threads;
    barrier.warps = threads == 0 ? block.warpCount : threads / kLanes;
  }
  requireSame(warp, op, active, barrier, number, threads);

  uint32_t& lanes = barrier.lanes[warp.number];
  if ((lanes & active) != 0) {
    failAny(warp, op, lanes & active, CUDA_ERROR_LAUNCH_FAILED,
            "arrives at barrier " + std::to_string(number) + " twice in one phase of it");
  }
  lanes |= active;
  if (op->variant >= kPopc) {
    const Slot p = op->slot[3];
    requireDefined(warp, op, active, p, "the predicate");
    const uint32_t holds = warp.predicate(p) ^ ((op->immediate & kIsNegated) != 0 ? kAllLanes : 0);
    barrier.count += static_cast<unsigned>(std::popcount(holds & active));
    barrier.voters += static_cast<unsigned>(std::popcount(active));
  }
  if (op->variant == kArrive) {
    barrier.handed.join(handOut(warp, active), block.warpCount);
  } else {
    barrier.waiting |= 1u << warp.number;
  }
  // All lanes of a warp take part, where threads are counted all that are left.
  const uint32_t wanted = threads == 0 ? warp.existing : warp.existing & ~warp.ended;
  if (lanes == wanted) {
    ++barrier.arrived;
  }
  const bool isLast = barrier.arrived == barrier.warps;
  if (op->variant == kArrive) {
    if (isLast) {
      complete(block, number);
    }
    return op + 1;
  }
  warp.wait(op + 1, Waits::kBlockBarrier, number);
  if (isLast) {
    complete(block, number);
  }
  return nullptr;
}

// bar.warp.sync. slot[1]: the mask.
const Op* syncWarp(Warp& warp, const Op* op, uint32_t active) {
  const Slot slot = op->slot[1];
  requireDefined(warp, op, active, slot, "the mask");
  const auto* const masks = warp.lanesOf<uint32_t>(slot);
  const uint32_t mask = masks[std::countr_zero(active)];
  uint32_t same = 0;
  forLanes(active, [&](unsigned lane) { same |= masks[lane] == mask ? 1u << lane : 0; });
  if ((same & ~mask) != 0) {
    failAny(warp, op, same & ~mask, CUDA_ERROR_LAUNCH_FAILED,
            "is at a warp operation whose mask leaves out the lane itself");
  }
  if (same != active) {
    warp.part(op, same);
    return nullptr;
  }
  const uint64_t call = callOf(op, mask);
  if (!warp.meet(op, active, mask, call)) {
    return nullptr;
  }
  orderLanes(warp, mask & warp.existing);
  warp.release(call);
  return op + 1;
}

void lowerBarrier(Lowering& l, bool isAligned) {
  l.take("cta");
  const int kind = l.takeOneOf({"sync", "arrive", "red"});
  if (kind < 0) {
    l.fail("a barrier that is neither .sync nor .arrive nor .red");
  }
  uint8_t variant = kind == 1 ? kArrive : kSync;
  if (kind == 2) {
    const int operation = l.takeOneOf({"popc", "and", "or"});
    if (operation < 0) {
      l.fail("a reduction that is neither .popc nor .and nor .or");
    }
    variant = static_cast<uint8_t>(kPopc + operation);
  }
  isAligned |= l.take("aligned");
  if (kind == 2) {
    if (variant == kPopc) {
      l.take("u32");
    } else {
      l.take("pred");
    }
  }
  l.finish();
  Slot slots[4] = {kNoSlot, kNoSlot, kNoSlot, kNoSlot};
  bool negated = false;
  size_t next = 0;
  const size_t count = l.operandCount();
  if (kind == 2) {
    slots[0] =
        variant == kPopc ? l.destination(next++, ptx::Type::kU32) : l.predicateDestination(next++);
  }
  slots[1] = l.source(next++, ptx::Type::kU32);
  if (count - next > (kind == 2 ? 1u : 0u)) {
    slots[2] = l.source(next++, ptx::Type::kU32);
  }
  if (kind == 2) {
    slots[3] = l.predicate(next, negated);
  }
  Op& op = l.emit(arrive, OpClass::kBarrier);
  for (int i = 0; i < 4; ++i) {
    op.slot[i] = slots[i];
  }
  op.variant = variant;
  op.immediate = (isAligned ? kIsAligned : 0) | (negated ? kIsNegated : 0);
}

void lowerWarpSync(Lowering& l) {
  l.finish();
  const Slot mask = l.source(0, ptx::Type::kU32);
  l.emit(syncWarp, OpClass::kWarp).slot[1] = mask;
}

}  // namespace

std::string Block::explainBarrier(uint32_t number) const {
  const Barrier& barrier = barriers[number];
  if (barrier.threads != 0) {
    uint32_t here = 0;
    for (const uint32_t lanes : barrier.lanes) {
      here += static_cast<uint32_t>(std::popcount(lanes));
    }
    return "waits at barrier " + std::to_string(number) + " of " + std::to_string(barrier.threads) +
           " threads, of which " + std::to_string(here) + " have come";
  }
  for (uint32_t i = 0; i < threads; ++i) {
    const Warp& warp = *warps[i / kLanes];
    const uint32_t lane = 1u << i % kLanes;
    if ((barrier.lanes[i / kLanes] & lane) != 0) {
      continue;
    }
    std::string what = "waits at a barrier of the block that " + describeThread(*this, i);
    if ((warp.ended & lane) != 0) {
      return "waits at a barrier of the block, but " + describeThread(*this, i) +
             " has left the kernel";
    }
    for (const Group& g : warp.groups) {
      if ((g.lanes & lane) != 0) {
        return what + " does not reach: it waits for " + nameOf(g.waits) + " before " +
               describe(*kernel, g.pc);
      }
    }
  }
  return "waits at a barrier of the block without end";
}

void registerBarriers(OpcodeTable& table) {
  table.add("bar", [](Lowering& l) { lowerBarrier(l, true); });
  table.add("barrier", [](Lowering& l) { lowerBarrier(l, false); });
  table.add("bar.warp.sync", lowerWarpSync);
}

}  // namespace gramian::machine
