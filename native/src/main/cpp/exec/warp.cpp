#include "exec/warp.h"

#include <algorithm>
#include <cstdio>
#include <string>

#include "exec/block.h"
#include "exec/counters.h"
#include "exec/fault.h"
#include "exec/kernel.h"

namespace gramian::machine {

namespace {

// What groups at an aligned op call: no other call has all bits set.
constexpr uint64_t kConvergence = ~uint64_t{0};

[[noreturn, gnu::cold, gnu::noinline]] void failUndefinedGuard(const Warp& warp, const Op* op,
                                                               uint32_t lanes) {
  const SlotState& state = warp.states[op->guard];
  const std::string what =
      (state.computed & lanes) != 0
          ? "goes by what was computed from data never written; " +
                describe(*warp.kernel, warp.kernel->ops.data() + state.computedAt)
          : "goes by a predicate that was never set";
  failAny(warp, op, lanes, CUDA_ERROR_LAUNCH_FAILED, what);
}

std::string hex(uint32_t lanes) {
  char text[16];
  std::snprintf(text, sizeof text, "0x%08x", lanes);
  return text;
}

}  // namespace

const char* nameOf(Waits waits) {
  switch (waits) {
    case Waits::kReconvergence:
      return "lanes that took another branch";
    case Waits::kBlockBarrier:
      return "a barrier";
    case Waits::kWarp:
      return "other lanes of the warp";
    case Waits::kMbarrier:
      return "a phase of an mbarrier";
    case Waits::kCluster:
      return "a barrier of the cluster";
    case Waits::kMemory:
      return "memory";
    case Waits::kNo:
    case Waits::kEnded:
      break;
  }
  return "nothing";
}

void Warp::start() {
  groups.clear();
  groups.push_back({kernel->ops.data(), existing});
  running = 0;
  joins.assign(1, Join{});
  ended = 0;
  carry = 0;
  clock = 1;
  known = {};
  order = {};
  copies.clear();
  copyGroup = {};
  issued = 0;
  guarded_ = nullptr;
}

bool Warp::isReady() const {
  return std::any_of(groups.begin(), groups.end(),
                     [](const Group& g) { return g.waits == Waits::kNo; });
}

uint32_t Warp::lanesThat(Waits wait) const {
  uint32_t lanes = 0;
  for (const Group& g : groups) {
    lanes |= g.waits == wait ? g.lanes : 0;
  }
  return lanes;
}

// ---- execution

void Warp::run(uint32_t budget) {
  const uint64_t end = issued + budget;
  do {
    uint32_t seen = 0;
    if (groups.size() > 1) {
      // Any of those that are ready, each as likely.
      for (uint32_t i = 0; i < groups.size(); ++i) {
        if (groups[i].waits == Waits::kNo && random.below(++seen) == 0) {
          running = i;
        }
      }
    } else {
      running = 0;
    }
    const auto left = static_cast<uint32_t>(end - issued);
    // A lane may wait for what another does: none keeps the others from it for long.
    const uint32_t slice = seen > 1 ? std::min(left, 1 + random.below(512)) : left;
    if (counters != nullptr) {
      runOps<true>(slice);
    } else {
      runOps<false>(slice);
    }
  } while (issued < end && isReady());
}

template <bool kCounts>
void Warp::runOps(uint32_t budget) {
  const Op* pc = group().pc;
  const uint32_t lanes = group().lanes;
  const uint32_t join = group().join;
  const Op* const meeting = join != 0 ? joins[join].pc : nullptr;
  for (; budget != 0 && pc != meeting; --budget) {
    const Op* const op = pc;
    ++issued;
    if (op->guard == kNoSlot) {
      if constexpr (kCounts) {
        OpCount& count = counters->of(*kernel, op);
        ++count.issued;
        count.lanes += static_cast<unsigned>(std::popcount(lanes));
      }
      pc = op->run(*this, op, lanes);
    } else {
      if (const uint32_t undefined = state(op->guard).undefined & lanes; undefined != 0)
          [[unlikely]] {
        failUndefinedGuard(*this, op, undefined);
      }
      const uint32_t holds = predicate(op->guard) ^ (op->guardNegated ? kAllLanes : 0);
      const uint32_t active = lanes & holds;
      if constexpr (kCounts) {
        OpCount& count = counters->of(*kernel, op);
        ++count.issued;
        count.lanes += static_cast<unsigned>(std::popcount(active));
      }
      if (active == 0) {
        pc = op + 1;
        continue;
      }
      if (active != lanes) {
        guarded_ = op;
        guardedLanes_ = active;
        pc = op->run(*this, op, active);
        guarded_ = nullptr;
      } else {
        pc = op->run(*this, op, active);
      }
    }
    if (pc == nullptr) {
      return;
    }
  }
  group().pc = pc;
  if (pc == meeting) {
    arrive(join);
  }
}

// ---- waiting

void Warp::partGuarded() {
  if (guarded_ == nullptr) {
    return;
  }
  const Op* const behind = guarded_ + 1;
  guarded_ = nullptr;
  Group& g = group();
  const uint32_t rest = g.lanes & ~guardedLanes_;
  if (g.join == 0 || joins[g.join].pc != behind) {
    g.join = addJoin(behind, g.lanes, g.join);
  }
  g.lanes = guardedLanes_;
  groups.push_back({behind, rest, g.join});
}

const Op* Warp::wait(const Op* again, Waits why, uint64_t call) {
  partGuarded();
  Group& g = group();
  g.pc = again;
  g.waits = why;
  g.call = call;
  return nullptr;
}

void Warp::wake(Waits why) {
  for (Group& g : groups) {
    if (g.waits == why) {
      g.waits = Waits::kNo;
    }
  }
}

void Warp::wakeTogether(Waits why, uint64_t call) {
  if (groups.size() == 1) {
    if (groups[0].waits == why && groups[0].call == call) {
      groups[0].waits = Waits::kNo;
    }
    return;
  }
  for (bool again = true; again;) {
    again = false;
    for (const Group& g : groups) {
      if (g.waits == why && g.call == call) {
        const Op* const pc = g.pc;
        merge([=](const Group& h) { return h.waits == why && h.call == call && h.pc == pc; });
        again = true;
        break;
      }
    }
  }
}

void Warp::requireOthers(const Op* op, const char* what) {
  for (const Group& g : groups) {
    if (g.waits != Waits::kWarp && g.waits != Waits::kReconvergence) {
      return;
    }
  }
  const Group& g = group();
  std::string others;
  for (const Group& h : groups) {
    if (&h != &g) {
      others += "; lanes " + hex(h.lanes) + " are " +
                (h.waits == Waits::kReconvergence ? "behind it, before " : "at ") +
                describe(*kernel, h.pc);
    }
  }
  if (ended != 0) {
    others += "; lanes " + hex(ended) + " have left the kernel";
  }
  failAny(*this, op, g.lanes, CUDA_ERROR_LAUNCH_FAILED,
          std::string(what) + " is reached by lanes " + hex(g.lanes) + " only" + others);
}

bool Warp::converge(const Op* op, uint32_t active) {
  if (isWhole(active)) {
    return true;
  }
  wait(op, Waits::kWarp, kConvergence);
  uint32_t here = 0;
  for (const Group& g : groups) {
    here |= g.pc == op && g.waits == Waits::kWarp && g.call == kConvergence ? g.lanes : 0;
  }
  if (isWhole(here)) {
    // They execute the op again, as one group.
    wakeTogether(Waits::kWarp, kConvergence);
  } else {
    requireOthers(op, "an instruction that all lanes of a warp execute together");
  }
  return false;
}

bool Warp::meet(const Op* op, uint32_t active, uint32_t mask, uint64_t call) {
  const uint32_t wanted = mask & existing;
  if ((wanted & ended) != 0) [[unlikely]] {
    failAny(*this, op, active, CUDA_ERROR_LAUNCH_FAILED,
            "is at a warp operation of lanes that have left the kernel: lane " +
                std::to_string(std::countr_zero(wanted & ended)));
  }
  if ((wanted & ~active) == 0) [[likely]] {
    return true;
  }
  uint32_t here = active;
  for (const Group& g : groups) {
    here |= g.waits == Waits::kWarp && g.call == call ? g.lanes : 0;
  }
  if ((wanted & ~here) == 0) {
    return true;
  }
  wait(op, Waits::kWarp, call);
  requireOthers(op, "a warp operation");
  return false;
}

void Warp::part(const Op* op, uint32_t lanes) {
  guarded_ = nullptr;
  Group& g = group();
  if (g.join == 0 || joins[g.join].pc != op + 1) {
    g.join = addJoin(op + 1, g.lanes, g.join);
  }
  g.pc = op;
  const Group others{op, g.lanes & ~lanes, g.join};
  g.lanes = lanes;
  groups.push_back(others);
}

void Warp::release(uint64_t call) {
  for (Group& g : groups) {
    if (g.waits == Waits::kWarp && g.call == call) {
      g.waits = Waits::kNo;
      ++g.pc;
    }
  }
}

// ---- branches

const Op* Warp::branch(const Op* op, uint32_t taken, const Op* target, const Op* next) {
  const uint32_t rest = group().lanes & ~taken;
  if (rest == 0) [[likely]] {
    return target;
  }
  if (taken == 0 || target == next) {
    return next;
  }
  if (counters != nullptr) {
    ++counters->of(*kernel, op).events;
  }
  const uint32_t meeting = kernel->infoOf(op).reconvergence;
  Group& g = group();
  if (meeting != 0 && meeting < kernel->ops.size()) {
    const Op* const pc = kernel->ops.data() + meeting;
    if (g.join == 0 || joins[g.join].pc != pc) {
      g.join = addJoin(pc, g.lanes, g.join);
    }
  }
  g.lanes = taken;
  g.pc = target;
  groups.push_back({next, rest, g.join});
  return nullptr;
}

const Op* Warp::scatter(const Op* op, uint32_t active, const Op* const* targets) {
  // Each part goes off by a branch of its own; the last one is the group that is left.
  const uint32_t first = running;
  const Op* const behind = op + 1;
  uint32_t rest = active;
  for (;;) {
    const Op* const target = targets[std::countr_zero(rest)];
    uint32_t same = 0;
    forLanes(rest, [&](unsigned lane) { same |= targets[lane] == target ? 1u << lane : 0; });
    rest &= ~same;
    const size_t before = groups.size();
    const Op* const next = branch(op, same, target, behind);
    if (next != nullptr) {
      group().pc = next;
      return running == first ? next : nullptr;
    }
    if (rest == 0 || groups.size() == before) {
      return nullptr;
    }
    // branch() left the lanes that did not go as the newest group, at `behind`.
    running = static_cast<uint32_t>(before);
  }
}

uint32_t Warp::addJoin(const Op* meeting, uint32_t lanes, uint32_t outer) {
  for (uint32_t i = 1; i < joins.size(); ++i) {
    if (joins[i].expected == 0) {
      joins[i] = {meeting, lanes, 0, outer};
      return i;
    }
  }
  joins.push_back({meeting, lanes, 0, outer});
  return static_cast<uint32_t>(joins.size() - 1);
}

void Warp::arrive(uint32_t index) {
  Join& join = joins[index];
  join.arrived |= group().lanes;
  group().waits = Waits::kReconvergence;
  if (join.arrived == join.expected) {
    closeJoin(index);
  }
}

void Warp::closeJoin(uint32_t index) {
  const uint32_t outer = joins[index].outer;
  joins[index].expected = 0;
  Group* whole = nullptr;
  for (size_t i = 0; i < groups.size();) {
    Group& g = groups[i];
    if (g.waits != Waits::kReconvergence || g.join != index) {
      ++i;
    } else if (whole == nullptr) {
      whole = &g;
      ++i;
    } else {
      whole->lanes |= g.lanes;
      g = groups.back();
      groups.pop_back();
    }
  }
  whole->waits = Waits::kNo;
  whole->join = outer;
}

void Warp::leaveJoins(uint32_t from, uint32_t to, uint32_t lanes) {
  for (uint32_t i = from; i != to;) {
    Join& join = joins[i];
    const uint32_t index = i;
    i = join.outer;
    join.expected &= ~lanes;
    if (join.expected != 0 && join.arrived == join.expected) {
      closeJoin(index);
    }
  }
}

template <typename Matches>
void Warp::merge(Matches matches) {
  struct Leaving {
    uint32_t from;
    uint32_t to;
    uint32_t lanes;
  };
  std::vector<Leaving> leaving;
  const auto isWithin = [&](uint32_t inner, uint32_t outer) {
    for (; inner != 0; inner = joins[inner].outer) {
      if (inner == outer) {
        return true;
      }
    }
    return outer == 0;
  };
  size_t whole = groups.size();
  for (size_t i = 0; i < groups.size();) {
    if (!matches(groups[i])) {
      ++i;
      continue;
    }
    if (whole == groups.size()) {
      whole = i++;
      continue;
    }
    Group& a = groups[whole];
    const Group b = groups[i];
    uint32_t common = a.join;
    while (!isWithin(b.join, common)) {
      common = joins[common].outer;
    }
    leaving.push_back({a.join, common, a.lanes});
    leaving.push_back({b.join, common, b.lanes});
    a.lanes |= b.lanes;
    a.join = common;
    groups[i] = groups.back();
    groups.pop_back();
  }
  if (whole < groups.size()) {
    groups[whole].waits = Waits::kNo;
  }
  for (const Leaving& l : leaving) {
    leaveJoins(l.from, l.to, l.lanes);
  }
}

const Op* Warp::exit(const Op* op, uint32_t lanes) {
  Group& g = group();
  const uint32_t join = g.join;
  ended |= lanes;
  g.lanes &= ~lanes;
  g.pc = op + 1;
  if (g.lanes == 0) {
    g = groups.back();
    groups.pop_back();
  }
  leaveJoins(join, 0, lanes);
  // Who waits for them has to see that they are gone.
  wake(Waits::kWarp);
  return nullptr;
}

}  // namespace gramian::machine
