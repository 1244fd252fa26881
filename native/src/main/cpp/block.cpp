#include "block.h"

#include <algorithm>
#include <bit>
#include <numeric>

namespace gramian::emulated {

constinit thread_local Thread* running = nullptr;

namespace {

std::string text(const GramianEmulatedIndex& i) {
  return "(" + std::to_string(i.x) + "," + std::to_string(i.y) + "," + std::to_string(i.z) + ")";
}

GramianEmulatedIndex unflatten(uint32_t i, const GramianEmulatedIndex& size) {
  return {i % size.x, i / size.x % size.y, i / size.x / size.y};
}

}  // namespace

Block::Block(uint32_t number)
    : number_(number), stacks_(kMaxThreads), threads_(kMaxThreads), ready_(kMaxThreads) {
  dynamic_ = arena().allocate(kMaxDynamicShared, Space::kShared, number);
  for (Allocation*& a : staticMemory_) {
    a = arena().allocate(kMaxStaticShared, Space::kShared, number);
  }
}

void Block::run(Launch& launch, uint32_t linear) {
  start(launch, linear);
  schedule();
  running = nullptr;
}

void Block::start(Launch& launch, uint32_t linear) {
  launch_ = &launch;
  index_ = unflatten(linear, launch.grid);
  run_ = launch.firstRun + linear;
  random_ = Random(launch.seed ^ (uint64_t{linear} << 20));
  floor_ = 1;
  count_ = launch.threads();
  alive_ = count_;
  arrived_ = 0;
  barrierTrue_ = 0;
  namedBarriers_ = false;
  named_.fill({});
  dynamic_->size = launch.dynamicShared;
  dynamic_->end = dynamic_->begin + launch.dynamicShared;
  poison(dynamicShared(), launch.dynamicShared);
  arena().clearHalves(*dynamic_);
  for (const StaticArray& a : staticArrays_) {
    a.memory->end = a.memory->begin;
  }
  staticArrays_.clear();
  for (uint32_t w = 0; w * kWarpLanes < count_; ++w) {
    const uint32_t lanes = std::min(kWarpLanes, count_ - w * kWarpLanes);
    warps_[w].existing = lanes == kWarpLanes ? 0xffffffffu : (1u << lanes) - 1;
    warps_[w].ended = 0;
    warps_[w].waiting = 0;
    warps_[w].partial = false;
    std::iota(warps_[w].order.begin(), warps_[w].order.end(), uint8_t{0});
    random_.shuffle(warps_[w].order.data(), kWarpLanes);
  }
  for (uint32_t i = 0; i < count_; ++i) {
    Thread& t = threads_[i];
    t.block = this;
    t.own = &warps_[i / kWarpLanes];
    t.id = i;
    t.warpFloor = 1;
    t.stack = stacks_.range(i);
    t.sp = stacks_.prepare(i, &Block::enter);
    t.index = unflatten(i, launch.block);
    t.waits = Waits::kNo;
    t.copies.clear();
    t.copyGroup = 0;
    setClock(t, 1);
  }
  shuffleReady();
  running = &threads_[ready_[0]];
}

void Block::setClock(Thread& t, uint32_t clock) {
  if (clock > Stamp::kMaxClock) {
    fail(CUDA_ERROR_NOT_SUPPORTED, "more than " + std::to_string(Stamp::kMaxClock) +
                                       " barriers in one block: the emulated device's limit");
  }
  t.clock = clock;
  t.stamp = Stamp(run_, t.id, clock);
}

void Block::enter() {
  Thread& t = *running;
  Launch& launch = *t.block->launch_;
  launch.kernel->run(launch.parameter.data());
  t.waits = Waits::kEnded;
  t.block->warps_[t.warp()].ended |= 1u << t.lane();
  --t.block->alive_;
  t.block->leave();
}

void Block::leave() {
  gramianFiberSwitch(&abandonedSp_, schedulerSp_);
  __builtin_unreachable();
}

void Block::schedule() {
  while (!launch_->stop.load(std::memory_order_relaxed)) {
    if (launch_->expired.load(std::memory_order_relaxed)) {
      reportExpired();
      return;
    }
    if (readyCount_ == 0) {
      if (alive_ > 0) {
        reportMissingThreads();
      }
      return;
    }
    running = &nextReady();
    gramianFiberSwitch(&schedulerSp_, running->sp);
  }
}

Thread& Block::nextReady() {
  const uint32_t id = ready_[readyHead_];
  readyHead_ = (readyHead_ + 1) % kMaxThreads;
  --readyCount_;
  return threads_[id];
}

// Straight to the next thread, past the scheduler, unless there is something for that to see to.
void Block::suspend(Thread& t) {
  if (readyCount_ == 0 || launch_->stop.load(std::memory_order_relaxed) ||
      launch_->expired.load(std::memory_order_relaxed)) [[unlikely]] {
    gramianFiberSwitch(&t.sp, schedulerSp_);
    return;
  }
  Thread& next = nextReady();
  if (&next != &t) {
    running = &next;
    gramianFiberSwitch(&t.sp, next.sp);
  }
}

void Block::resume(uint32_t number, uint32_t lanes) {
  Warp& warp = warps_[number];
  warp.waiting &= ~lanes;
  const uint64_t draw = random_.next();
  const auto flip = static_cast<uint32_t>(draw % kWarpLanes);
  const bool last = (draw >> 8) % 16 == 0;
  const auto count = static_cast<uint32_t>(std::popcount(lanes));
  uint32_t at = last ? readyHead_ + readyCount_ : readyHead_ - count;
  readyHead_ = last ? readyHead_ : at % kMaxThreads;
  readyCount_ += count;
  for (uint32_t i = 0; i < kWarpLanes; ++i) {
    const uint32_t lane = warp.order[i ^ flip];
    if ((lanes >> lane & 1) != 0) {
      const uint32_t id = number * kWarpLanes + lane;
      threads_[id].waits = Waits::kNo;
      ready_[at++ % kMaxThreads] = id;
    }
  }
}

// Makes all threads ready: mostly warp by warp, in random order and with the lanes of each in
// random order; now and then in an order that knows no warps.
void Block::shuffleReady() {
  readyHead_ = 0;
  readyCount_ = count_;
  if (random_.below(8) == 0) {
    std::iota(ready_.begin(), ready_.begin() + count_, 0u);
    random_.shuffle(ready_.data(), count_);
    return;
  }
  std::array<uint32_t, kMaxThreads / kWarpLanes> numbers;
  const uint32_t warps = (count_ + kWarpLanes - 1) / kWarpLanes;
  std::iota(numbers.begin(), numbers.begin() + warps, 0u);
  random_.shuffle(numbers.data(), warps);
  uint32_t at = 0;
  for (uint32_t i = 0; i < warps; ++i) {
    const uint32_t flip = random_.below(kWarpLanes);
    for (uint32_t j = 0; j < kWarpLanes; ++j) {
      const uint32_t id = numbers[i] * kWarpLanes + warps_[numbers[i]].order[j ^ flip];
      if (id < count_) {
        ready_[at++] = id;
      }
    }
  }
}

void* Block::sharedArray(const void* key, size_t bytes) {
  size_t used = 0;
  for (const StaticArray& a : staticArrays_) {
    if (a.key == key) {
      return reinterpret_cast<void*>(a.memory->begin);
    }
    used += a.memory->size;
  }
  if (used + bytes > kMaxStaticShared || staticArrays_.size() == staticMemory_.size()) {
    fail(CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES,
         "declares more than 16 arrays or 48 KiB of static shared memory");
  }
  if (used + bytes + launch_->dynamicShared > launch_->maxShared) {
    fail(CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES, "has more than " + std::to_string(launch_->maxShared) +
                                                 " bytes of static and dynamic shared memory");
  }
  Allocation* memory = staticMemory_[staticArrays_.size()];
  memory->size = bytes;
  memory->end = memory->begin + bytes;
  staticArrays_.push_back({key, memory});
  arena().clearHalves(*memory);
  void* p = reinterpret_cast<void*>(memory->begin);
  poison(p, bytes);
  return p;
}

std::string Block::placeOfBlock() const {
  return std::string("kernel ") + launch_->kernel->name + ", block " + text(index_);
}

std::string Block::placeOfThread(const Thread& t) const {
  return placeOfBlock() + ", thread " + text(t.index);
}

void Block::fail(CUresult code, std::string message) {
  {
    // Freed here: nothing on this fiber's stack is destroyed after it was left.
    const std::string text = std::move(message);
    launch_->fail(code, placeOfThread(*running) + ": " + text);
  }
  leave();
}

void Block::reportExpired() {
  launch_->fail(CUDA_ERROR_LAUNCH_TIMEOUT, placeOfThread(*running) + ": runs past the limit of " +
                                               std::to_string(launch_->timeLimitMs) + " ms");
}

void Block::failExpired() {
  reportExpired();
  leave();
}

const char* nameOf(Waits waits) {
  switch (waits) {
    case Waits::kBarrier:
      return "a barrier of the block";
    case Waits::kNamedBarrier:
      return "a barrier of some warps";
    case Waits::kSyncWarp:
      return "__syncwarp";
    case Waits::kShuffle:
      return "a warp shuffle";
    case Waits::kVote:
      return "a warp vote";
    case Waits::kMma:
      return "mma.sync";
    case Waits::kLdmatrix:
      return "ldmatrix";
    case Waits::kNo:
    case Waits::kEnded:
      break;
  }
  return "nothing";
}

void Block::reportMissingThreads() {
  // The first thread that waits, and the first of those it waits for that will never come.
  for (uint32_t i = 0; i < count_; ++i) {
    const Thread& t = threads_[i];
    if (t.waits == Waits::kEnded) {
      continue;
    }
    if (t.waits == Waits::kNamedBarrier) {
      const Named& barrier = named_[t.namedBarrier];
      launch_->fail(CUDA_ERROR_LAUNCH_FAILED,
                    placeOfThread(t) + ": waits at barrier " + std::to_string(t.namedBarrier) +
                        " of " + std::to_string(barrier.expected) + " threads, of which " +
                        std::to_string(barrier.arrived) + " have come");
      return;
    }
    for (uint32_t j = 0; j < count_; ++j) {
      const Thread& other = threads_[j];
      const bool named = t.waits == Waits::kBarrier ||
                         (other.warp() == t.warp() && (t.call.mask() >> other.lane() & 1) != 0);
      const bool there =
          other.waits == t.waits && (t.waits == Waits::kBarrier || other.call == t.call);
      if (named && !there) {
        const std::string what = other.waits == Waits::kEnded
                                     ? "has left the kernel"
                                     : std::string("waits at ") + nameOf(other.waits);
        launch_->fail(CUDA_ERROR_LAUNCH_FAILED, placeOfThread(t) + ": waits at " + nameOf(t.waits) +
                                                    " that not all its threads reach: thread " +
                                                    text(other.index) + " " + what);
        return;
      }
    }
  }
  launch_->fail(CUDA_ERROR_LAUNCH_FAILED, placeOfBlock() + ": its threads wait for each other");
}

}  // namespace gramian::emulated
