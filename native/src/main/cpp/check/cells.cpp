#include "check/cells.h"

namespace gramian::machine {

namespace {

// Eight stamps. Without AVX-512 the compiler makes several vectors of it.
using Cells = uint64_t __attribute__((vector_size(64), aligned(8)));

constexpr uint64_t kWarpMask = Stamp::kThreadMask & ~Stamp::kLaneMask;

#define GRAMIAN_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))

using Half = uint64_t __attribute__((vector_size(32)));
using Quarter = uint64_t __attribute__((vector_size(16)));

[[gnu::always_inline]] inline bool any(const Cells& mask) {
  const Half half = __builtin_shufflevector(mask, mask, 0, 1, 2, 3) |
                    __builtin_shufflevector(mask, mask, 4, 5, 6, 7);
  const Quarter quarter =
      __builtin_shufflevector(half, half, 0, 1) | __builtin_shufflevector(half, half, 2, 3);
  return (quarter[0] | quarter[1]) != 0;
}

// Stamps of the scope that are not ordered before now by what all warps know.
[[gnu::always_inline]] inline void beside(const Cells& s, const RaceCheck::Limits& l, Cells& out) {
  out = (Cells)(s - l.scopeBegin < l.scopeSize) & (Cells)(s - l.runBegin >= l.ordered);
}

// Of those, the ones that cannot be taken for ordered at a glance: neither by the same lane alone,
// nor by the same warp before its lanes were ordered.
[[gnu::always_inline]] inline void unsafe(const Cells& s, const Cells& mine,
                                          const RaceCheck::Limits& l, Cells& out) {
  const Cells differ = s ^ mine;
  const Cells sameLane =
      (Cells)((differ & (Stamp::kRunMask | Stamp::kThreadMask | Stamp::kGroupMask)) == 0);
  const Cells sameWarp =
      (Cells)((differ & (Stamp::kRunMask | kWarpMask | (Stamp::kGroupMask & ~uint64_t{0x10}))) ==
              0);
  const Cells kind = s & Stamp::kKindMask;
  const Cells isPlain = (Cells)(kind == 0) & l.ownCounts;
  const Cells isLanding = (Cells)(kind == (uint64_t{Stamp::kPending} << 2)) & l.landing;
  const Cells ordered = (sameLane & (isPlain | isLanding)) |
                        (sameWarp & isPlain & (Cells)(s - l.runBegin < l.ownOrdered));
  Cells open;
  beside(s, l, open);
  out = open & ~ordered;
}

}  // namespace

GRAMIAN_CLONES
uint32_t recordReads(uint64_t* writes, uint64_t* reads, const uint64_t* lanes, unsigned groups,
                     const RaceCheck::Limits& l) {
  uint32_t left = 0;
  for (unsigned g = 0; g < groups; ++g) {
    const Cells w = *reinterpret_cast<const Cells*>(writes + 8 * g);
    auto* const cell = reinterpret_cast<Cells*>(reads + 8 * g);
    const Cells r = *cell;
    const Cells mine = *reinterpret_cast<const Cells*>(lanes + 8 * g) + l.base;
    Cells bad;
    unsafe(w, mine, l, bad);
    const Cells differ = r ^ mine;
    Cells open;
    beside(r, l, open);
    // A copy of the lane's own that is under way: it lands now, or stays so.
    const Cells ownCopy =
        (Cells)((differ & (Stamp::kRunMask | Stamp::kThreadMask | Stamp::kGroupMask)) == 0) &
        (Cells)((r & Stamp::kKindMask) == (uint64_t{Stamp::kPending} << 2));
    // And reads of the warp that its lanes know of.
    const Cells ofWarp =
        (Cells)((differ & (Stamp::kRunMask | kWarpMask | (Stamp::kGroupMask & ~uint64_t{0x10}))) ==
                0) &
        (Cells)(r - l.runBegin < l.ownOrdered);
    open &= ~((ownCopy & l.landing) | (ofWarp & ~ownCopy));
    // Flags that a plain stamp would lose: of atomic operations, of the proxy, and others.
    constexpr uint64_t kFlags = (uint64_t{Stamp::kAtomic} << 2) | Stamp::kByte | Stamp::kReadOnly;
    bad |= open & (Cells)((r & ~(l.kind & Stamp::kReadOnly) & kFlags) != 0);
    if (any(bad)) [[unlikely]] {
      left |= 1u << g;
      continue;
    }
    const Cells group = r & Stamp::kGroupMask;
    const Cells isMany = (Cells)(group == (uint64_t{Stamp::kManyBlocks} << 4));
    const Cells isBlock = (Cells)(group == (uint64_t{Stamp::kOneBlock} << 4));
    const Cells sameRun = (Cells)((differ & Stamp::kRunMask) == 0) & ~isMany;
    const Cells sameWarp = (Cells)((differ & kWarpMask) == 0);
    const Cells alone = (Cells)(((differ & Stamp::kThreadMask) | group) == 0);
    // Where many have read, one more changes nothing.
    const Cells keep = open & (isMany | (sameRun & isBlock & l.uniform) | ownCopy);
    const Cells isWarp = sameWarp & ~isBlock;
    const Cells within =
        (isWarp & (uint64_t{Stamp::kOneWarp} << 4)) | (~isWarp & (uint64_t{Stamp::kOneBlock} << 4));
    const Cells joined =
        open & ((sameRun & ~alone & within) | (~sameRun & (uint64_t{Stamp::kManyBlocks} << 4)));
    // One stamp cannot tell which of several copies have landed: of many it is a plain one.
    const Cells kind = l.kind & ~((Cells)(joined != 0) & Stamp::kKindMask);
    const Cells next = mine | kind | joined;
    const Cells result = (keep & r) | (~keep & next);
    if (any(result ^ r)) {
      *cell = result;
    }
  }
  return left;
}

GRAMIAN_CLONES
uint32_t recordWrites(uint64_t* writes, uint64_t* reads, const uint64_t* lanes, unsigned groups,
                      const RaceCheck::Limits& l) {
  uint32_t left = 0;
  for (unsigned g = 0; g < groups; ++g) {
    auto* const cell = reinterpret_cast<Cells*>(writes + 8 * g);
    const Cells w = *cell;
    const Cells r = *reinterpret_cast<const Cells*>(reads + 8 * g);
    const Cells mine = *reinterpret_cast<const Cells*>(lanes + 8 * g) + l.base;
    Cells badWrite;
    unsafe(w, mine, l, badWrite);
    Cells badRead;
    unsafe(r, mine, l, badRead);
    const Cells readOnly =
        (Cells)((r & Stamp::kReadOnly) != 0) & (Cells)(r - l.scopeBegin < l.scopeSize);
    if (any(badWrite | badRead | readOnly)) [[unlikely]] {
      left |= 1u << g;
      continue;
    }
    // The read's stamp may stay: whoever is ordered behind this write is behind that read too.
    *cell = mine | l.kind;
  }
  return left;
}

}  // namespace gramian::machine
