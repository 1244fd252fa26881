#include "check/races.h"

#include <algorithm>
#include <array>

#include "check/cells.h"
#include "check/order.h"
#include "exec/block.h"
#include "exec/warp.h"
#include "memory/arena.h"

namespace gramian::machine {

namespace {

constexpr bool isRead(Access kind) {
  return kind == Access::kRead || kind == Access::kReadOnly || kind == Access::kStrongRead ||
         kind == Access::kIssueRead || kind == Access::kLandRead || kind == Access::kProxyRead ||
         kind == Access::kMatrixRead;
}

constexpr Stamp::Kind kindOf(Access kind) {
  switch (kind) {
    case Access::kAtomic:
    case Access::kStrongRead:
      return Stamp::kAtomic;
    case Access::kIssue:
    case Access::kIssueRead:
      return Stamp::kPending;
    case Access::kProxyWrite:
      return Stamp::kProxy;
    default:
      return Stamp::kPlain;
  }
}

Stamp load(const uint64_t* p) { return Stamp(__atomic_load_n(p, __ATOMIC_RELAXED)); }
void store(uint64_t* p, Stamp s) { __atomic_store_n(p, s.bits(), __ATOMIC_RELAXED); }

RaceCheck::Limits limitsOf(Warp& warp, const OrderState& order, RaceScope scope, Access kind) {
  const Block& block = *warp.block;
  // Blocks of a cluster use each other's shared memory.
  const bool ofLaunch = scope == RaceScope::kLaunch || block.cluster.size() > 1;
  RaceCheck::Limits l;
  l.runBegin = Stamp::firstOf(block.run);
  l.scopeBegin = ofLaunch ? Stamp::firstOf(block.launch->firstRun) : l.runBegin;
  l.scopeSize = ofLaunch ? ~uint64_t{0} - l.scopeBegin : Stamp::firstOf(1);
  l.ordered = Stamp::firstOf(0, order.floor);
  l.ownOrdered = Stamp::firstOf(0, warp.known.of[warp.number].all);
  l.base = Stamp(block.run, warp.number * kLanes, warp.clock).bits();
  l.kind = uint64_t{kindOf(kind)} << 2 | (kind == Access::kReadOnly ? Stamp::kReadOnly : 0);
  l.uniform = order.isUniform ? ~uint64_t{0} : 0;
  l.ownCounts = ~uint64_t{0};
  if (kind == Access::kReadOnly) {
    l.ordered = 0;
    l.ownCounts = 0;
  }
  l.landing = kind == Access::kLand || kind == Access::kLandRead ? ~uint64_t{0} : 0;
  if (kind == Access::kIssue) {
    // What is under way is behind no barrier.
    l.kind |= uint64_t{Stamp::kUnordered} << Stamp::kClockShift;
  }
  return l;
}

// What the stamp of a cell adds to that of lane 0: of 128 cells, `perLane` to a lane.
constexpr std::array<uint64_t, 128> cellLanes(unsigned perLane) {
  std::array<uint64_t, 128> lanes{};
  for (unsigned i = 0; i < 128; ++i) {
    lanes[i] = uint64_t{i / perLane} << Stamp::kThreadShift;
  }
  return lanes;
}

// Of 2-byte lanes: every other one's.
constexpr std::array<uint64_t, 128> halfLanes(unsigned half) {
  std::array<uint64_t, 128> lanes{};
  for (unsigned i = 0; i < 128; ++i) {
    lanes[i] = uint64_t{2 * i + half} << Stamp::kThreadShift;
  }
  return lanes;
}

alignas(64) constexpr auto kOneCell = cellLanes(1);
alignas(64) constexpr auto kTwoCells = cellLanes(2);
alignas(64) constexpr auto kFourCells = cellLanes(4);
alignas(64) constexpr auto kLowerHalves = halfLanes(0);
alignas(64) constexpr auto kUpperHalves = halfLanes(1);

}  // namespace

RaceCheck::RaceCheck(Warp& warp, RaceScope scope, Access kind)
    : warp_(warp),
      order_(orderState(warp)),
      kind_(kind),
      limits_(limitsOf(warp, order_, scope, kind)) {}

bool RaceCheck::knows(Stamp s, Stamp mine) const {
  const KnownWarp& k = warp_.known.of[s.warp()];
  if (s.group() == Stamp::kOneWarp ? s.clock() < k.all : k.covers(s.clock(), s.lane())) {
    return true;
  }
  if (s.warp() != warp_.number) {
    // Of several lanes the latest stands for all.
    return k.covers(s.clock(), s.lane());
  }
  if (!order_.lanes) {
    return false;
  }
  const auto& heard = order_.lanes->of[mine.lane()];
  if (s.group() == Stamp::kOneThread) {
    return s.clock() < heard[s.lane()];
  }
  // Some lanes, it is not known which: a race only if none that was heard of can be meant.
  return std::any_of(heard.begin(), heard.end(), [&](uint32_t below) { return s.clock() < below; });
}

bool RaceCheck::conflicts(Stamp s, Stamp mine) const {
  if (s.kind() == Stamp::kPending) {
    return true;
  }
  if (s.run() != warp_.block->run || s.group() == Stamp::kManyBlocks) {
    if (!warp_.known.others) {
      return true;
    }
    if (s.run() == warp_.block->run) {
      return false;
    }
    const KnownWarps* known = warp_.known.others->find(s.run());
    return known == nullptr || !(*known)[s.warp()].covers(s.clock(), s.lane());
  }
  switch (s.group()) {
    case Stamp::kOneThread:
      return s.thread() != mine.thread() && !knows(s, mine);
    case Stamp::kOneWarp:
      return !knows(s, mine);
    default:
      return s.warp() == warp_.number ? order_.isUniform : !knows(s, mine);
  }
}

bool RaceCheck::isFenced(Stamp s) const {
  if (s.run() != warp_.block->run) {
    return true;
  }
  const auto covers = [&](const Warp& w) {
    return w.order.proxyFenced && w.order.proxyFenced->of[s.warp()].covers(s.clock(), s.lane());
  };
  return covers(warp_) || covers(*warp_.block->warps[s.warp()]);
}

// The stamp of an access beside the earlier, unordered ones of `s`: reads, or atomic operations.
Stamp RaceCheck::joined(Stamp s, Stamp mine) const {
  Stamp::Group group = Stamp::kOneWarp;
  if (s.group() == Stamp::kManyBlocks || s.run() != mine.run()) {
    group = Stamp::kManyBlocks;
  } else if (s.group() == Stamp::kOneBlock || s.warp() != warp_.number) {
    group = Stamp::kOneBlock;
  } else if (s.group() == Stamp::kOneThread && s.thread() == mine.thread()) {
    group = Stamp::kOneThread;
  }
  uint64_t bits = mine.bits() | (s.bits() & Stamp::kReadOnly);
  if (!s.byte()) {
    bits &= ~Stamp::kByte;
  }
  Stamp both(bits);
  if (s.kind() == Stamp::kPending || mine.kind() == Stamp::kPending) {
    // One stamp cannot tell which of several copies have landed.
    both = both.withKind(group == Stamp::kOneThread ? Stamp::kPending : Stamp::kPlain);
  } else if (mine.kind() == Stamp::kAtomic && s.kind() != Stamp::kAtomic) {
    both = both.withKind(Stamp::kPlain);
  }
  return both.withGroup(group);
}

bool RaceCheck::report(Stamp other, bool wrote, Stamp mine, Mistake mistake) {
  other_ = other;
  otherWrote_ = wrote;
  mine_ = mine;
  mistake_ = mistake;
  return false;
}

// Makes of a cell's stamps those after an access. Returns false if it races.
template <Access Kind>
bool RaceCheck::advance(Cell cell, Stamp lane) {
  const Stamp wrote = load(cell.write);
  const Stamp read = load(cell.read);
  const Stamp mine = lane.with(limits_.kind);
  const auto byBytes = [&](Stamp s) { return s.byte() && mine.byte(); };
  if constexpr (isRead(Kind)) {
    if (read.bits() == mine.bits() && Kind != Access::kReadOnly) {
      return true;
    }
    if (mayConflict(wrote)) {
      if (Kind == Access::kReadOnly && wrote.kind() != Stamp::kPending && !byBytes(wrote)) {
        return report(wrote, true, mine, Mistake::kReadOnly);
      }
      const bool bothStrong = Kind == Access::kStrongRead && wrote.kind() == Stamp::kAtomic;
      if (!bothStrong && conflicts(wrote, lane) && !byBytes(wrote)) {
        return report(wrote, true, mine);
      }
    }
    if ((Kind == Access::kProxyRead || Kind == Access::kMatrixRead) && isInScope(wrote) &&
        wrote.kind() != Stamp::kProxy && !isFenced(wrote)) {
      return report(wrote, true, mine, Mistake::kProxy);
    }
    if constexpr (Kind == Access::kMatrixRead) {
      return true;
    }
    const bool landing = Kind == Access::kLandRead && read.kind() == Stamp::kPending &&
                         read.group() == Stamp::kOneThread && read.thread() == lane.thread();
    const bool isBeside = mayConflict(read) && !landing;
    const Stamp next = isBeside && conflicts(read, lane) ? joined(read, mine) : mine;
    store(cell.read, isInScope(read) ? next.with(read.bits() & Stamp::kReadOnly) : next);
  } else {
    if (isInScope(read) && read.readOnly() && !byBytes(read)) {
      return report(read, false, mine, Mistake::kReadOnly);
    }
    const bool bothStrong = Kind == Access::kAtomic && read.kind() == Stamp::kAtomic;
    if (!bothStrong && mayConflict(read) && conflicts(read, lane) && !byBytes(read)) {
      return report(read, false, mine);
    }
    const bool landing = (Kind == Access::kLand || Kind == Access::kProxyWrite) &&
                         wrote.kind() == Stamp::kPending && wrote.thread() == lane.thread();
    Stamp next = mine;
    if (!landing && mayConflict(wrote) && conflicts(wrote, lane)) {
      if (Kind == Access::kAtomic && wrote.kind() == Stamp::kAtomic) {
        next = joined(wrote, mine);
      } else if (!byBytes(wrote)) {
        return report(wrote, true, mine);
      }
    }
    if (Kind == Access::kProxyWrite && !landing && isInScope(wrote) &&
        wrote.kind() != Stamp::kProxy && !isFenced(wrote)) {
      return report(wrote, true, mine, Mistake::kProxy);
    }
    store(cell.write, next);
    if constexpr (Kind != Access::kAtomic) {
      store(cell.read, Stamp());
    }
  }
  return true;
}

template <Access Kind>
bool RaceCheck::recordLane(unsigned lane, uintptr_t address, size_t bytes) {
  Arena& a = arena();
  const Stamp mine = stampOf(lane);
  where_ = address;
  if (bytes < 4) {
    a.makeNarrow(address);
    const bool upper = (address & 2) != 0;
    return advance<Kind>({upper ? a.upperWrites(address) : a.writes(address),
                          upper ? a.upperReads(address) : a.reads(address)},
                         bytes == 1 ? mine.with(Stamp::kByte) : mine);
  }
  for (uintptr_t end = address + bytes; where_ < end; where_ += 4) {
    if (!advance<Kind>({a.writes(where_), a.reads(where_)}, mine)) {
      return false;
    }
    if (a.isNarrow(where_) && !advance<Kind>({a.upperWrites(where_), a.upperReads(where_)}, mine)) {
      return false;
    }
  }
  return true;
}

// `lanes` is what each cell's stamp adds to that of lane `first`; cell i stands for the bytes from
// address + 4 i on.
template <Access Kind>
bool RaceCheck::recordCells(Cell cells, unsigned count, const uint64_t* lanes, unsigned first,
                            uintptr_t address) {
  const uint64_t offset = uint64_t{first} << Stamp::kThreadShift;
  const auto oneByOne = [&](unsigned from, unsigned to) {
    for (unsigned i = from; i < to; ++i) {
      if (!advance<Kind>({cells.write + i, cells.read + i},
                         Stamp(limits_.base + offset + lanes[i]))) {
        where_ = address + 4 * i;
        return false;
      }
    }
    return true;
  };
  constexpr bool isStrong = Kind == Access::kAtomic || Kind == Access::kStrongRead ||
                            Kind == Access::kProxyRead || Kind == Access::kProxyWrite;
  if constexpr (isStrong) {
    return oneByOne(0, count);
  } else {
    if (order_.lanes) [[unlikely]] {
      // What a lane knows of is not the same for all.
      return oneByOne(0, count);
    }
    Limits limits = limits_;
    limits.base += offset;
    const unsigned groups = count / 8;
    uint32_t left =
        (isRead(Kind) ? recordReads : recordWrites)(cells.write, cells.read, lanes, groups, limits);
    for (; left != 0; left &= left - 1) {
      const auto g = static_cast<unsigned>(std::countr_zero(left));
      if (!oneByOne(8 * g, 8 * g + 8)) {
        return false;
      }
    }
    return oneByOne(8 * groups, count);
  }
}

// Takes the lanes' cells together, and puts them back: those of whole words, or of their upper
// halves; of 2 bytes the half that they are.
template <Access Kind>
bool RaceCheck::recordScattered(uint32_t lanes, std::byte* const* memory, unsigned bytes,
                                bool upper) {
  Arena& a = arena();
  const unsigned perLane = (bytes + 3) / 4;
  const auto cellOf = [&](unsigned lane) {
    const auto address = reinterpret_cast<uintptr_t>(memory[lane]);
    const bool isUpper = upper || (address & 2) != 0;
    return isUpper ? Cell{a.upperWrites(address), a.upperReads(address)}
                   : Cell{a.writes(address), a.reads(address)};
  };
  alignas(64) uint64_t writes[128];
  alignas(64) uint64_t reads[128];
  alignas(64) uint64_t offsets[128] = {};
  unsigned count = 0;
  forLanes(lanes, [&](unsigned lane) {
    const Cell cell = cellOf(lane);
    for (unsigned i = 0; i < perLane; ++i) {
      writes[count] = cell.write[i];
      reads[count] = cell.read[i];
      offsets[count++] = uint64_t{lane} << Stamp::kThreadShift;
    }
  });
  for (; count % 8 != 0; ++count) {
    writes[count] = reads[count] = offsets[count] = 0;
  }
  if (!recordCells<Kind>({writes, reads}, count, offsets, 0, 0)) {
    where_ = reinterpret_cast<uintptr_t>(memory[mine_.lane()]) + where_ % bytes;
    return false;
  }
  const uint64_t* const now = isRead(Kind) ? reads : writes;
  const auto placeOf = [&](unsigned lane) {
    const Cell cell = cellOf(lane);
    return isRead(Kind) ? cell.read : cell.write;
  };
  count = 0;
  forLanes(lanes, [&](unsigned lane) {
    uint64_t* const to = placeOf(lane);
    for (unsigned i = 0; i < perLane; ++i) {
      to[i] = now[count++];
    }
  });
  // Where lanes have the same place, the last one's stamp is there now.
  count = 0;
  bool fine = true;
  forLanes(lanes, [&](unsigned lane) {
    uint64_t* const at = placeOf(lane);
    const Stamp s = load(at);
    if (s.bits() != now[count] && fine && s.warp() == warp_.number && s.run() == warp_.block->run)
        [[unlikely]] {
      if constexpr (isRead(Kind)) {
        for (unsigned i = 0; i < perLane; ++i) {
          const Stamp each = load(at + i);
          store(at + i, each.group() == Stamp::kOneThread ? each.withGroup(Stamp::kOneWarp) : each);
        }
      } else {
        fine = report(s, true, stampOf(lane));
        where_ = reinterpret_cast<uintptr_t>(memory[lane]);
      }
    }
    count += perLane;
  });
  return fine;
}

template <typename Function>
auto RaceCheck::withKind(Function function) {
  switch (kind_) {
    case Access::kRead:
      return function.template operator()<Access::kRead>();
    case Access::kReadOnly:
      return function.template operator()<Access::kReadOnly>();
    case Access::kStrongRead:
      return function.template operator()<Access::kStrongRead>();
    case Access::kWrite:
      return function.template operator()<Access::kWrite>();
    case Access::kAtomic:
      return function.template operator()<Access::kAtomic>();
    case Access::kIssue:
      return function.template operator()<Access::kIssue>();
    case Access::kLand:
      return function.template operator()<Access::kLand>();
    case Access::kIssueRead:
      return function.template operator()<Access::kIssueRead>();
    case Access::kLandRead:
      return function.template operator()<Access::kLandRead>();
    case Access::kProxyRead:
      return function.template operator()<Access::kProxyRead>();
    case Access::kProxyWrite:
      return function.template operator()<Access::kProxyWrite>();
    case Access::kMatrixRead:
      return function.template operator()<Access::kMatrixRead>();
  }
  __builtin_unreachable();
}

bool RaceCheck::record(unsigned lane, uintptr_t address, size_t bytes) {
  return withKind([&]<Access Kind>() { return recordLane<Kind>(lane, address, bytes); });
}

bool RaceCheck::recordLanes(uint32_t lanes, std::byte* const* memory, unsigned bytes) {
  const auto addressOf = [&](unsigned lane) { return reinterpret_cast<uintptr_t>(memory[lane]); };
  uint32_t narrow = 0;
  forLanes(lanes, [&](unsigned lane) {
    if (bytes == 2) {
      arena().makeNarrow(addressOf(lane));
    }
    narrow |= uint32_t{arena().isNarrow(addressOf(lane))} << lane;
  });
  return withKind([&]<Access Kind>() {
    if (bytes >= 2 && Kind != Access::kAtomic) {
      return recordScattered<Kind>(lanes, memory, bytes, false) &&
             (bytes == 2 || narrow == 0 || recordScattered<Kind>(narrow, memory, bytes, true));
    }
    bool fine = true;
    forLanes(lanes,
             [&](unsigned lane) { fine = fine && recordLane<Kind>(lane, addressOf(lane), bytes); });
    return fine;
  });
}

bool RaceCheck::recordDense(unsigned first, unsigned count, uintptr_t address, unsigned bytes) {
  Arena& a = arena();
  const uintptr_t last = address + size_t{count} * bytes - 1;
  const bool isNarrow = a.isNarrow(address);
  const bool isHalf = bytes == 2;
  if (bytes < 2 || a.isNarrow(last) != isNarrow ||
      (isHalf && (address % 4 != 0 || count % 2 != 0))) {
    for (unsigned i = 0; i < count; ++i) {
      if (!record(first + i, address + i * bytes, bytes)) {
        return false;
      }
    }
    return true;
  }
  if (isHalf) {
    a.makeNarrow(address);
    a.makeNarrow(last);
  }
  const unsigned cells = count * bytes / 4;
  const auto& lanes = bytes == 16 ? kFourCells : bytes == 8 ? kTwoCells : kOneCell;
  return withKind([&]<Access Kind>() {
    const Cell lower{a.writes(address), a.reads(address)};
    const Cell upper{a.upperWrites(address), a.upperReads(address)};
    if (isHalf) {
      return recordCells<Kind>(lower, cells, kLowerHalves.data(), first, address) &&
             recordCells<Kind>(upper, cells, kUpperHalves.data(), first, address + 2);
    }
    return recordCells<Kind>(lower, cells, lanes.data(), first, address) &&
           (!isNarrow || recordCells<Kind>(upper, cells, lanes.data(), first, address));
  });
}

std::string RaceCheck::describe(const std::string& access, const std::string& place) const {
  const Launch& launch = *warp_.block->launch;
  const auto text = [](uint32_t linear, const Index& size) {
    return "(" + std::to_string(linear % size.x) + "," + std::to_string(linear / size.x % size.y) +
           "," + std::to_string(linear / size.x / size.y) + ")";
  };
  const std::string who = "block " + text(other_.run() - launch.firstRun, launch.grid) +
                          ", thread " + text(other_.thread(), launch.block);
  const std::string what = !otherWrote_                      ? "a read"
                           : other_.kind() == Stamp::kAtomic ? "an atomic operation"
                                                             : "a write";
  if (other_.kind() == Stamp::kPending) {
    return access + ", " + place + (otherWrote_ ? ", where" : ", the source of") +
           " an asynchronous copy of " + who + (otherWrote_ ? "" : " that") +
           " has not been waited for";
  }
  switch (mistake_) {
    case Mistake::kReadOnly:
      return access + ", " + place + ", after " + what + " by " + who +
             (otherWrote_ ? ": the read-only path (ld.global.nc) may not see what the kernel writes"
                          : " through the read-only path (ld.global.nc), which memory that the "
                            "kernel writes may not take");
    case Mistake::kProxy:
      return access + ", " + place + ", after " + what + " by " + who +
             " with no fence.proxy.async between them";
    default:
      return "race: " + access + ", " + place + ", after " + what + " by " + who +
             " with no barrier between them";
  }
}

}  // namespace gramian::machine
