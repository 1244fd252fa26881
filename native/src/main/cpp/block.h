// A block of threads and the scheduler that runs them as fibers on one system thread.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "arena.h"
#include "fiber.h"
#include "launch.h"
#include "matrix.h"
#include "random.h"
#include "stamp.h"

namespace gramian::emulated {

constexpr uint32_t kMaxThreads = 1024;
constexpr uint32_t kWarpLanes = 32;
constexpr uint32_t kMaxStaticShared = 48 << 10;
constexpr uint32_t kMaxDynamicShared = 227 << 10;

enum class Waits : uint8_t {
  kNo,
  kBarrier,
  kNamedBarrier,
  kSyncWarp,
  kShuffle,
  kVote,
  kMma,
  kLdmatrix,
  kEnded
};

// The name of what a thread waits for, for messages.
const char* nameOf(Waits waits);

// An operation of a warp, as each of its lanes has to call it.
class WarpCall {
 public:
  WarpCall() = default;
  WarpCall(Waits operation, uint32_t variant, uint32_t mask)
      : bits_(uint64_t{mask} | uint64_t{variant} << 32 | static_cast<uint64_t>(operation) << 56) {}

  Waits operation() const { return static_cast<Waits>(bits_ >> 56); }
  uint32_t mask() const { return static_cast<uint32_t>(bits_); }

  bool operator==(const WarpCall&) const = default;

 private:
  uint64_t bits_ = 0;
};

// A cp.async that has not landed.
struct PendingCopy {
  uintptr_t to;
  uintptr_t from;
  uint32_t bytes;
  uint32_t valid;
  uint32_t group;
};

class Block;
struct Warp;

struct Thread {
  Block* block = nullptr;
  Warp* own = nullptr;  // its warp
  uint32_t id = 0;
  uint32_t clock = 1;
  uint32_t warpFloor = 1;  // accesses of its warp's lanes at earlier clocks are ordered before now
  Stamp stamp;             // of its accesses now
  StackRange stack{};
  void* sp = nullptr;
  GramianEmulatedIndex index{};
  Waits waits = Waits::kNo;
  uint32_t barrierResult = 0;
  uint32_t namedBarrier = 0;  // that it waits at
  WarpCall call;              // the operation of its warp that it waits at
  std::vector<PendingCopy> copies;
  uint32_t copyGroup = 0;

  uint32_t lane() const { return id % kWarpLanes; }
  uint32_t warp() const { return id / kWarpLanes; }
};

struct Warp {
  uint32_t existing = 0;  // lanes that the block has
  uint32_t ended = 0;
  uint32_t waiting = 0;  // lanes at an operation of the warp
  bool uniform = true;   // all that wait do so at `call`
  WarpCall call;
  std::array<uint8_t, kWarpLanes> order;  // in which lanes are resumed, up to an exclusive or
  // After a __syncwarp of some lanes only: known[t][s] as warpFloor, for lane t and accesses of s.
  bool partial = false;
  std::array<std::array<uint32_t, kWarpLanes>, kWarpLanes> known;

  // What the lanes bring to an operation, and take away from it.
  std::array<uint64_t, kWarpLanes> values;
  std::array<uint32_t, kWarpLanes> sources;
  std::array<const void*, kWarpLanes> rows;
  uint32_t matrices[4][kWarpLanes];
  Fragments fragments;
};

// The thread whose fiber runs on this system thread, or null.
extern constinit thread_local Thread* running __attribute__((tls_model("initial-exec")));

class Block {
 public:
  // `number` counts the blocks that run side by side.
  explicit Block(uint32_t number);
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;

  // Runs block `linear` of the launch to its end or its first fault.
  void run(Launch& launch, uint32_t linear);

  Launch& launch() const { return *launch_; }
  const GramianEmulatedIndex& index() const { return index_; }
  uint32_t number() const { return number_; }
  uint32_t runNumber() const { return run_; }
  uint32_t floor() const { return floor_; }
  Warp& warp(uint32_t i) { return warps_[i]; }
  Thread& thread(uint32_t i) { return threads_[i]; }
  const Stacks& stacks() const { return stacks_; }

  uint32_t arriveAtBarrier(Thread& t, uint32_t kind, bool predicate);
  void arriveAtNamedBarrier(Thread& t, uint32_t number, uint32_t threads);
  // True if a barrier of some warps orders the access of a stamp before those of a warp now.
  bool orderedByNamedBarrier(Stamp s, uint32_t warp) const;
  bool hasNamedBarriers() const { return namedBarriers_; }
  // Suspends the thread until the operation it is at is complete.
  void suspend(Thread& t);
  // Makes the lanes of a warp that took part in an operation ready. They run back to back, in
  // random order: at once, or now and then after all that is ready.
  void resume(uint32_t warp, uint32_t lanes);
  void setClock(Thread& t, uint32_t clock);

  void* dynamicShared() const { return reinterpret_cast<void*>(dynamic_->begin); }
  Allocation& dynamicMemory() const { return *dynamic_; }
  void* sharedArray(const void* key, size_t bytes);

  // Ends the launch: a fault of the running thread. Its fiber never continues.
  [[noreturn]] void fail(CUresult code, std::string message);
  [[noreturn]] void failExpired();

 private:
  struct StaticArray {
    const void* key;
    Allocation* memory;
  };

  // A barrier of some warps.
  struct Named {
    uint32_t expected = 0;
    uint32_t arrived = 0;
    std::array<uint32_t, kMaxThreads / kWarpLanes> lanes{};  // of each warp, that have come
  };

  static void enter();
  void start(Launch& launch, uint32_t linear);
  void schedule();
  void reportMissingThreads();
  void reportExpired();
  std::string placeOfThread(const Thread& t) const;
  std::string placeOfBlock() const;
  [[noreturn]] void leave();
  void completeBarrier();
  void completeNamedBarrier(Named& barrier);

  const uint32_t number_;
  Stacks stacks_;
  std::vector<Thread> threads_;
  std::array<Warp, kMaxThreads / kWarpLanes> warps_;
  Random random_{0};

  Launch* launch_ = nullptr;
  GramianEmulatedIndex index_{};
  uint32_t run_ = 0;
  uint32_t floor_ = 1;  // accesses of the block at earlier clocks are ordered before now
  uint32_t count_ = 0;
  uint32_t alive_ = 0;

  uint32_t arrived_ = 0;
  uint32_t barrierKind_ = 0;
  uint32_t barrierTrue_ = 0;

  std::array<Named, 16> named_;
  // After a named barrier only: known_[v][w], of accesses of warp w those at earlier clocks are
  // ordered before warp v now.
  bool namedBarriers_ = false;
  std::array<std::array<uint32_t, kMaxThreads / kWarpLanes>, kMaxThreads / kWarpLanes> known_;

  std::vector<uint32_t> ready_;  // a ring
  uint32_t readyHead_ = 0;
  uint32_t readyCount_ = 0;
  Thread& nextReady();
  void shuffleReady();

  void* schedulerSp_ = nullptr;
  void* abandonedSp_ = nullptr;

  Allocation* dynamic_ = nullptr;
  std::array<Allocation*, 16> staticMemory_{};
  std::vector<StaticArray> staticArrays_;
};

}  // namespace gramian::emulated
