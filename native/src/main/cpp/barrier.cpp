// The barriers of a block: __syncthreads, and those of some warps.
#include <algorithm>
#include <bit>

#include "block.h"

namespace gramian::emulated {

uint32_t Block::arriveAtBarrier(Thread& t, uint32_t kind, bool predicate) {
  if (arrived_ > 0 && kind != barrierKind_) {
    fail(CUDA_ERROR_LAUNCH_FAILED, "reaches another kind of barrier than the threads before it");
  }
  barrierKind_ = kind;
  barrierTrue_ += predicate ? 1 : 0;
  t.waits = Waits::kBarrier;
  if (++arrived_ == count_) {
    completeBarrier();
  }
  suspend(t);
  return t.barrierResult;
}

void Block::completeBarrier() {
  uint32_t result = 0;
  switch (barrierKind_) {
    case kGramianBarrierCount:
      result = barrierTrue_;
      break;
    case kGramianBarrierAnd:
      result = barrierTrue_ == count_;
      break;
    case kGramianBarrierOr:
      result = barrierTrue_ > 0;
      break;
    default:
      break;
  }
  arrived_ = 0;
  barrierTrue_ = 0;
  uint32_t clock = 0;
  for (uint32_t i = 0; i < count_; ++i) {
    clock = std::max(clock, threads_[i].clock);
  }
  floor_ = ++clock;
  for (uint32_t i = 0; i < count_; ++i) {
    Thread& t = threads_[i];
    t.barrierResult = result;
    t.waits = Waits::kNo;
    t.warpFloor = clock;
    setClock(t, clock);
  }
  for (uint32_t w = 0; w * kWarpLanes < count_; ++w) {
    warps_[w].partial = false;
  }
  namedBarriers_ = false;
  // Nobody else is ready: every thread was at the barrier.
  shuffleReady();
}

void Block::arriveAtNamedBarrier(Thread& t, uint32_t number, uint32_t threads) {
  if (number == 0 || number >= named_.size()) {
    fail(CUDA_ERROR_LAUNCH_FAILED,
         "is at barrier " + std::to_string(number) + ", which is none of 1 to 15");
  }
  if (threads == 0 || threads % kWarpLanes != 0 || threads > count_) {
    fail(CUDA_ERROR_LAUNCH_FAILED,
         "is at a barrier of " + std::to_string(threads) + " threads: not a number of whole warps");
  }
  Named& barrier = named_[number];
  if (barrier.arrived > 0 && barrier.expected != threads) {
    fail(CUDA_ERROR_LAUNCH_FAILED,
         "is at barrier " + std::to_string(number) + " of " + std::to_string(threads) +
             " threads; others are there with " + std::to_string(barrier.expected));
  }
  barrier.expected = threads;
  barrier.lanes[t.warp()] |= 1u << t.lane();
  t.waits = Waits::kNamedBarrier;
  t.namedBarrier = number;
  if (++barrier.arrived == threads) {
    completeNamedBarrier(barrier);
  }
  suspend(t);
}

void Block::completeNamedBarrier(Named& barrier) {
  const uint32_t warps = (count_ + kWarpLanes - 1) / kWarpLanes;
  if (!namedBarriers_) {
    namedBarriers_ = true;
    for (uint32_t w = 0; w < warps; ++w) {
      known_[w].fill(floor_);
    }
  }
  uint32_t clock = 0;
  std::array<uint32_t, kMaxThreads / kWarpLanes> joined{};
  for (uint32_t w = 0; w < warps; ++w) {
    if (barrier.lanes[w] == 0) {
      continue;
    }
    if (barrier.lanes[w] != warps_[w].existing) {
      fail(CUDA_ERROR_LAUNCH_FAILED, "completes a barrier of " + std::to_string(barrier.expected) +
                                         " threads that a part of warp " + std::to_string(w) +
                                         " has not reached");
    }
    for (uint32_t lane = 0; lane < kWarpLanes; ++lane) {
      clock = std::max(clock, threads_[w * kWarpLanes + lane].clock);
    }
    for (uint32_t v = 0; v < warps; ++v) {
      joined[v] = std::max(joined[v], known_[w][v]);
    }
  }
  ++clock;
  for (uint32_t w = 0; w < warps; ++w) {
    joined[w] = barrier.lanes[w] != 0 ? clock : joined[w];
  }
  const Named done = barrier;
  barrier = {};
  for (uint32_t w = 0; w < warps; ++w) {
    if (done.lanes[w] != 0) {
      known_[w] = joined;
      warps_[w].partial = false;
      for (uint32_t lane = 0; lane < kWarpLanes; ++lane) {
        Thread& t = threads_[w * kWarpLanes + lane];
        t.warpFloor = clock;
        setClock(t, clock);
      }
      resume(w, done.lanes[w]);
    }
  }
}

bool Block::orderedByNamedBarrier(Stamp s, uint32_t warp) const {
  const auto& known = known_[warp];
  if (s.group() != kOneBlock) {
    return s.clock() < known[s.thread() / kWarpLanes];
  }
  // Some warps, it is not known which: a race only if no warp that was heard of can be meant.
  return std::any_of(known.begin(), known.end(), [s](uint32_t k) { return s.clock() < k; });
}

}  // namespace gramian::emulated
