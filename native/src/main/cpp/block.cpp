#include "block.h"

#include <algorithm>
#include <bit>

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

void Block::push(uint32_t id) { ready_[(readyHead_ + readyCount_++) % kMaxThreads] = id; }

uint32_t Block::pop() {
  const uint32_t id = ready_[readyHead_];
  readyHead_ = (readyHead_ + 1) % kMaxThreads;
  --readyCount_;
  return id;
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
  dynamic_->size = launch.dynamicShared;
  dynamic_->end = dynamic_->begin + launch.dynamicShared;
  poison(dynamicShared(), launch.dynamicShared);
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
  }
  for (uint32_t i = 0; i < count_; ++i) {
    Thread& t = threads_[i];
    t.block = this;
    t.id = i;
    t.warpFloor = 1;
    t.stack = stacks_.range(i);
    t.sp = stacks_.prepare(i, &Block::enter);
    t.index = unflatten(i, launch.block);
    t.waits = Waits::kNo;
    t.copies.clear();
    t.copyGroup = 0;
    setClock(t, 1);
    ready_[i] = i;
  }
  random_.shuffle(ready_.data(), count_);
  readyHead_ = 0;
  readyCount_ = count_;
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
    Thread& t = threads_[pop()];
    running = &t;
    gramianFiberSwitch(&schedulerSp_, t.sp);
  }
}

void Block::suspend(Thread& t) { gramianFiberSwitch(&t.sp, schedulerSp_); }

void Block::resume(uint32_t warp, uint32_t lanes) {
  std::array<uint32_t, kWarpLanes> ids;
  uint32_t count = 0;
  for (uint32_t rest = lanes; rest != 0; rest &= rest - 1) {
    ids[count] = warp * kWarpLanes + static_cast<uint32_t>(std::countr_zero(rest));
    threads_[ids[count]].waits = Waits::kNo;
    ++count;
  }
  random_.shuffle(ids.data(), count);
  for (uint32_t i = 0; i < count; ++i) {
    push(ids[i]);
  }
  warps_[warp].waiting &= ~lanes;
}

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
    ready_[i] = i;
  }
  for (uint32_t w = 0; w * kWarpLanes < count_; ++w) {
    warps_[w].partial = false;
  }
  // Nobody else is ready: every thread was at the barrier.
  random_.shuffle(ready_.data(), count_);
  readyHead_ = 0;
  readyCount_ = count_;
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
  Allocation* memory = staticMemory_[staticArrays_.size()];
  memory->size = bytes;
  memory->end = memory->begin + bytes;
  staticArrays_.push_back({key, memory});
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
    for (uint32_t j = 0; j < count_; ++j) {
      const Thread& other = threads_[j];
      const bool named = t.waits == Waits::kBarrier ||
                         (other.warp() == t.warp() && (t.request.mask >> other.lane() & 1) != 0);
      const bool there = other.waits == t.waits &&
                         (t.waits == Waits::kBarrier || other.request.mask == t.request.mask);
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
