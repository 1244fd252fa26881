#include "memory/transactions.h"

#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <bit>
#include <new>

#include "exec/counters.h"
#include "exec/kernel.h"
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

// The sectors of the arena that a launch has touched, a bit each. Blocks that run side by side
// share it: whoever sets a bit counts it, and how many are set depends on no order.
class TouchedSectors {
 public:
  // How many of them this is the first to touch.
  uint64_t touch(uint64_t address, uint64_t bytes) {
    const uint64_t from = address / kSector - first_;
    const uint64_t to = (address + bytes - 1) / kSector - first_;
    uint64_t fresh = 0;
    for (uint64_t s = from; s <= to; ++s) {
      const uint64_t bit = uint64_t{1} << (s % 64);
      uint64_t& word = words_[s / 64];
      if ((__atomic_load_n(&word, __ATOMIC_RELAXED) & bit) == 0 &&
          (__atomic_fetch_or(&word, bit, __ATOMIC_RELAXED) & bit) == 0) {
        ++fresh;
      }
    }
    return fresh;
  }

  void forget() {
    if (words_ == nullptr) {
      void* const pages = mmap(nullptr, kBytes, PROT_READ | PROT_WRITE,
                               MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
      if (pages == MAP_FAILED) {
        throw std::bad_alloc();
      }
      words_ = static_cast<uint64_t*>(pages);
      first_ = arena().base() / kSector;
    } else {
      madvise(words_, kBytes, MADV_DONTNEED);
    }
  }

 private:
  static constexpr size_t kBytes = Arena::kBytes / kSector / 8;

  uint64_t* words_ = nullptr;
  uint64_t first_ = 0;
};

TouchedSectors readSectors;
TouchedSectors writtenSectors;

void touch(Warp& warp, uint64_t place, uint64_t bytes, bool reads, bool writes) {
  Footprint& f = warp.counters->footprint;
  f.readSectors += reads ? readSectors.touch(place, bytes) : 0;
  f.writtenSectors += writes ? writtenSectors.touch(place, bytes) : 0;
}

}  // namespace

void forgetTouched() {
  readSectors.forget();
  writtenSectors.forget();
}

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
  const bool isInArena = arena().contains(places[first]);
  const MemoryKind kind = isInArena ? arena().owner(places[first]).kind : MemoryKind::kNone;
  const bool isShared = space == ptx::Space::kShared || space == ptx::Space::kSharedCluster ||
                        kind == MemoryKind::kShared;
  OpCount& c = warp.counters->of(*warp.kernel, op);
  // Lanes that read the same bytes need fewer than dense ones.
  const auto add = [&](AccessCount& to, unsigned transactions, unsigned dense) {
    ++to.requests;
    to.bytes += uint64_t{count} * bytes;
    to.transactions += transactions;
    to.idealTransactions += std::min(transactions, dense);
  };
  if (isShared) {
    add(c.shared, wavefrontsOf(active, places.data(), bytes),
        ceilDivide(count * bytes, kBanks * 4));
    return;
  }
  if (space == ptx::Space::kParam || space == ptx::Space::kConst) {
    return;
  }
  add(c.global, sectorsOf(active, places.data(), bytes), ceilDivide(count * bytes, kSector));
  if (isInArena && kind != MemoryKind::kLocal) {
    const OpClass opClass = warp.kernel->infoOf(op).opClass;
    const bool writes = opClass == OpClass::kStoreGlobal || opClass == OpClass::kAtomic;
    const bool reads = opClass != OpClass::kStoreGlobal;
    forLanes(active, [&](unsigned lane) { touch(warp, places[lane], bytes, reads, writes); });
  }
}

void countCopy(Warp& warp, const Op* op, uint64_t address, uint64_t bytes, bool writes) {
  if (warp.counters == nullptr) [[likely]] {
    return;
  }
  AccessCount& c = warp.counters->of(*warp.kernel, op).global;
  ++c.requests;
  c.bytes += bytes;
  c.transactions += (address + bytes - 1) / kSector - address / kSector + 1;
  c.idealTransactions += (bytes + kSector - 1) / kSector;
  if (arena().contains(address)) {
    touch(warp, address, bytes, !writes, writes);
  }
}

}  // namespace gramian::machine
