// cp.async: copies from global to shared memory that land when they are waited for, and not before.
#include "memory/async_copy.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <string>

#include "check/order.h"
#include "exec/fault.h"
#include "exec/lowering.h"
#include "exec/opcodes.h"
#include "exec/warp.h"
#include "memory/access.h"
#include "memory/defined.h"
#include "memory/opcodes.h"
#include "memory/transactions.h"
#include "memory/transfer.h"

namespace gramian::machine {

namespace {

// slot[0]: the destination's register, slot[1]: the source's, slot[2]: how many bytes are valid, or
// a predicate that none are; kNoSlot where all are.
struct Copy {
  Transfer to;
  Transfer from;
  uint64_t toOffset = 0;
  uint64_t fromOffset = 0;
  unsigned bytes = 0;
  bool isPredicate = false;
  bool isNegated = false;
};

void addressesOfSide(Warp& warp, const Op* op, uint32_t active, const Transfer& t, Slot base,
                     uint64_t offset, uint64_t* addresses) {
  Op side = *op;
  side.slot[0] = base;
  side.immediate = offset;
  if (base != kNoSlot && (warp.state(base).undefined & active) != 0) [[unlikely]] {
    failAny(warp, op, warp.state(base).undefined & active, CUDA_ERROR_ILLEGAL_ADDRESS,
            "an address that was never set, or comes of data never written");
  }
  addressesOf(warp, &side, active, t, addresses);
}

uint32_t validBytes(Warp& warp, const Op* op, unsigned lane, const Copy& c) {
  const Slot slot = op->slot[2];
  if (slot == kNoSlot) {
    return c.bytes;
  }
  if (c.isPredicate) {
    const bool ignores = ((warp.predicate(slot) >> lane & 1) != 0) != c.isNegated;
    return ignores ? 0 : c.bytes;
  }
  const uint32_t valid = warp.lanesOf<uint32_t>(slot)[lane];
  if (valid > c.bytes) {
    fail(warp, op, lane, CUDA_ERROR_LAUNCH_FAILED,
         "copies " + std::to_string(valid) + " of " + std::to_string(c.bytes) + " bytes");
  }
  return valid;
}

const Op* issue(Warp& warp, const Op* op, uint32_t active) {
  const auto& c = *static_cast<const Copy*>(op->more);
  uint64_t to[kLanes] = {};
  uint64_t from[kLanes] = {};
  std::byte* memory[kLanes];
  addressesOfSide(warp, op, active, c.to, op->slot[0], c.toOffset, to);
  addressesOfSide(warp, op, active, c.from, op->slot[1], c.fromOffset, from);
  if (op->slot[2] != kNoSlot && (warp.state(op->slot[2]).undefined & active) != 0) [[unlikely]] {
    failAny(warp, op, warp.state(op->slot[2]).undefined & active, CUDA_ERROR_LAUNCH_FAILED,
            "the size of a copy was never set, or comes of data never written");
  }
  AsyncCopy& copy = warp.copies.emplace_back();
  copy.op = op;
  copy.lanes = active;
  copy.bytes = c.bytes;
  copy.group = warp.copyGroup;
  uint32_t whole = 0;  // lanes by what they read
  uint32_t partly = 0;
  forLanes(active, [&](unsigned lane) {
    const uint32_t valid = validBytes(warp, op, lane, c);
    copy.to[lane] = static_cast<uint32_t>(to[lane]);
    copy.from[lane] = from[lane];
    copy.valid[lane] = static_cast<uint8_t>(valid);
    whole |= uint32_t{valid == c.bytes} << lane;
    partly |= uint32_t{valid != c.bytes && valid != 0} << lane;
    requireAlignment(warp, op, lane, from[lane], c.bytes, "asynchronous copy");
  });
  const bool isDense =
      placeLanes(warp, op, active, c.to.space, to, c.bytes, Access::kIssue, kNoSlot, memory);
  countAccess(warp, op, active, c.to.space, isDense, memory, c.bytes);
  if (whole != 0) {
    checkLanes(warp, op, whole, c.from.space, from, c.bytes, Access::kIssueRead, op->slot[1],
               memory);
    countAccess(warp, op, whole, c.from.space, false, memory, c.bytes);
    forLanes(whole,
             [&](unsigned lane) { std::memcpy(copy.source[lane].data(), memory[lane], c.bytes); });
  }
  forLanes(partly, [&](unsigned lane) {
    const std::byte* const source =
        checkRange(warp, op, lane, c.from.space, from[lane], copy.valid[lane], Access::kIssueRead);
    std::memcpy(copy.source[lane].data(), source, copy.valid[lane]);
  });
  return op + 1;
}

void land(Warp& warp, const AsyncCopy& copy, uint32_t lanes) {
  const Op* const op = copy.op;
  const auto& c = *static_cast<const Copy*>(op->more);
  uint64_t to[kLanes] = {};
  std::byte* target[kLanes] = {};
  std::byte* source[kLanes] = {};
  uint32_t whole = 0;
  forLanes(lanes, [&](unsigned lane) {
    to[lane] = copy.to[lane];
    whole |= uint32_t{copy.valid[lane] == c.bytes} << lane;
  });
  checkLanes(warp, op, lanes, c.to.space, to, c.bytes, Access::kLand, kNoSlot, target);
  if (whole != 0) {
    checkLanes(warp, op, whole, c.from.space, copy.from.data(), c.bytes, Access::kLandRead, kNoSlot,
               source);
  }
  forLanes(lanes, [&](unsigned lane) {
    const unsigned valid = copy.valid[lane];
    if (valid != 0 && valid != c.bytes) {
      source[lane] =
          checkRange(warp, op, lane, c.from.space, copy.from[lane], valid, Access::kLandRead);
    }
    if (valid != 0) {
      if (std::memcmp(source[lane], copy.source[lane].data(), valid) != 0) [[unlikely]] {
        fail(warp, op, lane, CUDA_ERROR_LAUNCH_FAILED,
             "the source of an asynchronous copy changed before the copy was waited for");
      }
      copyWithDefined(target[lane], source[lane], valid);
    }
    if (valid != c.bytes) {
      std::memset(target[lane] + valid, 0, c.bytes - valid);
      setDefined(target[lane] + valid, c.bytes - valid);
    }
  });
}

const Op* commit(Warp& warp, const Op* op, uint32_t active) {
  forLanes(active, [&](unsigned lane) { ++warp.copyGroup[lane]; });
  return op + 1;
}

// immediate: how many groups may stay under way; variant: whether copies of no group land too.
const Op* wait(Warp& warp, const Op* op, uint32_t active) {
  landAsyncCopies(warp, active, static_cast<uint32_t>(op->immediate), op->variant != 0);
  return op + 1;
}

void lowerCopy(Lowering& l) {
  l.takeOneOf({"ca", "cg"});
  Copy c;
  const auto to = l.spaceIf();
  const auto from = l.spaceIf();
  while (l.peek().starts_with("L1::") || l.peek().starts_with("L2::")) {
    l.skip();
  }
  if (to != ptx::Space::kShared || from != ptx::Space::kGlobal) {
    l.fail("a copy that is not from global to shared memory");
  }
  c.to.space = *to;
  c.from.space = *from;
  Slot toBase = kNoSlot;
  Slot fromBase = kNoSlot;
  lowerAddress(l, 0, c.to, toBase, c.toOffset);
  lowerAddress(l, 1, c.from, fromBase, c.fromOffset);
  c.bytes = static_cast<unsigned>(l.immediate(2, ptx::Type::kU32));
  if (c.bytes != 4 && c.bytes != 8 && c.bytes != 16) {
    l.fail("a copy of " + std::to_string(c.bytes) + " bytes");
  }
  // Then the valid bytes or a predicate, and then a cache policy, each of which may be missing.
  Slot valid = kNoSlot;
  if (l.operandCount() > 3) {
    const ptx::Type type = l.registerType(3);
    const bool isPolicy = type != ptx::Type::kNone && ptx::bitsOf(type) == 64;
    c.isPredicate = type == ptx::Type::kPred;
    if (c.isPredicate) {
      valid = l.predicate(3, c.isNegated);
    } else if (!isPolicy) {
      valid = l.source(3, ptx::Type::kB32);
    }
  }
  Op& op = l.emit(issue, OpClass::kAsync);
  op.slot[0] = toBase;
  op.slot[1] = fromBase;
  op.slot[2] = valid;
  op.more = l.keep(c);
  l.finish();
}

void lowerCommit(Lowering& l) {
  l.emit(commit, OpClass::kAsync);
  l.finish();
}

void lowerWaitGroup(Lowering& l) {
  const uint64_t pending = l.immediate(0, ptx::Type::kU32);
  l.emit(wait, OpClass::kAsync).immediate = pending;
  l.finish();
}

void lowerWaitAll(Lowering& l) {
  l.emit(wait, OpClass::kAsync).variant = 1;
  l.finish();
}

}  // namespace

void landAsyncCopies(Warp& warp, uint32_t lanes, uint32_t pending, bool uncommitted) {
  for (AsyncCopy& copy : warp.copies) {
    uint32_t ready = 0;
    forLanes(copy.lanes & lanes, [&](unsigned lane) {
      const bool lands = uncommitted || uint64_t{copy.group[lane]} + pending < warp.copyGroup[lane];
      ready |= uint32_t{lands} << lane;
    });
    if (ready != 0) {
      land(warp, copy, ready);
      copy.lanes &= ~ready;
    }
  }
  std::erase_if(warp.copies, [](const AsyncCopy& copy) { return copy.lanes == 0; });
}

void registerAsyncCopies(OpcodeTable& table) {
  table.add("cp.async", lowerCopy);
  table.add("cp.async.commit_group", lowerCommit);
  table.add("cp.async.wait_group", lowerWaitGroup);
  table.add("cp.async.wait_all", lowerWaitAll);
}

}  // namespace gramian::machine
