// cp.async.bulk.tensor and its reducing form: boxes of tensors that tensor maps describe.
#include <bit>
#include <string>
#include <vector>

#include "exec/fault.h"
#include "exec/opcodes.h"
#include "hopper/bulk.h"
#include "hopper/hopper.h"
#include "hopper/tensor_map.h"
#include "memory/access.h"
#include "memory/windows.h"

namespace gramian::machine {

namespace {

using ptx::Space;
using ptx::Type;

constexpr uint64_t kSharedAlignment = 128;

struct TensorCopy {
  uint32_t rank = 0;
  Pointer map;
  std::vector<Slot> coordinates;
  Pointer shared;
  Pointer barrier;
  Slot mask = kNoSlot;
  bool isLoad = false;
  Reduction reduction = Reduction::kNone;
};

TensorMap mapOf(Warp& warp, const Op* op, unsigned lane, const TensorCopy& c) {
  const uint64_t address = c.map.of(warp, lane);
  // Parameters are aligned within their space; where that lies in memory is the device's affair.
  const bool isParameter = isInSpace(warp, lane, Space::kParam, address);
  requireAlignment(warp, op, lane,
                   isParameter ? addressInSpace(warp, lane, Space::kParam, address) : address, 64,
                   "tensor map");
  const std::byte* const bytes =
      checkRange(warp, op, lane, Space::kGeneric, address, kTensorMapBytes, Access::kRead);
  TensorMap map;
  if (!map.decode(bytes)) {
    fail(warp, op, lane, CUDA_ERROR_LAUNCH_FAILED,
         "reads a tensor map that cuTensorMapEncodeTiled did not make");
  }
  if (map.rank != c.rank) {
    fail(warp, op, lane, CUDA_ERROR_LAUNCH_FAILED,
         "has " + std::to_string(c.rank) + " coordinates for a tensor map of rank " +
             std::to_string(map.rank));
  }
  return map;
}

const Op* copy(Warp& warp, const Op* op, uint32_t active) {
  const auto& c = *static_cast<const TensorCopy*>(op->more);
  requireDefined(warp, op, c.map, active);
  requireDefined(warp, op, c.shared, active);
  for (const Slot s : c.coordinates) {
    requireDefined(warp, op, s, active, "a coordinate");
  }
  if (c.isLoad) {
    requireDefined(warp, op, c.barrier, active);
    requireDefined(warp, op, c.mask, active, "the mask of a multicast");
  }
  forLanes(active, [&](unsigned lane) {
    const TensorMap map = mapOf(warp, op, lane, c);
    int32_t coordinates[kMaxRank] = {};
    for (uint32_t i = 0; i < c.rank; ++i) {
      coordinates[i] = warp.lanesOf<int32_t>(c.coordinates[i])[lane];
    }
    const uint64_t shared = c.shared.of(warp, lane);
    requireAlignment(warp, op, lane, shared, kSharedAlignment, "box of a tensor in shared memory");
    BulkBox box = map.boxAt(coordinates, shared);
    if (!c.isLoad) {
      issueStore(warp, op, lane, std::move(box), c.reduction, map.type);
      return;
    }
    const uint64_t barrier = c.barrier.of(warp, lane);
    if (c.mask == kNoSlot) {
      issueLoad(warp, op, lane, std::move(box), barrier);
    } else {
      issueMulticast(warp, op, lane, box, barrier, warp.lanesOf<uint16_t>(c.mask)[lane]);
    }
  });
  return op + 1;
}

uint32_t takeRank(Lowering& l) {
  const int rank = l.takeOneOf({"1d", "2d", "3d", "4d", "5d"});
  if (rank < 0) {
    l.fail("expected the rank of the tensor: 1d to 5d");
  }
  return static_cast<uint32_t>(rank + 1);
}

// "[map, {c0, c1}]". The map's address is a generic one.
void lowerTensor(Lowering& l, size_t operand, TensorCopy& c) {
  c.map = lowerPointer(l, operand, Space::kGeneric);
  c.coordinates = l.coordinates(operand);
  if (c.coordinates.size() != c.rank) {
    l.fail("expected " + std::to_string(c.rank) + " coordinates");
  }
}

void takeTile(Lowering& l) {
  if (l.peek().starts_with("im2col")) {
    l.fail("this device does not know tensor maps of images (im2col)");
  }
  l.take("tile");
}

void lowerCopy(Lowering& l, bool reduces) {
  TensorCopy c;
  c.rank = takeRank(l);
  c.isLoad = l.take("shared::cluster") || l.take("shared::cta");
  l.take("global");
  if (c.isLoad) {
    takeTile(l);
    if (!l.take("mbarrier::complete_tx::bytes")) {
      l.fail("expected .mbarrier::complete_tx::bytes");
    }
    const bool isMulticast = l.take("multicast::cluster");
    l.take("L2::cache_hint");
    l.finish();
    c.shared = lowerPointer(l, 0, Space::kSharedCluster);
    lowerTensor(l, 1, c);
    c.barrier = lowerPointer(l, 2, Space::kSharedCluster);
    if (isMulticast) {
      c.mask = l.source(3, Type::kB16);
    }
  } else {
    if (!l.take("shared::cta")) {
      l.fail("expected .shared::cta");
    }
    if (reduces) {
      c.reduction = takeReduction(l);
    }
    takeTile(l);
    if (!l.take("bulk_group")) {
      l.fail("expected .bulk_group");
    }
    l.take("L2::cache_hint");
    l.finish();
    lowerTensor(l, 0, c);
    c.shared = lowerPointer(l, 1, Space::kShared);
  }
  l.emit(copy, OpClass::kAsync).more = l.keep(c);
}

}  // namespace

void registerTensorCopies(OpcodeTable& table) {
  table.add("cp.async.bulk.tensor", [](Lowering& l) { lowerCopy(l, false); });
  table.add("cp.reduce.async.bulk.tensor", [](Lowering& l) { lowerCopy(l, true); });
}

}  // namespace gramian::machine
