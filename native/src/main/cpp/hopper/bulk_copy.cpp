// cp.async.bulk and cp.reduce.async.bulk of consecutive bytes, and the groups of stores.
#include <bit>
#include <optional>
#include <string>

#include "exec/fault.h"
#include "exec/opcodes.h"
#include "hopper/bulk.h"
#include "hopper/hopper.h"
#include "memory/access.h"

namespace gramian::machine {

namespace {

using ptx::Space;
using ptx::Type;

constexpr uint64_t kAlignment = 16;

struct BulkCopy {
  Pointer to;
  Pointer from;
  Pointer barrier;
  Slot size = kNoSlot;
  Slot mask = kNoSlot;  // of a multicast
  bool isLoad = false;
  Reduction reduction = Reduction::kNone;
  Type type = Type::kNone;
};

const Op* copy(Warp& warp, const Op* op, uint32_t active) {
  const auto& c = *static_cast<const BulkCopy*>(op->more);
  requireDefined(warp, op, c.to, active);
  requireDefined(warp, op, c.from, active);
  requireDefined(warp, op, c.size, active, "the size of a copy");
  if (c.isLoad) {
    requireDefined(warp, op, c.barrier, active);
    requireDefined(warp, op, c.mask, active, "the mask of a multicast");
  }
  forLanes(active, [&](unsigned lane) {
    const uint64_t to = c.to.of(warp, lane);
    const uint64_t from = c.from.of(warp, lane);
    const uint32_t bytes = warp.lanesOf<uint32_t>(c.size)[lane];
    requireAlignment(warp, op, lane, to, kAlignment, "bulk copy");
    requireAlignment(warp, op, lane, from, kAlignment, "bulk copy");
    requireAlignment(warp, op, lane, bytes, kAlignment, "size of a bulk copy");
    BulkBox box;
    box.bytes = bytes;
    if (!c.isLoad) {
      box.shared = from;
      box.space = c.to.space;
      box.runs.push_back({to, 0, bytes});
      issueStore(warp, op, lane, std::move(box), c.reduction, c.type);
      return;
    }
    box.space = c.from.space;
    box.shared = to;
    box.runs.push_back({from, 0, bytes});
    const uint64_t barrier = c.barrier.of(warp, lane);
    if (c.mask == kNoSlot) {
      issueLoad(warp, op, lane, std::move(box), barrier);
    } else {
      issueMulticast(warp, op, lane, box, barrier, warp.lanesOf<uint16_t>(c.mask)[lane]);
    }
  });
  return op + 1;
}

void lowerCopy(Lowering& l, bool reduces) {
  BulkCopy c;
  const std::optional<Space> to = l.spaceIf();
  const std::optional<Space> from = l.spaceIf();
  if (!to || !from) {
    l.fail("expected the spaces of a bulk copy");
  }
  const bool hasBarrier = l.take("mbarrier::complete_tx::bytes");
  if (!hasBarrier && !l.take("bulk_group")) {
    l.fail("expected how the copy completes");
  }
  const bool isToShared = *to == Space::kShared || *to == Space::kSharedCluster;
  const bool isFromShared = *from == Space::kShared || *from == Space::kSharedCluster;
  if (isToShared != hasBarrier || (!isToShared && !isFromShared)) {
    l.fail(std::string("there is no such bulk copy from ") + ptx::nameOf(*from) + " to " +
           ptx::nameOf(*to));
  }
  const bool isMulticast = l.take("multicast::cluster");
  l.take("L2::cache_hint");
  if (reduces) {
    if (isToShared) {
      l.fail("this device does not know reductions into shared memory of the cluster");
    }
    c.reduction = takeReduction(l);
    l.take("noftz");
    c.type = l.type();
  }
  l.finish();
  c.isLoad = isToShared;
  c.to = lowerPointer(l, 0, *to);
  c.from = lowerPointer(l, 1, *from);
  c.size = l.source(2, Type::kB32);
  if (isToShared) {
    c.barrier = lowerPointer(l, 3, Space::kSharedCluster);
    if (isMulticast) {
      c.mask = l.source(4, Type::kB16);
    }
  }
  l.emit(copy, OpClass::kAsync).more = l.keep(c);
}

// ---- prefetch

const Op* prefetch(Warp&, const Op* op, uint32_t) { return op + 1; }

void lowerPrefetch(Lowering& l) {
  while (!l.peek().empty()) {
    l.skip();
  }
  l.emit(prefetch, OpClass::kAsync);
}

// ---- groups

const Op* commit(Warp& warp, const Op* op, uint32_t active) {
  commitStores(warp, active);
  return op + 1;
}

// immediate: how many groups may stay under way.
const Op* waitGroup(Warp& warp, const Op* op, uint32_t active) {
  landStores(warp, active, op->immediate);
  return op + 1;
}

void lowerCommit(Lowering& l) {
  l.finish();
  l.emit(commit, OpClass::kAsync);
}

void lowerWaitGroup(Lowering& l) {
  l.take("read");
  l.finish();
  const uint64_t pending = l.immediate(0, Type::kU32);
  l.emit(waitGroup, OpClass::kAsync).immediate = pending;
}

}  // namespace

void registerBulkCopies(OpcodeTable& table) {
  table.add("cp.async.bulk", [](Lowering& l) { lowerCopy(l, false); });
  table.add("cp.reduce.async.bulk", [](Lowering& l) { lowerCopy(l, true); });
  table.add("cp.async.bulk.prefetch", lowerPrefetch);
  table.add("cp.async.bulk.commit_group", lowerCommit);
  table.add("cp.async.bulk.wait_group", lowerWaitGroup);
}

}  // namespace gramian::machine
