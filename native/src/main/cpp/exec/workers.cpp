#include "exec/workers.h"

#include <signal.h>

#include <algorithm>
#include <chrono>
#include <new>
#include <numeric>
#include <thread>

#include "memory/transactions.h"

namespace gramian::machine {

namespace {

// Ops that a team runs before another one may go first: a block may wait for what a block does that
// has not begun.
constexpr uint64_t kTurn = 1 << 18;
// Teams that are under way on one worker.
constexpr size_t kMostTeams = 4096;

// Ops that a warp runs in a row, unless it has to wait: mostly many, now and then few.
constexpr uint32_t kLongSlice = 1 << 14;
constexpr uint32_t kShortSlice = 64;

constexpr uint32_t kHasBegun = ~uint32_t{0};

}  // namespace

// ---- a team

void Team::start(Launch& launch, uint32_t cluster, uint32_t position, WorkerCounters* counters) {
  position_ = position;
  count_ = launch.blocksOfCluster();
  random_ = Random(launch.seed ^ (uint64_t{cluster} << 20) ^ 1);
  const Index shape = launch.cluster;
  const uint32_t across = launch.grid.x / shape.x;
  const uint32_t down = launch.grid.y / shape.y;
  const Index first{cluster % across * shape.x, cluster / across % down * shape.y,
                    cluster / across / down * shape.z};
  while (blocks_.size() < count_) {
    // A number of its own for each block of each team: clusters have at most 16.
    blocks_.push_back(
        std::make_unique<Block>(number_ * 16 + static_cast<uint32_t>(blocks_.size())));
  }
  std::vector<Block*> members;
  for (uint32_t i = 0; i < count_; ++i) {
    const uint32_t x = first.x + i % shape.x;
    const uint32_t y = first.y + i / shape.x % shape.y;
    const uint32_t z = first.z + i / shape.x / shape.y;
    blocks_[i]->start(launch, x + launch.grid.x * (y + launch.grid.y * z), counters);
    members.push_back(blocks_[i].get());
  }
  if (count_ > 1) {
    for (uint32_t i = 0; i < count_; ++i) {
      blocks_[i]->cluster = members;
      blocks_[i]->clusterRank = i;
    }
  }
}

// Any of the warps that can go on, each as likely; null if there is none.
Warp* Team::pickReady() {
  Warp* picked = nullptr;
  uint32_t seen = 0;
  for (uint32_t b = 0; b < count_; ++b) {
    Block& block = *blocks_[b];
    for (uint32_t w = 0; w < block.warpCount; ++w) {
      Warp& warp = *block.warps[w];
      if (warp.isReady() && random_.below(++seen) == 0) {
        picked = &warp;
      }
    }
  }
  return picked;
}

bool Team::run(uint64_t budget) {
  const Launch& launch = *blocks_.front()->launch;
  while (budget != 0) {
    Warp* warp = pickReady();
    if (warp == nullptr) {
      bool hasEnded = true;
      for (uint32_t b = 0; b < count_; ++b) {
        hasEnded &= blocks_[b]->hasEnded();
        blocks_[b]->wake(Waits::kMemory);
      }
      if (hasEnded) {
        return true;
      }
      warp = pickReady();
    }
    if (warp == nullptr) {
      for (uint32_t b = 0; b < count_; ++b) {
        if (!blocks_[b]->hasEnded()) {
          blocks_[b]->failStuck();
        }
      }
    }
    const uint32_t slice = random_.below(16) == 0 ? 1 + random_.below(kShortSlice) : kLongSlice;
    const uint64_t before = warp->issued;
    warp->run(slice);
    budget -= std::min<uint64_t>(budget, warp->issued - before);
    if (launch.expired.load(std::memory_order_relaxed)) [[unlikely]] {
      if (!warp->groups.empty()) {
        const Group& g = warp->groups.front();
        failAny(*warp, g.pc, g.lanes, CUDA_ERROR_LAUNCH_TIMEOUT,
                "runs past the limit of " + std::to_string(launch.timeLimitMs) + " ms");
      }
    }
  }
  return false;
}

// ---- a launch

Progress::Progress(Launch& l) : launch(l), order(l.clusters()) {
  std::iota(order.begin(), order.end(), 0u);
  Random(launch.seed).shuffle(order.data(), order.size());
}

void Progress::fail(uint32_t position, Fault f) {
  const std::lock_guard lock(mutex);
  if (position < faultAt) {
    faultAt = position;
    fault = std::move(f);
  }
}

// ---- workers

void Workers::add() {
  workers_.push_back(std::make_unique<Worker>());
  Worker& worker = *workers_.back();
  worker.number = static_cast<uint32_t>(workers_.size() - 1);
  // The program's signals are not for these threads.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread([this, &worker] { serve(worker); }).detach();
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void Workers::serve(Worker& worker) {
  uint64_t seen = 0;
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return generation_ != seen && progress_ != nullptr; });
    seen = generation_;
    if (worker.number >= wanted_) {
      continue;
    }
    Progress& progress = *progress_;
    lock.unlock();
    work(worker, progress);
    lock.lock();
    --busy_;
    changed_.notify_all();
  }
}

