#include "warp.h"

#include <algorithm>
#include <bit>

#include "access.h"
#include "matrix.h"

namespace gramian::emulated {

namespace {

template <typename Function>
void forLanes(uint32_t lanes, Function function) {
  for (uint32_t rest = lanes; rest != 0; rest &= rest - 1) {
    function(static_cast<uint32_t>(std::countr_zero(rest)));
  }
}

// The lanes of a warp at an operation.
struct Meeting {
  Block& block;
  uint32_t warp;
  uint32_t lanes;

  Thread& lane(uint32_t i) const { return block.thread(warp * kWarpLanes + i); }
};

void syncWarp(const Meeting& m) {
  Warp& warp = m.block.warp(m.warp);
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

// The lane that `lane` reads from, in the manner of PTX's shfl; the lane itself where the source
// would lie outside its segment.
uint32_t sourceLane(uint32_t lane, const WarpRequest& r) {
  const uint32_t first = lane & ~(r.width - 1);
  const uint32_t last = first + r.width - 1;
  switch (r.variant) {
    case kGramianShuffleIdx:
      return first | (r.lane & (r.width - 1));
    case kGramianShuffleUp:
      return lane >= first + r.lane ? lane - r.lane : lane;
    case kGramianShuffleDown:
      return r.lane <= last - lane ? lane + r.lane : lane;
    default: {
      const uint32_t source = lane ^ (r.lane & (kWarpLanes - 1));
      return source <= last ? source : lane;
    }
  }
}

void shuffle(const Meeting& m) {
  forLanes(m.lanes, [&](uint32_t i) {
    WarpRequest& r = m.lane(i).request;
    const uint32_t source = sourceLane(i, r);
    if ((m.lanes >> source & 1) == 0) {
      running = &m.lane(i);
      m.block.fail(CUDA_ERROR_LAUNCH_FAILED, "a warp shuffle reads lane " + std::to_string(source) +
                                                 ", which takes no part in it");
    }
    r.result = m.lane(source).request.value;
  });
}

void vote(const Meeting& m) {
  uint32_t ballot = 0;
  forLanes(m.lanes,
           [&](uint32_t i) { ballot |= static_cast<uint32_t>(m.lane(i).request.value != 0) << i; });
  forLanes(m.lanes, [&](uint32_t i) {
    WarpRequest& r = m.lane(i).request;
    switch (r.variant) {
      case kGramianVoteAll:
        r.result = ballot == m.lanes;
        break;
      case kGramianVoteAny:
        r.result = ballot != 0;
        break;
      default:
        r.result = ballot;
        break;
    }
  });
}

void mma(const Meeting& m) {
  GramianEmulatedMma* lanes[kWarpLanes];
  for (uint32_t i = 0; i < kWarpLanes; ++i) {
    lanes[i] = static_cast<GramianEmulatedMma*>(m.lane(i).request.data);
  }
  multiplyFragments(lanes, m.lane(0).request.variant != 0);
}

void ldmatrix(const Meeting& m) {
  const uint32_t matrices = m.lane(0).request.variant;
  const bool transposed = m.lane(0).request.value != 0;
  const void* rows[kWarpLanes] = {};
  GramianEmulatedMatrices* lanes[kWarpLanes];
  Thread* const last = running;
  for (uint32_t i = 0; i < kWarpLanes; ++i) {
    Thread& t = m.lane(i);
    lanes[i] = static_cast<GramianEmulatedMatrices*>(t.request.data);
    if (i < matrices * 8) {
      rows[i] = t.request.row;
      const auto address = reinterpret_cast<uintptr_t>(rows[i]);
      running = &t;  // the lane that names the row is the one that reads it
      requireAlignment(t, address, 16, "ldmatrix");
      requireAllocation(t, address, 16, Access::kRead, Space::kShared);
      checkRange(t, address, 16, Access::kRead);
    }
  }
  running = last;
  loadMatrices(lanes, rows, matrices, transposed);
}

void perform(Waits operation, const Meeting& m) {
  switch (operation) {
    case Waits::kSyncWarp:
      syncWarp(m);
      break;
    case Waits::kShuffle:
      shuffle(m);
      break;
    case Waits::kVote:
      vote(m);
      break;
    case Waits::kMma:
      mma(m);
      break;
    case Waits::kLdmatrix:
      ldmatrix(m);
      break;
    default:
      break;
  }
}

}  // namespace

uint64_t meetLanes(Thread& t, Waits operation, const WarpRequest& request) {
  Block& block = *t.block;
  Warp& warp = block.warp(t.warp());
  const uint32_t lanes = request.mask & warp.existing;
  const auto fail = [&](const std::string& what) {
    block.fail(CUDA_ERROR_LAUNCH_FAILED, std::string("is at ") + nameOf(operation) + what);
  };
  if ((request.mask >> t.lane() & 1) == 0) {
    fail(" whose mask leaves out the thread itself");
  }
  if ((lanes & warp.ended) != 0) {
    fail(" of lanes that have left the kernel: lane " +
         std::to_string(std::countr_zero(lanes & warp.ended)));
  }
  if ((operation == Waits::kMma || operation == Waits::kLdmatrix) && lanes != 0xffffffffu) {
    fail(", which takes a warp of 32 threads");
  }
  if (operation == Waits::kShuffle && (!std::has_single_bit(request.width) || request.width > 32)) {
    fail(" of width " + std::to_string(request.width) + ", which is no power of two up to 32");
  }
  t.request = request;
  t.waits = operation;
  warp.waiting |= 1u << t.lane();
  const Meeting meeting{block, t.warp(), lanes};
  bool complete = (warp.waiting & lanes) == lanes;
  if (complete) {
    forLanes(lanes, [&](uint32_t i) {
      const Thread& other = meeting.lane(i);
      complete &= other.waits == operation && other.request.mask == request.mask;
    });
  }
  if (complete) {
    perform(operation, meeting);
    block.resume(t.warp(), lanes);
  }
  block.suspend(t);
  return t.request.result;
}

}  // namespace gramian::emulated
