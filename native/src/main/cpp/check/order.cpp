#include "check/order.h"

#include <atomic>
#include <mutex>
#include <string>
#include <unordered_map>

#include "check/stamp.h"
#include "exec/block.h"
#include "exec/fault.h"
#include "exec/warp.h"
#include "memory/arena.h"

namespace gramian::machine {

namespace {

uint32_t lanesThatRun(const Warp& warp) { return warp.existing & ~warp.ended; }

void setClock(Warp& warp, uint32_t clock) {
  if (clock > Stamp::kMaxClock) {
    throw Fault{CUDA_ERROR_NOT_SUPPORTED,
                "kernel " + warp.kernel->name + ": more than " + std::to_string(Stamp::kMaxClock) +
                    " barriers in one block: the emulated device's limit"};
  }
  warp.clock = clock;
}

KnownRunsPointer runsOf(const Known& known, uint32_t run) {
  auto own = std::make_shared<KnownRuns>();
  own->runs.emplace_back(run, std::make_shared<const KnownWarps>(known.of));
  return joined(own, known.others);
}

std::shared_ptr<const KnownWarps> joinedWarps(const std::shared_ptr<const KnownWarps>& a,
                                              const std::shared_ptr<const KnownWarps>& b) {
  if (a == b) {
    return a;
  }
  auto both = std::make_shared<KnownWarps>(*a);
  for (unsigned i = 0; i < kMaxWarps; ++i) {
    (*both)[i].join((*b)[i]);
  }
  return both;
}

// What was handed out at addresses by atomic writes of the launch that runs.
class Places {
 public:
  bool isEmpty(uint32_t firstRun) const {
    return firstRun_.load(std::memory_order_acquire) != firstRun;
  }

  void add(uint32_t firstRun, uint64_t key, const KnownRunsPointer& known) {
    const std::lock_guard lock(mutex_);
    if (firstRun_.load(std::memory_order_relaxed) != firstRun) {
      known_.clear();
      firstRun_.store(firstRun, std::memory_order_release);
    }
    KnownRunsPointer& at = known_[key];
    at = joined(at, known);
  }

  KnownRunsPointer find(uint32_t firstRun, uint64_t key) {
    const std::lock_guard lock(mutex_);
    if (isEmpty(firstRun)) {
      return nullptr;
    }
    const auto found = known_.find(key);
    return found == known_.end() ? nullptr : found->second;
  }

