// Operations by which the lanes of a warp exchange values.
#include <array>
#include <bit>
#include <string>

#include "exec/control.h"
#include "exec/fault.h"
#include "exec/opcodes.h"
#include "lanes/apply.h"
#include "lanes/arithmetic.h"

namespace gramian::machine::GRAMIAN_LANES {

namespace {

using ptx::Type;

// The lanes that take part may stand at different instructions of the same kind: those of one.
struct Part {
  const Op* op;
  uint32_t lanes;
};

struct Parts {
  std::array<Part, kLanes> of;
  unsigned count = 0;
};

std::string hex(uint32_t lanes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text = "0x";
  for (int shift = 28; shift >= 0; shift -= 4) {
    text += kDigits[lanes >> shift & 15];
  }
  return text;
}

[[gnu::noinline, gnu::cold, noreturn]] void failMask(Warp& warp, const Op* op, uint32_t lanes,
                                                     uint32_t mask) {
  failAny(warp, op, lanes, CUDA_ERROR_LAUNCH_FAILED,
          "is at a warp operation with mask " + hex(mask) + ", which leaves out the lane itself");
}

// Calls operate(parts, mask) for the lanes of each mask, when they have all come. slot[1] is the
// mask.
template <typename Operate>
[[gnu::always_inline]] inline const Op* together(Warp& warp, const Op* op, uint32_t active,
                                                 Operate operate) {
  const Slot slot = op->slot[1];
  if ((warp.state(slot).undefined & active) != 0) [[unlikely]] {
    failAny(warp, op, warp.state(slot).undefined & active, CUDA_ERROR_LAUNCH_FAILED,
            "the mask of a warp operation was never set, or comes of data that was never written");
  }
  const uint32_t* masks = warp.lanesOf<uint32_t>(slot);
  for (uint32_t rest = active; rest != 0;) {
    const uint32_t mask = masks[std::countr_zero(rest)];
    uint32_t same = 0;
    for (unsigned i = 0; i < kLanes; ++i) {
      same |= masks[i] == mask ? uint32_t{1} << i : 0;
    }
    same &= active;
    if ((same & ~mask) != 0) [[unlikely]] {
      failMask(warp, op, same & ~mask, mask);
    }
    if ((mask & active & ~same) != 0) [[unlikely]] {
      failAny(warp, op, mask & active & ~same, CUDA_ERROR_LAUNCH_FAILED,
              "is at a warp operation with another mask than lanes whose mask " + hex(mask) +
                  " names it");
    }
    if (same != active && (mask & warp.existing & ~same) != 0) [[unlikely]] {
      // Lanes with other masks need not wait for those that these wait for.
      Group& group = warp.group();
      const Group others{op, group.lanes & ~same, group.join};
      group.lanes = same;
      group.pc = op;
      warp.groups.push_back(others);
      return nullptr;
    }
    const uint64_t call = callOf(op, mask);
    if (!warp.meet(op, active, mask, call)) {
      return nullptr;
    }
    Parts parts;
    parts.of[parts.count++] = {op, same};
    if ((mask & warp.existing & ~same) != 0) [[unlikely]] {
      for (const Group& g : warp.groups) {
        if (g.waits == Waits::kWarp && g.call == call) {
          parts.of[parts.count++] = {g.pc, g.lanes};
        }
      }
    }
    operate(parts, mask & warp.existing);
    warp.release(call);
    rest &= ~same;
  }
  return op + 1;
}

// The lanes of a source, over all parts.
template <typename T>
const T* gather(Warp& warp, const Parts& parts, unsigned source, T* values) {
  if (parts.count == 1) {
    return warp.lanesOf<T>(parts.of[0].op->slot[source]);
  }
  for (unsigned p = 0; p < parts.count; ++p) {
    const T* from = warp.lanesOf<T>(parts.of[p].op->slot[source]);
    forLanes(parts.of[p].lanes, [&](unsigned i) { values[i] = from[i]; });
  }
  return values;
}

void requireDefined(Warp& warp, const Part& part, unsigned source, const char* what) {
  const uint32_t undefined = warp.state(part.op->slot[source]).undefined & part.lanes;
  if (undefined != 0) [[unlikely]] {
    failAny(warp, part.op, undefined, CUDA_ERROR_LAUNCH_FAILED,
            std::string(what) + " of data that was never written");
  }
}

// ---- shfl

enum class Direction : uint8_t { kUp, kDown, kButterfly, kIndex };

// The lane that each lane reads, and a bit for each whose source lies within its segment.
template <Direction D>
[[gnu::always_inline]] inline uint32_t sourceLanes(const uint32_t* b, const uint32_t* c,
                                                   uint32_t* from) {
  uint32_t inside = 0;
  for (unsigned i = 0; i < kLanes; ++i) {
    const uint32_t value = b[i] & 31;
    const uint32_t segment = c[i] >> 8 & 31;
    const uint32_t clamp = c[i] & 31;
    const uint32_t last = (i & segment) | (clamp & ~segment);
    uint32_t j;
    bool within;
    if constexpr (D == Direction::kUp) {
      j = i - value;
      within = static_cast<int32_t>(j) >= static_cast<int32_t>(last);
    } else {
      j = D == Direction::kDown        ? i + value
          : D == Direction::kButterfly ? i ^ value
                                       : (i & segment) | (value & ~segment);
      within = j <= last;
    }
    from[i] = within ? j : i;
    inside |= within ? uint32_t{1} << i : 0;
  }
  return inside;
}

// slot[0] the result, [1] the mask, [2] the value, [3] the lane, [4] clamp and segment, [5] the
// predicate or kNoSlot.
template <Direction D>
const Op* shuffle(Warp& warp, const Op* op, uint32_t active) {
  return together(warp, op, active, [&](const Parts& parts, uint32_t mask) {
    uint32_t gathered[kLanes];
    const uint32_t* a = gather(warp, parts, 2, gathered);
    uint32_t copied[kLanes];
    std::memcpy(copied, a, sizeof copied);
    uint32_t undefined = 0;
    uint32_t computed = 0;
    uint32_t at = 0;
    std::array<uint8_t, kLanes> bytes;
    for (unsigned p = 0; p < parts.count; ++p) {
      requireDefined(warp, parts.of[p], 3, "a shuffle by a lane");
      requireDefined(warp, parts.of[p], 4, "a shuffle by a segment");
      const Slot slot = parts.of[p].op->slot[2];
      const SlotState& state = warp.state(slot);
      if ((state.undefined & parts.of[p].lanes) != 0) [[unlikely]] {
        undefined |= state.undefined & parts.of[p].lanes;
        computed |= state.computed & parts.of[p].lanes;
        at = state.computedAt;
        forLanes(state.undefined & parts.of[p].lanes,
                 [&](unsigned i) { bytes[i] = warp.undefinedBytes(slot)[i]; });
      }
    }
    for (unsigned p = 0; p < parts.count; ++p) {
      const Part& part = parts.of[p];
      uint32_t from[kLanes];
      const uint32_t inside = sourceLanes<D>(warp.lanesOf<uint32_t>(part.op->slot[3]),
                                             warp.lanesOf<uint32_t>(part.op->slot[4]), from);
      if (mask != kAllLanes) {
        forLanes(part.lanes, [&](unsigned i) {
          if ((mask >> from[i] & 1) == 0) {
            fail(warp, part.op, i, CUDA_ERROR_LAUNCH_FAILED,
                 "reads lane " + std::to_string(from[i]) + " in a shuffle of lanes " + hex(mask));
          }
        });
      }
      uint32_t results[kLanes];
      for (unsigned i = 0; i < kLanes; ++i) {
        results[i] = copied[from[i] & 31];
      }
      const Slot d = part.op->slot[0];
      SlotState& state = warp.state(d);
      if ((undefined | state.undefined) != 0) [[unlikely]] {
        uint32_t u = 0;
        uint32_t c = 0;
        forLanes(part.lanes, [&](unsigned i) {
          if ((undefined >> from[i] & 1) != 0) {
            u |= uint32_t{1} << i;
            c |= (computed >> from[i] & 1) << i;
            warp.undefinedBytes(d)[i] = bytes[from[i]];
          }
        });
        state.undefined = (state.undefined & ~part.lanes) | u;
        state.computed = (state.computed & ~part.lanes) | c;
        state.computedAt = at;
      }
      storeLanes(warp.lanesOf<uint32_t>(d), results, part.lanes);
      if (part.op->slot[5] != kNoSlot) {
        setDefined(warp, part.op->slot[5], part.lanes);
        setPredicate(warp, part.op->slot[5], inside, part.lanes);
      }
    }
  });
}

bool isSink(Lowering& l, size_t i) { return l.operand(i).kind == ptx::Operand::Kind::kSink; }

// The predicate behind a bar, or kNoSlot.
Slot pairedPredicate(Lowering& l) {
  return l.instruction().hasPairedDestination && !isSink(l, 1) ? l.predicateDestination(1)
                                                               : kNoSlot;
}

Slot wordOrTemporary(Lowering& l, size_t i, Type type) {
  return isSink(l, i) ? l.temporary(type) : l.destination(i, type);
}

void lowerShuffle(Lowering& l) {
  constexpr Handler kHandlers[] = {shuffle<Direction::kUp>, shuffle<Direction::kDown>,
                                   shuffle<Direction::kButterfly>, shuffle<Direction::kIndex>};
  const int direction = l.takeOneOf({"up", "down", "bfly", "idx"});
  const Type type = l.type();
  l.finish();
  const size_t first = l.instruction().hasPairedDestination ? 2 : 1;
  if (direction < 0 || ptx::bitsOf(type) != 32 || l.operandCount() != first + 4) {
    l.fail("is no shuffle that there is");
  }
  Op& op = l.emit(kHandlers[direction], OpClass::kWarp);
  op.slot[2] = l.source(first, type);
  op.slot[3] = l.source(first + 1, Type::kB32);
  op.slot[4] = l.source(first + 2, Type::kB32);
  op.slot[1] = l.source(first + 3, Type::kB32);
  op.slot[0] = wordOrTemporary(l, 0, type);
  op.slot[5] = pairedPredicate(l);
}

// ---- vote

enum class Vote : uint8_t { kAll, kAny, kUniform, kBallot };

// slot[0] the result, [1] the mask, [2] the predicate; Op::variant: it is negated.
template <Vote V>
const Op* vote(Warp& warp, const Op* op, uint32_t active) {
  return together(warp, op, active, [&](const Parts& parts, uint32_t mask) {
    uint32_t holds = 0;
    for (unsigned p = 0; p < parts.count; ++p) {
      const Part& part = parts.of[p];
      requireDefined(warp, part, 2, "a vote");
      const uint32_t negated = part.op->variant != 0 ? kAllLanes : 0;
      holds |= (warp.predicate(part.op->slot[2]) ^ negated) & part.lanes;
    }
    const bool truth = V == Vote::kAll   ? holds == mask
                       : V == Vote::kAny ? holds != 0
                                         : holds == 0 || holds == mask;
    for (unsigned p = 0; p < parts.count; ++p) {
      const Part& part = parts.of[p];
      setDefined(warp, part.op->slot[0], part.lanes);
      if constexpr (V == Vote::kBallot) {
        uint32_t* d = warp.lanesOf<uint32_t>(part.op->slot[0]);
        forLanes(part.lanes, [&](unsigned i) { d[i] = holds; });
      } else {
        setPredicate(warp, part.op->slot[0], truth ? kAllLanes : 0, part.lanes);
      }
    }
  });
}

void lowerVote(Lowering& l) {
  constexpr Handler kHandlers[] = {vote<Vote::kAll>, vote<Vote::kAny>, vote<Vote::kUniform>,
                                   vote<Vote::kBallot>};
  const int kind = l.takeOneOf({"all", "any", "uni", "ballot"});
  const Type type = l.type();
  l.finish();
  if (kind < 0 || (kind == 3) != (type == Type::kB32)) {
    failType(l, type);
  }
  bool negated = false;
  Op& op = l.emit(kHandlers[kind], OpClass::kWarp);
  op.slot[2] = l.predicate(1, negated);
  op.slot[1] = l.source(2, Type::kB32);
  op.slot[0] = kind == 3 ? l.destination(0, type) : l.predicateDestination(0);
  op.variant = negated ? 1 : 0;
}

// ---- match

// slot[0] the result, [1] the mask, [2] the value, [5] the predicate or kNoSlot.
template <typename T, bool IsAll>
const Op* match(Warp& warp, const Op* op, uint32_t active) {
  return together(warp, op, active, [&](const Parts& parts, uint32_t mask) {
    T gathered[kLanes];
    const T* a = gather(warp, parts, 2, gathered);
    std::array<uint32_t, kLanes> equal{};
    forLanes(mask, [&](unsigned i) {
      forLanes(mask, [&](unsigned j) { equal[i] |= uint32_t{a[i] == a[j]} << j; });
    });
    for (unsigned p = 0; p < parts.count; ++p) {
      const Part& part = parts.of[p];
      requireDefined(warp, part, 2, "a comparison between lanes");
      uint32_t* d = warp.lanesOf<uint32_t>(part.op->slot[0]);
      uint32_t all = 0;
      forLanes(part.lanes, [&](unsigned i) {
        const bool same = equal[i] == mask;
        d[i] = !IsAll ? equal[i] : same ? mask : 0;
        all |= uint32_t{same} << i;
      });
      setDefined(warp, part.op->slot[0], part.lanes);
      if (part.op->slot[5] != kNoSlot) {
        setDefined(warp, part.op->slot[5], part.lanes);
        setPredicate(warp, part.op->slot[5], all, part.lanes);
      }
    }
  });
}

void lowerMatch(Lowering& l) {
  const bool isAll = l.takeOneOf({"any", "all"}) == 1;
  l.take("sync");
  const Type type = l.type();
  l.finish();
  const size_t first = l.instruction().hasPairedDestination ? 2 : 1;
  const bool isWide = ptx::bitsOf(type) == 64;
  Op& op = l.emit(isAll    ? isWide ? match<uint64_t, true> : match<uint32_t, true>
                     : isWide ? match<uint64_t, false>
                           : match<uint32_t, false>,
                  OpClass::kWarp);
  op.slot[2] = l.source(first, type);
  op.slot[1] = l.source(first + 1, Type::kB32);
  op.slot[0] = wordOrTemporary(l, 0, Type::kB32);
  op.slot[5] = pairedPredicate(l);
}

// ---- redux

enum class Reduction : uint8_t { kAdd, kMin, kMax, kAnd, kOr, kXor };

template <Reduction R, typename T>
T reduced(T a, T b) {
  switch (R) {
    case Reduction::kAdd:
      return static_cast<T>(static_cast<uint32_t>(a) + static_cast<uint32_t>(b));
    case Reduction::kMin:
      return a < b ? a : b;
    case Reduction::kMax:
      return a > b ? a : b;
    case Reduction::kAnd:
      return a & b;
    case Reduction::kOr:
      return a | b;
    default:
      return a ^ b;
  }
}

template <Reduction R, typename T>
const Op* reduce(Warp& warp, const Op* op, uint32_t active) {
  return together(warp, op, active, [&](const Parts& parts, uint32_t mask) {
    T gathered[kLanes];
    const T* a = gather(warp, parts, 2, gathered);
    T result = a[std::countr_zero(mask)];
    forLanes(mask & (mask - 1), [&](unsigned i) { result = reduced<R, T>(result, a[i]); });
    for (unsigned p = 0; p < parts.count; ++p) {
      const Part& part = parts.of[p];
      requireDefined(warp, part, 2, "a reduction over lanes");
      setDefined(warp, part.op->slot[0], part.lanes);
      T* d = warp.lanesOf<T>(part.op->slot[0]);
      forLanes(part.lanes, [&](unsigned i) { d[i] = result; });
    }
  });
}

void lowerReduce(Lowering& l) {
  const int kind = l.takeOneOf({"add", "min", "max", "and", "or", "xor"});
  const Type type = l.type();
  l.finish();
  if (kind < 0 || ptx::bitsOf(type) != 32 || ptx::isFloat(type)) {
    failType(l, type);
  }
  constexpr Handler kUnsigned[] = {
      reduce<Reduction::kAdd, uint32_t>, reduce<Reduction::kMin, uint32_t>,
      reduce<Reduction::kMax, uint32_t>, reduce<Reduction::kAnd, uint32_t>,
      reduce<Reduction::kOr, uint32_t>,  reduce<Reduction::kXor, uint32_t>};
  const Handler handler = type == Type::kS32 && kind == 1   ? reduce<Reduction::kMin, int32_t>
                          : type == Type::kS32 && kind == 2 ? reduce<Reduction::kMax, int32_t>
                                                            : kUnsigned[kind];
  Op& op = l.emit(handler, OpClass::kWarp);
  op.slot[2] = l.source(1, type);
  op.slot[1] = l.source(2, Type::kB32);
  op.slot[0] = l.destination(0, type);
}

// ---- who is there

const Op* activeMask(Warp& warp, const Op* op, uint32_t active) {
  setDefined(warp, op->slot[0], active);
  uint32_t* d = warp.lanesOf<uint32_t>(op->slot[0]);
  forLanes(active, [&](unsigned i) { d[i] = active; });
  return op + 1;
}

void lowerActiveMask(Lowering& l) {
  const Type type = l.type();
  l.finish();
  const Slot d = l.destination(0, type);
  l.emit(activeMask, OpClass::kWarp).slot[0] = d;
}

// slot[0] the leader, [1] the mask, [5] whether the lane is it.
const Op* elect(Warp& warp, const Op* op, uint32_t active) {
  return together(warp, op, active, [&](const Parts& parts, uint32_t mask) {
    const auto leader = static_cast<uint32_t>(std::countr_zero(mask));
    for (unsigned p = 0; p < parts.count; ++p) {
      const Part& part = parts.of[p];
      setDefined(warp, part.op->slot[0], part.lanes);
      uint32_t* d = warp.lanesOf<uint32_t>(part.op->slot[0]);
      forLanes(part.lanes, [&](unsigned i) { d[i] = leader; });
      if (part.op->slot[5] != kNoSlot) {
        setDefined(warp, part.op->slot[5], part.lanes);
        setPredicate(warp, part.op->slot[5], uint32_t{1} << leader, part.lanes);
      }
    }
  });
}

void lowerElect(Lowering& l) {
  l.finish();
  const size_t first = l.instruction().hasPairedDestination ? 2 : 1;
  Op& op = l.emit(elect, OpClass::kWarp);
  op.slot[1] = l.source(first, Type::kB32);
  op.slot[0] = wordOrTemporary(l, 0, Type::kB32);
  op.slot[5] = pairedPredicate(l);
}

}  // namespace

void registerShuffle(OpcodeTable& table) {
  table.add("shfl.sync", lowerShuffle);
  table.add("vote.sync", lowerVote);
  table.add("match", lowerMatch);
  table.add("redux.sync", lowerReduce);
  table.add("activemask", lowerActiveMask);
  table.add("elect.sync", lowerElect);
}

}  // namespace gramian::machine::GRAMIAN_LANES
