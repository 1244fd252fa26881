#include "exec/jumps.h"

#include <cstdio>
#include <string>

#include "exec/fault.h"
#include "exec/warp.h"
#include "hopper/bulk.h"
#include "hopper/cluster.h"

namespace gramian::machine {

namespace {

const Op* targetOf(const Op* op) { return op + static_cast<int64_t>(op->immediate); }

void requireDefined(Warp& warp, const Op* op, uint32_t active, const char* what) {
  if (const uint32_t undefined = warp.state(op->slot[0]).undefined & active; undefined != 0) {
    failAny(warp, op, undefined, CUDA_ERROR_LAUNCH_FAILED, what);
  }
}

}  // namespace

const Op* jump(Warp& warp, const Op* op, uint32_t active) {
  if (active == warp.group().lanes) {
    return targetOf(op);
  }
  return warp.branch(op, active, targetOf(op), op + 1);
}

const Op* jumpIfEqual(Warp& warp, const Op* op, uint32_t active) {
  requireDefined(warp, op, active, "calls an address that was never written");
  const auto* const addresses = warp.lanesOf<uint64_t>(op->slot[0]);
  const auto* const functions = warp.lanesOf<uint64_t>(op->slot[1]);
  uint32_t equal = 0;
  forLanes(active,
           [&](unsigned lane) { equal |= uint32_t{addresses[lane] == functions[lane]} << lane; });
  if (equal == 0) {
    return op + 1;
  }
  return equal == warp.group().lanes ? targetOf(op) : warp.branch(op, equal, targetOf(op), op + 1);
}

const Op* jumpByTable(Warp& warp, const Op* op, uint32_t active) {
  requireDefined(warp, op, active, "jumps by an index that was never written");
  const auto& distances = static_cast<const JumpTable*>(op->more)->distances;
  const auto* const index = warp.lanesOf<uint32_t>(op->slot[0]);
  const Op* targets[kLanes] = {};
  bool isUniform = true;
  const Op* first = nullptr;
  forLanes(active, [&](unsigned lane) {
    if (index[lane] >= distances.size()) {
      fail(warp, op, lane, CUDA_ERROR_LAUNCH_FAILED,
           "jumps by index " + std::to_string(index[lane]) + " of a table of " +
               std::to_string(distances.size()));
    }
    targets[lane] = op + distances[index[lane]];
    first = first == nullptr ? targets[lane] : first;
    isUniform &= targets[lane] == first;
  });
  if (isUniform) {
    return active == warp.group().lanes ? first : warp.branch(op, active, first, op + 1);
  }
  return warp.scatter(op, active, targets);
}

const Op* leaveKernel(Warp& warp, const Op* op, uint32_t active) {
  requireLanded(warp, op, active);
  const Op* const next = warp.exit(op, active);
  leaveCluster(warp);
  return next;
}

const Op* failCall(Warp& warp, const Op* op, uint32_t active) {
  const auto lane = static_cast<unsigned>(std::countr_zero(active));
  char address[32];
  std::snprintf(address, sizeof address, "0x%llx",
                static_cast<unsigned long long>(warp.lanesOf<uint64_t>(op->slot[0])[lane]));
  fail(warp, op, lane, CUDA_ERROR_LAUNCH_FAILED,
       std::string("calls ") + address +
           ", where no function lies that has these parameters and is not running already");
}

}  // namespace gramian::machine
