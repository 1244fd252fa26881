#include "warp.h"

#include <algorithm>
#include <bit>

#include "access.h"

namespace gramian::emulated {

namespace {

constexpr uint32_t kAllLanes = 0xffffffffu;

template <typename Function>
void forLanes(uint32_t lanes, Function function) {
  for (uint32_t rest = lanes; rest != 0; rest &= rest - 1) {
    function(static_cast<uint32_t>(std::countr_zero(rest)));
  }
}

// The lanes of a warp at an operation.
struct Meeting {
  Block& block;
  Warp& warp;
  uint32_t number;
  uint32_t lanes;

  Thread& lane(uint32_t i) const { return block.thread(number * kWarpLanes + i); }
};

[[noreturn, gnu::cold, gnu::noinline]] void failAt(Thread& t, WarpCall call,
                                                   const std::string& what) {
  t.block->fail(CUDA_ERROR_LAUNCH_FAILED, std::string("is at ") + nameOf(call.operation()) + what);
}

[[noreturn, gnu::cold, gnu::noinline]] void failOfMask(Thread& t, WarpCall call) {
  const uint32_t ended = call.mask() & t.own->ended;
  if ((call.mask() >> t.lane() & 1) == 0) {
    failAt(t, call, " whose mask leaves out the thread itself");
  }
  failAt(t, call,
         " of lanes that have left the kernel: lane " + std::to_string(std::countr_zero(ended)));
}

[[noreturn, gnu::cold, gnu::noinline]] void failOfWidth(Thread& t, WarpCall call, uint32_t width) {
  failAt(t, call, " of width " + std::to_string(width) + ", which is no power of two up to 32");
}

[[noreturn, gnu::cold, gnu::noinline]] void failOfSource(Thread& t, uint32_t source) {
  running = &t;
  t.block->fail(CUDA_ERROR_LAUNCH_FAILED, "a warp shuffle reads lane " + std::to_string(source) +
                                              ", which takes no part in it");
}

// True if all the lanes are at this call.
bool allAt(const Meeting& m, WarpCall call) {
  bool all = true;
  forLanes(m.lanes, [&](uint32_t i) { all &= m.lane(i).call == call; });
  return all;
}

// Brings the running thread to an operation; the last lane to come performs it.
template <typename Perform>
void meet(Thread& t, WarpCall call, Perform perform) {
  Block& block = *t.block;
  Warp& warp = *t.own;
  const uint32_t lanes = call.mask() & warp.existing;
  if ((call.mask() >> t.lane() & 1) == 0 || (lanes & warp.ended) != 0) [[unlikely]] {
    failOfMask(t, call);
  }
  warp.uniform = warp.waiting == 0 || (warp.uniform && warp.call == call);
  warp.call = call;
  warp.waiting |= 1u << t.lane();
  t.waits = call.operation();
  t.call = call;
  if ((warp.waiting & lanes) == lanes) {
    const Meeting meeting{block, warp, t.warp(), lanes};
    if (warp.uniform || allAt(meeting, call)) {
      perform(meeting);
      block.resume(t.warp(), lanes);
    }
  }
  block.suspend(t);
}

// The lane that `lane` reads from, in the manner of PTX's shfl; the lane itself where the source
// would lie outside its segment.
uint32_t sourceLane(uint32_t lane, uint32_t kind, uint32_t amount, uint32_t width) {
  const uint32_t first = lane & ~(width - 1);
  const uint32_t last = first + width - 1;
  switch (kind) {
    case kGramianShuffleIdx:
      return first | (amount & (width - 1));
    case kGramianShuffleUp:
      return lane >= first + amount ? lane - amount : lane;
    case kGramianShuffleDown:
      return amount <= last - lane ? lane + amount : lane;
    default: {
      const uint32_t source = lane ^ (amount & (kWarpLanes - 1));
      return source <= last ? source : lane;
    }
  }
}

void synchronise(const Meeting& m) {
  Warp& warp = m.warp;
  uint32_t clock = 0;
  forLanes(m.lanes, [&](uint32_t i) { clock = std::max(clock, m.lane(i).clock); });
  ++clock;
  if (m.lanes == warp.existing) {
    warp.partial = false;
    forLanes(m.lanes, [&](uint32_t i) { m.lane(i).warpFloor = clock; });
  } else {
    if (!warp.partial) {
      warp.partial = true;
      forLanes(warp.existing, [&](uint32_t i) { warp.known[i].fill(m.lane(i).warpFloor); });
    }
    std::array<uint32_t, kWarpLanes> joined{};
    forLanes(m.lanes, [&](uint32_t i) {
      for (uint32_t j = 0; j < kWarpLanes; ++j) {
        joined[j] = std::max(joined[j], warp.known[i][j]);
      }
    });
    forLanes(m.lanes, [&](uint32_t i) { joined[i] = clock; });
    forLanes(m.lanes, [&](uint32_t i) { warp.known[i] = joined; });
  }
  forLanes(m.lanes, [&](uint32_t i) { m.block.setClock(m.lane(i), clock); });
}

void exchange(const Meeting& m) {
  std::array<uint64_t, kWarpLanes> results;
  forLanes(m.lanes, [&](uint32_t i) {
    const uint32_t source = m.warp.sources[i];
    if ((m.lanes >> source & 1) == 0) [[unlikely]] {
      failOfSource(m.lane(i), source);
    }
    results[i] = m.warp.values[source];
  });
  forLanes(m.lanes, [&](uint32_t i) { m.warp.values[i] = results[i]; });
}

void vote(const Meeting& m, uint32_t kind) {
  uint32_t ballot = 0;
  forLanes(m.lanes, [&](uint32_t i) { ballot |= static_cast<uint32_t>(m.warp.values[i]) << i; });
  uint32_t result = ballot;
  if (kind == kGramianVoteAll) {
    result = ballot == m.lanes;
  } else if (kind == kGramianVoteAny) {
    result = ballot != 0;
  }
  forLanes(m.lanes, [&](uint32_t i) { m.warp.values[i] = result; });
}

inline void requireWholeWarp(Thread& t, WarpCall call) {
  if (t.own->existing != kAllLanes) [[unlikely]] {
    failAt(t, call, ", which takes a warp of 32 threads");
  }
}

void load(const Meeting& m, uint32_t matrices, bool transposed) {
  Thread* const last = running;
  for (uint32_t i = 0; i < matrices * 8; ++i) {
    Thread& t = m.lane(i);
    const auto address = reinterpret_cast<uintptr_t>(m.warp.rows[i]);
    running = &t;  // the lane that names the row is the one that reads it
    checkVector<16, Access::kRead>(t, address, Space::kShared, "ldmatrix");
  }
  running = last;
  loadMatrices(m.warp.matrices, m.warp.rows.data(), matrices, transposed);
}

}  // namespace

void syncLanes(Thread& t, uint32_t mask) { meet(t, {Waits::kSyncWarp, 0, mask}, synchronise); }

uint64_t shuffleLanes(Thread& t, uint32_t kind, uint32_t mask, uint64_t value, uint32_t lane,
                      uint32_t width) {
  const WarpCall call{Waits::kShuffle, kind, mask};
  if (!std::has_single_bit(width) || width > 32) [[unlikely]] {
    failOfWidth(t, call, width);
  }
  Warp& warp = *t.own;
  warp.values[t.lane()] = value;
  warp.sources[t.lane()] = sourceLane(t.lane(), kind, lane, width);
  meet(t, call, exchange);
  return warp.values[t.lane()];
}

uint32_t voteLanes(Thread& t, uint32_t kind, uint32_t mask, bool predicate) {
  Warp& warp = *t.own;
  warp.values[t.lane()] = predicate;
  meet(t, {Waits::kVote, kind, mask}, [kind](const Meeting& m) { vote(m, kind); });
  return static_cast<uint32_t>(warp.values[t.lane()]);
}

GramianEmulatedFloats4 multiplyLanes(Thread& t, GramianEmulatedWords4 a, GramianEmulatedWords2 b,
                                     GramianEmulatedFloats4 c, bool isBf16) {
  const WarpCall call{Waits::kMma, isBf16, kAllLanes};
  requireWholeWarp(t, call);
  const uint32_t lane = t.lane();
  Fragments& f = t.own->fragments;
  f.a[0][lane] = a[0];
  f.a[1][lane] = a[1];
  f.a[2][lane] = a[2];
  f.a[3][lane] = a[3];
  f.b[0][lane] = b[0];
  f.b[1][lane] = b[1];
  float* const upper = &f.c[0][2 * lane];
  float* const lower = &f.c[1][2 * lane];
  upper[0] = c[0];
  upper[1] = c[1];
  lower[0] = c[2];
  lower[1] = c[3];
  meet(t, call, [isBf16](const Meeting& m) { multiplyFragments(m.warp.fragments, isBf16); });
  return GramianEmulatedFloats4{upper[0], upper[1], lower[0], lower[1]};
}

GramianEmulatedWords4 loadLanes(Thread& t, const void* row, uint32_t matrices, bool transposed) {
  const WarpCall call{Waits::kLdmatrix, matrices * 2 + transposed, kAllLanes};
  requireWholeWarp(t, call);
  Warp& warp = *t.own;
  warp.rows[t.lane()] = row;
  meet(t, call, [=](const Meeting& m) { load(m, matrices, transposed); });
  const auto& x = warp.matrices;
  const uint32_t lane = t.lane();
  return GramianEmulatedWords4{x[0][lane], x[1][lane], x[2][lane], x[3][lane]};
}

}  // namespace gramian::emulated
