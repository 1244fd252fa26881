#include "memory/transactions.h"

#include <algorithm>
#include <array>
#include <bit>

#include "exec/counters.h"
#include "exec/warp.h"
#include "memory/arena.h"
#include "memory/transfer.h"

namespace gramian::machine {

namespace {

constexpr unsigned kSector = 32;
constexpr unsigned kBanks = 32;

constexpr unsigned ceilDivide(unsigned a, unsigned b) { return (a + b - 1) / b; }

// The most words that one bank has to give to a part of the warp.
unsigned conflictsOf(uint32_t lanes, const uint64_t* places, unsigned bytes) {
  std::array<std::array<uint64_t, kLanes>, kBanks> words;
  std::array<uint8_t, kBanks> counts{};
  unsigned most = 0;
  forLanes(lanes, [&](unsigned lane) {
    for (unsigned at = 0; at < std::max(bytes, 4u); at += 4) {
      const uint64_t word = (places[lane] + at) / 4;
      auto& bank = words[word % kBanks];
      uint8_t& count = counts[word % kBanks];
      if (count < kLanes &&
          std::find(bank.begin(), bank.begin() + count, word) == bank.begin() + count) {
        bank[count++] = word;
        most = std::max<unsigned>(most, count);
      }
    }
  });
  return most;
}

}  // namespace

unsigned sectorsOf(uint32_t lanes, const uint64_t* places, unsigned bytes) {
  std::array<uint64_t, kLanes * 2> sectors;
  unsigned count = 0;
  forLanes(lanes, [&](unsigned lane) {
    const uint64_t from = places[lane] / kSector;
    const uint64_t to = (places[lane] + bytes - 1) / kSector;
    for (uint64_t s = from; s <= to; ++s) {
      // Mostly it is that of the lane before.
      if (count == 0 || sectors[count - 1] != s) {
        sectors[count++] = s;
      }
    }
  });
  std::sort(sectors.begin(), sectors.begin() + count);
  return static_cast<unsigned>(std::unique(sectors.begin(), sectors.begin() + count) -
                               sectors.begin());
}

unsigned wavefrontsOf(uint32_t lanes, const uint64_t* places, unsigned bytes) {
  const unsigned parts = bytes <= 4 ? 1 : bytes / 4;
  const unsigned width = kLanes / parts;
  unsigned wavefronts = 0;
  for (unsigned part = 0; part < parts; ++part) {
    const uint32_t mask = width == kLanes ? kAllLanes : ((1u << width) - 1) << (part * width);
    wavefronts += conflictsOf(lanes & mask, places, bytes);
  }
  return wavefronts;
}

void countAccess(Warp& warp, const Op* op, uint32_t active, ptx::Space space, bool isDense,
                 std::byte* const* memory, unsigned bytes) {
  if (warp.counters == nullptr) [[likely]] {
    return;
  }
  const auto first = static_cast<unsigned>(std::countr_zero(active));
  const auto count = static_cast<unsigned>(std::popcount(active));
  std::array<uint64_t, kLanes> places;
  forLanes(active, [&](unsigned lane) {
    places[lane] = reinterpret_cast<uint64_t>(laneMemory(memory, isDense, first, lane, bytes));
  });
  const bool isShared = space == ptx::Space::kShared || space == ptx::Space::kSharedCluster ||
                        (space == ptx::Space::kGeneric && arena().contains(places[first]) &&
                         arena().owner(places[first]).kind == MemoryKind::kShared);
  OpCount& c = warp.counters->of(*warp.kernel, op);
  c.bytes += uint64_t{count} * bytes;
  // Lanes that read the same bytes need fewer than dense ones.
  const auto add = [&c](unsigned transactions, unsigned dense) {
    c.transactions += transactions;
    c.idealTransactions += std::min(transactions, dense);
  };
  if (isShared) {
    add(wavefrontsOf(active, places.data(), bytes), ceilDivide(count * bytes, kBanks * 4));
  } else if (space != ptx::Space::kParam && space != ptx::Space::kConst) {
    add(sectorsOf(active, places.data(), bytes), ceilDivide(count * bytes, kSector));
  }
}

}  // namespace gramian::machine
