// mov: copies, vectors of narrower registers, special registers.
#include <array>
#include <chrono>
#include <string_view>

#include "exec/block.h"
#include "exec/launch.h"
#include "exec/opcodes.h"
#include "lanes/apply.h"
#include "lanes/arithmetic.h"

namespace gramian::machine::GRAMIAN_LANES {

namespace {

using ptx::Operand;
using ptx::Type;

template <typename T>
const Op* move(Warp& warp, const Op* op, uint32_t active) {
  moveUndefined(warp, op->slot[0], op->slot[1], active);
  if constexpr (sizeof(T) == 8) {
    carryOrigin(warp, op->slot[0], op->slot[1], op->slot[1], active);
  }
  const T* a = warp.lanesOf<T>(op->slot[1]);
  T* d = warp.lanesOf<T>(op->slot[0]);
  if (active == kAllLanes) [[likely]] {
    std::memmove(d, a, kLanes * sizeof(T));
  } else {
    storeLanes(d, a, active);
  }
  return op + 1;
}

const Op* movePredicate(Warp& warp, const Op* op, uint32_t active) {
  moveUndefined(warp, op->slot[0], op->slot[1], active);
  setPredicate(warp, op->slot[0], warp.predicate(op->slot[1]) ^ (op->variant != 0 ? kAllLanes : 0),
               active);
  return op + 1;
}

// Two registers of 64 bits, one beside the other.
const Op* moveWide(Warp& warp, const Op* op, uint32_t active) {
  moveUndefined(warp, op->slot[0], op->slot[1], active);
  struct Wide {
    uint64_t half[2];
  };
  const Wide* a = warp.lanesOf<Wide>(op->slot[1]);
  Wide* d = warp.lanesOf<Wide>(op->slot[0]);
  forLanes(active, [&](unsigned i) { d[i] = a[i]; });
  return op + 1;
}

// ---- vectors

template <unsigned PartBits>
uint64_t ofPacked(const Op*, const Bits* s) {
  uint64_t bits = 0;
  for (unsigned i = 0; i < 64 / PartBits && i < 4; ++i) {
    bits |= s[i].undefined << (PartBits * i);
  }
  return bits;
}

template <typename D, typename P>
constexpr auto kPack2 =
    [](P a, P b) -> D { return static_cast<D>(a) | static_cast<D>(b) << (8 * sizeof(P)); };
constexpr auto kPack4 = [](uint16_t a, uint16_t b, uint16_t c, uint16_t d) -> uint64_t {
  return uint64_t{a} | uint64_t{b} << 16 | uint64_t{c} << 32 | uint64_t{d} << 48;
};

// slot[0] and those that follow take parts of slot[4]; kNoSlot takes none.
template <typename P, typename S>
const Op* unpack(Warp& warp, const Op* op, uint32_t active) {
  constexpr unsigned kParts = sizeof(S) / sizeof(P);
  const Slot from = op->slot[4];
  S source[kLanes];
  std::memcpy(source, warp.lanesOf<S>(from), sizeof source);
  const SlotState state = warp.state(from);
  std::array<uint8_t, kLanes> bytes{};
  if (state.undefined != 0) [[unlikely]] {
    std::memcpy(bytes.data(), warp.undefinedBytes(from), sizeof bytes);
  }
  for (unsigned part = 0; part < kParts; ++part) {
    const Slot to = op->slot[part];
    if (to == kNoSlot) {
      continue;
    }
    SlotState& d = warp.state(to);
    if ((state.undefined | d.undefined) != 0) [[unlikely]] {
      uint32_t undefined = 0;
      uint8_t* toBytes = warp.undefinedBytes(to);
      forLanes(state.undefined & active, [&](unsigned i) {
        toBytes[i] = static_cast<uint8_t>(bytes[i] >> (sizeof(P) * part) & ((1u << sizeof(P)) - 1));
        undefined |= toBytes[i] != 0 ? uint32_t{1} << i : 0;
      });
      d.undefined = (d.undefined & ~active) | undefined;
      d.computed = (d.computed & ~active) | (undefined & state.computed);
      d.computedAt = state.computedAt;
    }
    P results[kLanes];
    for (unsigned i = 0; i < kLanes; ++i) {
      results[i] = static_cast<P>(source[i] >> (8 * sizeof(P) * part));
    }
    storeLanes(warp.lanesOf<P>(to), results, active);
  }
  return op + 1;
}

// ---- special registers

struct Special {
  std::string_view name;
  unsigned bits;
  // The value of the first lane, and what each further lane has more; or all lanes at once.
  uint64_t (*value)(Warp& warp, unsigned lane);
};

const Launch& launchOf(Warp& warp) { return *warp.block->launch; }

uint32_t threadOf(Warp& warp, unsigned lane) { return warp.number * kLanes + lane; }

uint32_t of(const Index& index, unsigned dimension) {
  return dimension == 0 ? index.x : dimension == 1 ? index.y : index.z;
}

template <unsigned Dimension>
uint64_t threadIndex(Warp& warp, unsigned lane) {
  const Index& block = launchOf(warp).block;
  const uint32_t thread = threadOf(warp, lane);
  return Dimension == 0   ? thread % block.x
         : Dimension == 1 ? thread / block.x % block.y
                          : thread / block.x / block.y;
}
template <unsigned Dimension>
uint64_t blockSize(Warp& warp, unsigned) {
  return of(launchOf(warp).block, Dimension);
}
template <unsigned Dimension>
uint64_t blockIndex(Warp& warp, unsigned) {
  return of(warp.block->index, Dimension);
}
template <unsigned Dimension>
uint64_t gridSize(Warp& warp, unsigned) {
  return of(launchOf(warp).grid, Dimension);
}
template <unsigned Dimension>
uint64_t clusterSize(Warp& warp, unsigned) {
  return of(launchOf(warp).cluster, Dimension);
}
template <unsigned Dimension>
uint64_t clusterIndex(Warp& warp, unsigned) {
  return of(warp.block->index, Dimension) / of(launchOf(warp).cluster, Dimension);
}
template <unsigned Dimension>
uint64_t clusters(Warp& warp, unsigned) {
  return of(launchOf(warp).grid, Dimension) / of(launchOf(warp).cluster, Dimension);
}
template <unsigned Dimension>
uint64_t indexInCluster(Warp& warp, unsigned) {
  return of(warp.block->index, Dimension) % of(launchOf(warp).cluster, Dimension);
}
uint64_t rankInCluster(Warp& warp, unsigned) { return warp.block->clusterRank; }
uint64_t clusterBlocks(Warp& warp, unsigned) {
  const Index& cluster = launchOf(warp).cluster;
  return uint64_t{cluster.x} * cluster.y * cluster.z;
}
uint64_t hasCluster(Warp& warp, unsigned) { return clusterBlocks(warp, 0) > 1 ? 1 : 0; }
uint64_t laneNumber(Warp&, unsigned lane) { return lane; }
uint64_t warpNumber(Warp& warp, unsigned) { return warp.number; }
uint64_t warpCount(Warp& warp, unsigned) {
  return (launchOf(warp).threads() + kLanes - 1) / kLanes;
}
uint64_t lanesEqual(Warp&, unsigned lane) { return uint32_t{1} << lane; }
uint64_t lanesLess(Warp&, unsigned lane) { return (uint32_t{1} << lane) - 1; }
uint64_t lanesLessOrEqual(Warp&, unsigned lane) {
  return (uint32_t{1} << lane) - 1 + (uint32_t{1} << lane);
}
uint64_t lanesGreater(Warp& warp, unsigned lane) {
  return ~static_cast<uint32_t>(lanesLessOrEqual(warp, lane));
}
uint64_t lanesGreaterOrEqual(Warp& warp, unsigned lane) {
  return ~static_cast<uint32_t>(lanesLess(warp, lane));
}
uint64_t multiprocessor(Warp& warp, unsigned) {
  return warp.block->linear % launchOf(warp).device->multiprocessors;
}
uint64_t multiprocessors(Warp& warp, unsigned) { return launchOf(warp).device->multiprocessors; }
uint64_t clock(Warp& warp, unsigned) { return warp.issued; }
uint64_t clockHigh(Warp& warp, unsigned) { return warp.issued >> 32; }
uint64_t nanoseconds(Warp&, unsigned) {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<uint64_t>(std::chrono::nanoseconds(now).count());
}
uint64_t nanosecondsHigh(Warp& warp, unsigned lane) { return nanoseconds(warp, lane) >> 32; }
uint64_t dynamicShared(Warp& warp, unsigned) { return warp.block->dynamicShared; }
uint64_t allShared(Warp& warp, unsigned) {
  return warp.block->dynamicShared + uint64_t{warp.block->kernel->staticShared};
}
uint64_t zero(Warp&, unsigned) { return 0; }

constexpr Special kSpecials[] = {
    {"%tid.x", 32, threadIndex<0>},
    {"%tid.y", 32, threadIndex<1>},
    {"%tid.z", 32, threadIndex<2>},
    {"%ntid.x", 32, blockSize<0>},
    {"%ntid.y", 32, blockSize<1>},
    {"%ntid.z", 32, blockSize<2>},
    {"%ctaid.x", 32, blockIndex<0>},
    {"%ctaid.y", 32, blockIndex<1>},
    {"%ctaid.z", 32, blockIndex<2>},
    {"%nctaid.x", 32, gridSize<0>},
    {"%nctaid.y", 32, gridSize<1>},
    {"%nctaid.z", 32, gridSize<2>},
    {"%clusterid.x", 32, clusterIndex<0>},
    {"%clusterid.y", 32, clusterIndex<1>},
    {"%clusterid.z", 32, clusterIndex<2>},
    {"%nclusterid.x", 32, clusters<0>},
    {"%nclusterid.y", 32, clusters<1>},
    {"%nclusterid.z", 32, clusters<2>},
    {"%cluster_ctaid.x", 32, indexInCluster<0>},
    {"%cluster_ctaid.y", 32, indexInCluster<1>},
    {"%cluster_ctaid.z", 32, indexInCluster<2>},
    {"%cluster_nctaid.x", 32, clusterSize<0>},
    {"%cluster_nctaid.y", 32, clusterSize<1>},
    {"%cluster_nctaid.z", 32, clusterSize<2>},
    {"%cluster_ctarank", 32, rankInCluster},
    {"%cluster_nctarank", 32, clusterBlocks},
    {"%is_explicit_cluster", 1, hasCluster},
    {"%laneid", 32, laneNumber},
    {"%warpid", 32, warpNumber},
    {"%nwarpid", 32, warpCount},
    {"%lanemask_eq", 32, lanesEqual},
    {"%lanemask_lt", 32, lanesLess},
    {"%lanemask_le", 32, lanesLessOrEqual},
    {"%lanemask_gt", 32, lanesGreater},
    {"%lanemask_ge", 32, lanesGreaterOrEqual},
    {"%smid", 32, multiprocessor},
    {"%nsmid", 32, multiprocessors},
    {"%gridid", 64, zero},
    {"%clock", 32, clock},
    {"%clock_hi", 32, clockHigh},
    {"%clock64", 64, clock},
    {"%globaltimer", 64, nanoseconds},
    {"%globaltimer_lo", 32, nanoseconds},
    {"%globaltimer_hi", 32, nanosecondsHigh},
    {"%dynamic_smem_size", 32, dynamicShared},
    {"%total_smem_size", 32, allShared},
    {"%aggr_smem_size", 32, allShared},
};

// Op::more is the special register.
template <typename T>
const Op* readSpecial(Warp& warp, const Op* op, uint32_t active) {
  const auto& special = *static_cast<const Special*>(op->more);
  setDefined(warp, op->slot[0], active);
  T* d = warp.lanesOf<T>(op->slot[0]);
  forLanes(active, [&](unsigned i) { d[i] = static_cast<T>(special.value(warp, i)); });
  return op + 1;
}

const Op* readSpecialPredicate(Warp& warp, const Op* op, uint32_t active) {
  const auto& special = *static_cast<const Special*>(op->more);
  setDefined(warp, op->slot[0], active);
  setPredicate(warp, op->slot[0], special.value(warp, 0) != 0 ? kAllLanes : 0, active);
  return op + 1;
}

const Special& specialOf(Lowering& l, std::string_view name) {
  for (const Special& s : kSpecials) {
    if (s.name == name) {
      return s;
    }
  }
  l.fail("reads " + std::string(name) + ", a special register that this device does not know");
}

void lowerSpecial(Lowering& l, Type type) {
  const Special& special = specialOf(l, l.operand(1).text);
  const unsigned bits = ptx::bitsOf(type);
  Op& op = l.emit(bits == 1    ? readSpecialPredicate
                  : bits == 16 ? readSpecial<uint16_t>
                  : bits == 32 ? readSpecial<uint32_t>
                               : readSpecial<uint64_t>,
                  OpClass::kMove);
  op.slot[0] = bits == 1 ? l.predicateDestination(0) : l.destination(0, type);
  op.more = &special;
}

Type ofBits(unsigned bits) {
  return bits == 16 ? Type::kB16 : bits == 32 ? Type::kB32 : bits == 64 ? Type::kB64 : Type::kB8;
}

// The parts of a vector have a fraction of the bits each.
void lowerPacked(Lowering& l, Type type) {
  const size_t parts = l.operand(1).parts.size();
  const unsigned bits = ptx::bitsOf(type);
  const Handler handler =
      parts == 2 && bits == 32
          ? moveBits<kPack2<uint32_t, uint16_t>, ofPacked<16>, false, uint32_t, uint16_t, uint16_t>
      : parts == 2 && bits == 64
          ? moveBits<kPack2<uint64_t, uint32_t>, ofPacked<32>, false, uint64_t, uint32_t, uint32_t>
      : parts == 4 && bits == 64
          ? moveBits<kPack4, ofPacked<16>, false, uint64_t, uint16_t, uint16_t, uint16_t, uint16_t>
          : nullptr;
  if (handler == nullptr) {
    l.fail("has a vector that does not fit its type");
  }
  Op& op = l.emit(handler, OpClass::kMove);
  const std::vector<Slot> sources = l.sources(1, ofBits(bits / static_cast<unsigned>(parts)));
  for (size_t i = 0; i < parts; ++i) {
    op.slot[1 + i] = sources[i];
  }
  op.slot[0] = l.destination(0, type);
}

void lowerUnpacked(Lowering& l, Type type) {
  const size_t parts = l.operand(0).parts.size();
  const unsigned bits = ptx::bitsOf(type);
  const Handler handler = parts == 2 && bits == 32   ? unpack<uint16_t, uint32_t>
                          : parts == 2 && bits == 64 ? unpack<uint32_t, uint64_t>
                          : parts == 4 && bits == 64 ? unpack<uint16_t, uint64_t>
                                                     : nullptr;
  if (handler == nullptr) {
    l.fail("has a vector that does not fit its type");
  }
  Op& op = l.emit(handler, OpClass::kMove);
  op.slot[4] = l.source(1, type);
  const std::vector<Slot> destinations =
      l.destinations(0, ofBits(bits / static_cast<unsigned>(parts)));
  for (size_t i = 0; i < parts; ++i) {
    op.slot[i] = destinations[i];
  }
}

// mov.b128 between a register and two of 64 bits.
template <bool IsPack>
const Op* moveHalves(Warp& warp, const Op* op, uint32_t active) {
  // slot[0] is the wide register, slot[1] and slot[2] the narrow ones.
  uint64_t* wide = warp.lanesOf<uint64_t>(op->slot[0]);
  forLanes(active, [&](unsigned i) {
    for (unsigned half = 0; half < 2; ++half) {
      uint64_t& narrow = warp.lanesOf<uint64_t>(op->slot[1 + half])[i];
      uint64_t& part = wide[2 * i + half];
      if (IsPack) {
        part = narrow;
      } else {
        narrow = part;
      }
    }
  });
  if (IsPack) {
    noteComputed<2>(warp, op, active);
  } else {
    for (unsigned half = 1; half <= 2; ++half) {
      moveUndefined(warp, op->slot[half], op->slot[0], active);
      dropOrigin(warp, op->slot[half], active);
    }
  }
  return op + 1;
}

void lowerHalves(Lowering& l) {
  if (l.isVector(1)) {
    Op& op = l.emit(moveHalves<true>, OpClass::kMove);
    const std::vector<Slot> sources = l.sources(1, Type::kB64);
    op.slot[1] = sources[0];
    op.slot[2] = sources[1];
    op.slot[0] = l.destination(0, Type::kB128);
  } else if (l.isVector(0)) {
    Op& op = l.emit(moveHalves<false>, OpClass::kMove);
    op.slot[0] = l.source(1, Type::kB128);
    const std::vector<Slot> destinations = l.destinations(0, Type::kB64);
    op.slot[1] = destinations[0];
    op.slot[2] = destinations[1];
  } else {
    Op& op = l.emit(moveWide, OpClass::kMove);
    op.slot[1] = l.source(1, Type::kB128);
    op.slot[0] = l.destination(0, Type::kB128);
  }
}

void lowerMove(Lowering& l) {
  const Type type = l.type();
  l.finish();
  if (l.operand(1).kind == Operand::Kind::kSpecial) {
    lowerSpecial(l, type);
  } else if (type == Type::kPred) {
    bool negated = false;
    const Slot a = l.predicate(1, negated);
    Op& op = l.emit(movePredicate, OpClass::kPredicate);
    op.slot[1] = a;
    op.slot[0] = l.predicateDestination(0);
    op.variant = negated ? 1 : 0;
  } else if (type == Type::kB128) {
    lowerHalves(l);
  } else if (l.isVector(1)) {
    lowerPacked(l, type);
  } else if (l.isVector(0)) {
    lowerUnpacked(l, type);
  } else {
    const unsigned bits = ptx::bitsOf(type);
    emitPlain(l,
              bits == 16   ? move<uint16_t>
              : bits == 32 ? move<uint32_t>
                           : move<uint64_t>,
              OpClass::kMove, type, 1);
  }
}

}  // namespace

void registerMove(OpcodeTable& table) { table.add("mov", lowerMove); }

}  // namespace gramian::machine::GRAMIAN_LANES
