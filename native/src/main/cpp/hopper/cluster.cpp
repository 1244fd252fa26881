#include "hopper/cluster.h"

#include <string>

#include "exec/fault.h"
#include "exec/opcodes.h"
#include "hopper/hopper.h"
#include "hopper/operands.h"
#include "memory/windows.h"

namespace gramian::machine {

namespace {

using ptx::Space;
using ptx::Type;

ClusterArrivals& arrivalsOf(Block& block) {
  return block.stateOf<ClusterArrivals>(block.clusterArrivals);
}

void completeIfAllCame(Block& block) {
  bool isUsed = false;
  for (Block* member : block.cluster) {
    const ClusterArrivals& a = arrivalsOf(*member);
    for (uint32_t i = 0; i < member->warpCount; ++i) {
      const Warp& warp = *member->warps[i];
      if ((warp.existing & ~warp.ended & ~a.arrived[i]) != 0) {
        return;
      }
      isUsed |= a.arrived[i] != 0;
    }
  }
  if (!isUsed) {
    return;
  }
  KnownRunsPointer together;
  for (Block* member : block.cluster) {
    together = joined(together, arrivalsOf(*member).handed);
  }
  for (Block* member : block.cluster) {
    ClusterArrivals& a = arrivalsOf(*member);
    a.passed = a.arrived;
    a.arrived = {};
    a.known = together;
    member->wake(Waits::kCluster);
  }
}

// variant: whether the arrival hands out what the lanes accessed.
const Op* arrive(Warp& warp, const Op* op, uint32_t active) {
  ClusterArrivals& a = arrivalsOf(*warp.block);
  const uint32_t twice = (a.arrived[warp.number] | a.passed[warp.number]) & active;
  if (twice != 0) {
    failAny(warp, op, twice, CUDA_ERROR_LAUNCH_FAILED,
            "arrives at the barrier of the cluster again without a wait");
  }
  if (op->variant != 0) {
    a.handed = joined(a.handed, handOutRuns(warp, active));
  } else if (warp.order.fenced) {
    // Only what a fence before it ordered.
    auto own = std::make_shared<KnownRuns>();
    own->runs.emplace_back(warp.block->run,
                           std::make_shared<const KnownWarps>(warp.order.fenced->of));
    a.handed = joined(a.handed, joined(own, warp.order.fenced->others));
  }
  a.arrived[warp.number] |= active;
  completeIfAllCame(*warp.block);
  return op + 1;
}

const Op* wait(Warp& warp, const Op* op, uint32_t active) {
  ClusterArrivals& a = arrivalsOf(*warp.block);
  if ((a.arrived[warp.number] & active) != 0) {
    return warp.wait(op, Waits::kCluster);
  }
  const uint32_t missing = active & ~a.passed[warp.number];
  if (missing != 0) {
    failAny(warp, op, missing, CUDA_ERROR_LAUNCH_FAILED,
            "waits at the barrier of the cluster without having arrived");
  }
  a.passed[warp.number] &= ~active;
  takeInRuns(warp, a.known);
  return op + 1;
}

const Op* arriveAligned(Warp& warp, const Op* op, uint32_t active) {
  return warp.converge(op, active) ? arrive(warp, op, active) : nullptr;
}

const Op* waitAligned(Warp& warp, const Op* op, uint32_t active) {
  return warp.converge(op, active) ? wait(warp, op, active) : nullptr;
}

void lowerArrive(Lowering& l) {
  const bool isRelaxed = l.takeOneOf({"relaxed", "release"}) == 0;
  const bool isAligned = l.take("aligned");
  l.finish();
  l.emit(isAligned ? arriveAligned : arrive, OpClass::kBarrier).variant = isRelaxed ? 0 : 1;
}

void lowerWait(Lowering& l) {
  l.take("acquire");
  const bool isAligned = l.take("aligned");
  l.finish();
  l.emit(isAligned ? waitAligned : wait, OpClass::kBarrier);
}

// ---- addresses in another block

struct Map {
  Pointer address;
  Slot rank = kNoSlot;
  bool isGeneric = false;
};

// slot[0]: the result.
const Op* map(Warp& warp, const Op* op, uint32_t active) {
  const auto& m = *static_cast<const Map*>(op->more);
  requireDefined(warp, op, m.address, active);
  requireDefined(warp, op, m.rank, active, "the rank of a block");
  const Block& block = *warp.block;
  forLanes(active, [&](unsigned lane) {
    const uint32_t rank = warp.lanesOf<uint32_t>(m.rank)[lane];
    if (rank >= block.cluster.size()) {
      fail(warp, op, lane, CUDA_ERROR_LAUNCH_FAILED,
           "maps an address to block " + std::to_string(rank) + " of a cluster of " +
               std::to_string(block.cluster.size()));
    }
    uint64_t address = m.address.of(warp, lane);
    if (m.isGeneric) {
      address = addressInSpace(warp, lane, Space::kSharedCluster, address);
    }
    const uint64_t offset = address & ((uint64_t{1} << kSharedOffsetBits) - 1);
    const uint64_t mapped = (uint64_t{rank} + 1) << kSharedOffsetBits | offset;
    if (m.isGeneric) {
      warp.lanesOf<uint64_t>(op->slot[0])[lane] =
          genericAddress(warp, lane, Space::kSharedCluster, mapped);
    } else if (op->variant == 8) {
      warp.lanesOf<uint64_t>(op->slot[0])[lane] = mapped;
    } else {
      warp.lanesOf<uint32_t>(op->slot[0])[lane] = static_cast<uint32_t>(mapped);
    }
  });
  setWritten(warp, op->slot[0], active);
  return op + 1;
}

// A register, a variable or a register and an offset, none of them in brackets.
Pointer lowerPlainAddress(Lowering& l, size_t operand, Type type) {
  Pointer p;
  p.isWide = ptx::bytesOf(type) == 8;
  p.base = l.source(operand, type);
  return p;
}

void lowerMap(Lowering& l) {
  Map m;
  m.isGeneric = !l.take("shared::cluster");
  const Type type = l.type();
  l.finish();
  m.address = lowerPlainAddress(l, 1, type);
  m.rank = l.source(2, Type::kB32);
  const Slot result = l.destination(0, type);
  Op& op = l.emit(map, OpClass::kMove);
  op.slot[0] = result;
  op.variant = static_cast<uint8_t>(ptx::bytesOf(type));
  op.more = l.keep(m);
}

const Op* rankOf(Warp& warp, const Op* op, uint32_t active) {
  const auto& m = *static_cast<const Map*>(op->more);
  requireDefined(warp, op, m.address, active);
  forLanes(active, [&](unsigned lane) {
    uint64_t address = m.address.of(warp, lane);
    if (m.isGeneric) {
      address = addressInSpace(warp, lane, Space::kSharedCluster, address);
    }
    const uint64_t rank = address >> kSharedOffsetBits;
    warp.lanesOf<uint32_t>(op->slot[0])[lane] =
        rank == 0 ? warp.block->clusterRank : static_cast<uint32_t>(rank - 1);
  });
  setWritten(warp, op->slot[0], active);
  return op + 1;
}

void lowerRank(Lowering& l) {
  Map m;
  m.isGeneric = !l.take("shared::cluster");
  const Type type = l.type();
  l.finish();
  m.address = lowerPlainAddress(l, 1, type);
  const Slot result = l.destination(0, Type::kB32);
  Op& op = l.emit(rankOf, OpClass::kMove);
  op.slot[0] = result;
  op.more = l.keep(m);
}

}  // namespace

void leaveCluster(Warp& warp) {
  if (warp.block->cluster.size() > 1 || warp.block->clusterArrivals) {
    completeIfAllCame(*warp.block);
  }
}

void registerClusters(OpcodeTable& table) {
  table.add("barrier.cluster.arrive", lowerArrive);
  table.add("barrier.cluster.wait", lowerWait);
  table.add("mapa", lowerMap);
  table.add("getctarank", lowerRank);
}

}  // namespace gramian::machine