void Workers::work(Worker& worker, Progress& progress) {
  Launch& launch = progress.launch;
  WorkerCounters* counters = nullptr;
  if (!progress.counts.ops.empty()) {
    worker.counters.ops.assign(progress.counts.ops.size(), {});
    worker.counters.footprint = {};
    counters = &worker.counters;
  }
  std::deque<std::unique_ptr<Team>> underWay;
  const auto takeNext = [&](uint32_t& position) {
    position = progress.next.fetch_add(1);
    return position < progress.order.size() && position < progress.faultAt;
  };
  for (uint32_t turn = 1;; ++turn) {
    std::unique_ptr<Team> team;
    uint32_t position = 0;
    // Mostly what has begun goes on.
    const bool mayBegin = underWay.size() < kMostTeams && (underWay.size() < 2 || turn % 4 == 0);
    if (mayBegin && takeNext(position)) {
      if (worker.idle.empty()) {
        team = std::make_unique<Team>(worker.teams++ * 64 + worker.number);
      } else {
        team = std::move(worker.idle.back());
        worker.idle.pop_back();
      }
    } else if (!underWay.empty()) {
      team = std::move(underWay.front());
      underWay.pop_front();
      position = kHasBegun;
    } else {
      break;
    }
    bool hasEnded = true;
    try {
      if (position != kHasBegun) {
        team->start(launch, progress.order[position], position, counters);
      }
      if (team->position() < progress.faultAt) {
        hasEnded = team->run(kTurn);
      }
    } catch (Fault& fault) {
      progress.fail(team->position(), std::move(fault));
    } catch (const std::bad_alloc&) {
      progress.fail(team->position(),
                    {CUDA_ERROR_OUT_OF_MEMORY, "kernel " + launch.kernel->name +
                                                   ": no memory for its registers, shared or local "
                                                   "memory"});
    }
    (hasEnded ? worker.idle.emplace_back(std::move(team)) : underWay.emplace_back(std::move(team)));
  }
  if (counters != nullptr) {
    const std::lock_guard lock(progress.mutex);
    for (size_t i = 0; i < progress.counts.ops.size(); ++i) {
      progress.counts.ops[i] += worker.counters.ops[i];
    }
    progress.counts.footprint += worker.counters.footprint;
  }
}

Fault Workers::run(Launch& launch, unsigned count, WorkerCounters* counts) {
  while (workers_.size() < count) {
    add();
  }
  const auto deadline =
      std::chrono::steady_clock::now() + std::chrono::milliseconds(launch.timeLimitMs);
  Progress progress(launch);
  if (counts != nullptr) {
    progress.counts.ops.resize(launch.kernel->ops.size());
    forgetTouched();
  }
  std::unique_lock lock(mutex_);
  progress_ = &progress;
  wanted_ = count;
  busy_ = count;
  ++generation_;
  changed_.notify_all();
  const auto done = [this] { return busy_ == 0; };
  if (!changed_.wait_until(lock, deadline, done)) {
    launch.expired = true;
    changed_.wait(lock, done);
  }
  progress_ = nullptr;
  if (counts != nullptr) {
    *counts = std::move(progress.counts);
  }
  return std::move(progress.fault);
}

}  // namespace gramian::machine
