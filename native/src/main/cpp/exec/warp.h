// The state of a warp: the registers of its 32 lanes and the groups in which they go through the
// kernel.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "check/order.h"
#include "exec/op.h"
#include "exec/random.h"

namespace gramian::machine {

class Block;
struct Kernel;
struct WorkerCounters;

// What is known of a register's value beside the value, lane by lane.
struct SlotState {
  uint32_t undefined = 0;   // lanes with a byte that was never written
  uint32_t computed = 0;    // of these: lanes whose value came out of arithmetic on such a byte
  uint32_t computedAt = 0;  // the index of the op that did it, for messages
  // Of 64-bit registers: the number of the allocation whose address the value holds, 0 for a plain
  // number, and the lanes for which that is known.
  uint32_t origin = 0;
  uint32_t originLanes = 0;
};

enum class Waits : uint8_t {
  kNo,
  kReconvergence,  // for lanes that took another branch
  kBlockBarrier,
  kWarp,  // for the other lanes of a warp operation
  kMbarrier,
  kCluster,
  kMemory,  // spins: others may go first
  kEnded,
};
const char* nameOf(Waits waits);

// Lanes that are at the same op. They run together until they diverge.
struct Group {
  const Op* pc = nullptr;
  uint32_t lanes = 0;
  uint32_t join = 0;  // of Warp::joins: where they meet those they parted from; 0 is nowhere
  Waits waits = Waits::kNo;
  // Of a warp operation or a barrier: what has to be the same for all that take part.
  uint64_t call = 0;
};

// A point where lanes that took different branches go on together.
struct Join {
  const Op* pc = nullptr;
  uint32_t expected = 0;  // lanes that may still come
  uint32_t arrived = 0;
  uint32_t outer = 0;
};

// A copy by cp.async that has not landed, of one instruction.
struct AsyncCopy {
  const Op* op;
  uint32_t lanes;
  uint32_t bytes;
  std::array<uint32_t, kLanes> group;
  std::array<uint32_t, kLanes> to;  // in shared memory
  std::array<uint64_t, kLanes> from;
  std::array<uint8_t, kLanes> valid;                     // bytes; the rest is zero
  std::array<std::array<std::byte, 16>, kLanes> source;  // as it was when the copy was issued
};

class Warp {
 public:
  // ---- registers

  template <typename T>
  T* lanesOf(Slot slot) {
    return reinterpret_cast<T*>(registers + size_t{slot} * kLanes * 4);
  }
  template <typename T>
  const T* lanesOf(Slot slot) const {
    return reinterpret_cast<const T*>(registers + size_t{slot} * kLanes * 4);
  }
  uint32_t& predicate(Slot slot) { return *lanesOf<uint32_t>(slot); }
  SlotState& state(Slot slot) { return states[slot]; }
  // Which bytes of an undefined lane's value are: bit i for byte i. Of no meaning for others.
  uint8_t* undefinedBytes(Slot slot) { return undefined + size_t{slot} * kLanes; }

  // ---- control, for handlers

  // The running group waits and executes `again` when it is woken. Returns null.
  const Op* wait(const Op* again, Waits why, uint64_t call = 0);
  // Lets groups that wait so go on.
  void wake(Waits why);
  // Lets those of this call go on, those at the same op as one group.
  void wakeTogether(Waits why, uint64_t call);
  // The lanes leave the kernel. Returns the op that the others of the group go on with, or null.
  const Op* exit(const Op* op, uint32_t lanes);
  // The lanes of `taken` go on at `target`, the others of the group at `next`.
  const Op* branch(const Op* op, uint32_t taken, const Op* target, const Op* next);

  // The lanes of the group that are in `active` go on at their `targets`.
  const Op* scatter(const Op* op, uint32_t active, const Op* const* targets);

  // True where all lanes of the warp that have not left are in `active`: the common case of a warp
  // operation that can be done at once.
  bool isWhole(uint32_t active) const { return active == (existing & ~ended); }

  // Brings the running group to an op that all lanes of the warp execute together (".aligned").
  // True if they are there now, and are one group: the handler goes on. False: the handler returns
  // null. A fault if they can never come together here.
  bool converge(const Op* op, uint32_t active);

  // Of a warp operation of the lanes in `mask`, which may stand at different places: the running
  // group has come to `call`, which is the same for all. True if it is the last of them. Then
  // those that wait are there still, with their op as `pc`, until release(call) lets them go on
  // behind it. False: the group waits, and the handler returns null. A fault if a lane of the mask
  // has left the kernel, or can never come.
  bool meet(const Op* op, uint32_t active, uint32_t mask, uint64_t call);
  // The lanes of the running group execute the op in two parts, those of `lanes` and the others,
  // and go on together behind it. The handler returns null.
  void part(const Op* op, uint32_t lanes);
  void release(uint64_t call);

  // ---- for the scheduler

  bool isReady() const;
  uint32_t lanesThat(Waits wait) const;
  // Runs the ready group `running` until it cannot go on, at most `budget` ops.
  void run(uint32_t budget);
  // All lanes are at the first op of the kernel.
  void start();

  std::byte* registers = nullptr;
  SlotState* states = nullptr;
  uint8_t* undefined = nullptr;

  Block* block = nullptr;
  const Kernel* kernel = nullptr;
  uint32_t number = 0;    // within the block
  uint32_t existing = 0;  // lanes that the block has
  uint32_t ended = 0;     // of these, that have left the kernel

  std::vector<Group> groups;
  uint32_t running = 0;  // the index of the group that runs
  std::vector<Join> joins;

  uint32_t carry = 0;  // a bit a lane: the flag of add.cc, sub.cc, mad.cc

  // ---- memory order, see check/order.h

  uint32_t clock = 1;  // of its accesses from now on; rises when others can learn of earlier ones
  Known known;         // the accesses that are ordered before now
  OrderState order;    // what follows from that

  // ---- asynchronous copies

  std::vector<AsyncCopy> copies;
  std::array<uint32_t, kLanes> copyGroup{};  // commits so far

  WorkerCounters* counters = nullptr;
  uint64_t issued = 0;  // ops, for %clock
  Random random{0};     // which group goes first

  Group& group() { return groups[running]; }

 private:
  template <bool kCounts>
  void runOps(uint32_t budget);
  // Where the guard of the op holds for some lanes only, the others go on behind it.
  void partGuarded();
  uint32_t addJoin(const Op* meet, uint32_t lanes, uint32_t outer);
  // The group has come to its join.
  void arrive(uint32_t index);
  void closeJoin(uint32_t index);
  // These lanes will not come to the joins from `from` on, up to `to`.
  void leaveJoins(uint32_t from, uint32_t to, uint32_t lanes);
  // Makes one ready group of those that match, which are at the same op.
  template <typename Matches>
  void merge(Matches matches);
  // The running group waits for other lanes of the warp: a fault if none of them can go on.
  void requireOthers(const Op* op, const char* what);

  const Op* guarded_ = nullptr;  // the op whose guard holds for a part of the group,
  uint32_t guardedLanes_ = 0;    // and that part
};

template <typename Function>
[[gnu::always_inline]] inline void forLanes(uint32_t lanes, Function function) {
  for (uint32_t rest = lanes; rest != 0; rest &= rest - 1) {
    function(static_cast<unsigned>(std::countr_zero(rest)));
  }
}

}  // namespace gramian::machine