 private:
  std::mutex mutex_;
  std::atomic<uint32_t> firstRun_{0};
  std::unordered_map<uint64_t, KnownRunsPointer> known_;
};

Places& places() {
  static auto* const instance = new Places;
  return *instance;
}

// Shared memory at the same address belongs to another block later on.
uint64_t keyOf(const Warp& warp, const std::byte* memory) {
  const auto address = reinterpret_cast<uintptr_t>(memory);
  const bool isShared =
      arena().contains(address) && arena().owner(address).kind == MemoryKind::kShared;
  return isShared ? address ^ uint64_t { warp.block->run } << 40 : address;
}

}  // namespace

const KnownWarps* KnownRuns::find(uint32_t run) const {
  const auto at = std::lower_bound(runs.begin(), runs.end(), run,
                                   [](const auto& entry, uint32_t r) { return entry.first < r; });
  return at != runs.end() && at->first == run ? at->second.get() : nullptr;
}

KnownRunsPointer joined(const KnownRunsPointer& a, const KnownRunsPointer& b) {
  if (!a || a == b) {
    return b;
  }
  if (!b) {
    return a;
  }
  auto both = std::make_shared<KnownRuns>();
  both->runs.reserve(a->runs.size() + b->runs.size());
  auto i = a->runs.begin();
  auto j = b->runs.begin();
  while (i != a->runs.end() || j != b->runs.end()) {
    if (j == b->runs.end() || (i != a->runs.end() && i->first < j->first)) {
      both->runs.push_back(*i++);
    } else if (i == a->runs.end() || j->first < i->first) {
      both->runs.push_back(*j++);
    } else {
      both->runs.emplace_back(i->first, joinedWarps(i->second, j->second));
      ++i;
      ++j;
    }
  }
  return both;
}

Known handOut(Warp& warp, uint32_t lanes) {
  Known known = warp.known;
  KnownWarp& own = known.of[warp.number];
  const uint32_t below = warp.clock + 1;
  const uint32_t rest = lanesThatRun(warp) & ~lanes;
  own.join(rest == 0 ? KnownWarp{below, 0, 0} : KnownWarp{0, below, lanes});
  setClock(warp, below);
  return known;
}

void takeIn(Warp& warp, const Known& known) {
  warp.known.join(known, warp.block->warpCount);
  warp.order.isCurrent = false;
}

KnownRunsPointer handOutRuns(Warp& warp, uint32_t lanes) {
  return runsOf(handOut(warp, lanes), warp.block->run);
}

void takeInRuns(Warp& warp, const KnownRunsPointer& known) {
  if (!known) {
    return;
  }
  if (const KnownWarps* own = known->find(warp.block->run)) {
    for (unsigned i = 0; i < kMaxWarps; ++i) {
      warp.known.of[i].join((*own)[i]);
    }
  }
  warp.known.others = joined(warp.known.others, known);
  warp.order.isCurrent = false;
}

void orderLanes(Warp& warp, uint32_t lanes) {
  const uint32_t below = warp.clock + 1;
  if ((lanesThatRun(warp) & ~lanes) == 0) {
    warp.known.of[warp.number].join({below, 0, 0});
    warp.order.lanes.reset();
  } else {
    if (!warp.order.lanes) {
      warp.order.lanes = std::make_unique<KnownLanes>();
    }
    // Each of them knows now what any of them knew.
    auto& of = warp.order.lanes->of;
    std::array<uint32_t, kLanes> together{};
    forLanes(lanes, [&](unsigned t) {
      for (unsigned s = 0; s < kLanes; ++s) {
        together[s] = std::max(together[s], of[t][s]);
      }
    });
    forLanes(lanes, [&](unsigned s) { together[s] = below; });
    forLanes(lanes, [&](unsigned t) { of[t] = together; });
  }
  warp.order.isCurrent = false;
  setClock(warp, below);
}

void orderBlock(Block& block) {
  const uint32_t count = block.warpCount;
  uint32_t below = 0;
  KnownRunsPointer others;
  for (uint32_t i = 0; i < count; ++i) {
    below = std::max(below, block.warps[i]->clock + 1);
    others = joined(others, block.warps[i]->known.others);
  }
  for (uint32_t i = 0; i < count; ++i) {
    Warp& warp = *block.warps[i];
    for (uint32_t j = 0; j < count; ++j) {
      warp.known.of[j] = {below, 0, 0};
    }
    warp.known.others = others;
    warp.order.lanes.reset();
    warp.order.isCurrent = true;
    warp.order.isUniform = true;
    warp.order.floor = below;
    setClock(warp, below);
  }
}

void orderWarps(Block& block, uint32_t warps) {
  Known together;
  uint32_t clock = 0;
  forLanes(warps, [&](unsigned i) {
    Warp& warp = *block.warps[i];
    together.join(handOut(warp, lanesThatRun(warp)), block.warpCount);
    clock = std::max(clock, warp.clock);
  });
  forLanes(warps, [&](unsigned i) {
    together.of[i] = {clock, 0, 0};
    setClock(*block.warps[i], clock);
  });
  forLanes(warps, [&](unsigned i) { takeIn(*block.warps[i], together); });
}

void fenceProxy(Warp& warp, uint32_t lanes) {
  Known known = handOut(warp, lanes);
  if (warp.order.proxyFenced) {
    warp.order.proxyFenced->join(known, warp.block->warpCount);
  } else {
    warp.order.proxyFenced = std::make_unique<Known>(std::move(known));
  }
}

void fence(Warp& warp, uint32_t lanes) {
  takeInRuns(warp, std::exchange(warp.order.seen, nullptr));
  warp.order.fenced = std::make_unique<Known>(handOut(warp, lanes));
}

void atomicAt(Warp& warp, unsigned lane, const std::byte* memory, AtomicOrder order) {
  const uint32_t firstRun = warp.block->launch->firstRun;
  Places& all = places();
  const bool handsOut = order.writes && (order.releases || warp.order.fenced);
  if (!handsOut && all.isEmpty(firstRun)) {
    return;
  }
  const uint64_t key = keyOf(warp, memory);
  if (order.reads) {
    if (const KnownRunsPointer found = all.find(firstRun, key)) {
      if (order.acquires) {
        takeInRuns(warp, found);
      } else {
        warp.order.seen = joined(warp.order.seen, found);
      }
    }
  }
  if (handsOut) {
    all.add(firstRun, key,
            order.releases ? handOutRuns(warp, 1u << lane)
                           : runsOf(*warp.order.fenced, warp.block->run));
  }
}

const OrderState& orderState(Warp& warp) {
  OrderState& order = warp.order;
  if (!order.isCurrent) {
    const uint32_t count = warp.block->warpCount;
    uint32_t least = ~0u;
    uint32_t most = 0;
    bool partly = false;
    for (uint32_t i = 0; i < count; ++i) {
      if (const KnownWarp& k = warp.known.of[i]; i != warp.number) {
        least = std::min(least, k.all);
        most = std::max(most, k.all);
        partly = partly || k.some > k.all;
      }
    }
    order.isUniform = count == 1 || (least == most && !partly);
    order.floor = std::min(least, warp.known.of[warp.number].all);
    order.isCurrent = true;
  }
  return order;
}

}  // namespace gramian::machine
