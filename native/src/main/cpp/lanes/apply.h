// An operation on the registers of the active lanes: the loops over lanes, and what becomes of
// undefined operands.
#pragma once

#include <cstdint>
#include <cstring>
#include <tuple>
#include <type_traits>
#include <utility>

#include "exec/op.h"
#include "exec/warp.h"
#include "lanes/lanes.h"

namespace gramian::machine::GRAMIAN_LANES {

// slot[0] is the destination, slot[1] and those that follow are the sources.

// Takes the results of active lanes.
template <typename T>
[[gnu::always_inline]] inline void storeLanes(T* d, const T* results, uint32_t active) {
  if (active == kAllLanes) [[likely]] {
    std::memcpy(d, results, kLanes * sizeof(T));
    return;
  }
  using Bits = std::conditional_t<sizeof(T) == 8, uint64_t, uint32_t>;
#pragma GCC ivdep
  for (unsigned i = 0; i < kLanes; ++i) {
    d[i] = (Bits{active} >> i & 1) != 0 ? results[i] : d[i];
  }
}

inline void setPredicate(Warp& warp, Slot slot, uint32_t lanes, uint32_t active) {
  uint32_t& p = warp.predicate(slot);
  p = (p & ~active) | (lanes & active);
}

// ---- undefined operands

// Of arithmetic: a lane's result is undefined where a source is, and came out of arithmetic.
[[gnu::noinline]] void markComputed(Warp& warp, const Op* op, uint32_t active, unsigned sources);

// Whether the destination or a source has undefined lanes, so that something has to be noted.
template <unsigned Sources>
[[gnu::always_inline]] inline bool anyUndefined(Warp& warp, const Op* op) {
  uint32_t undefined = 0;
  for (unsigned i = 0; i <= Sources; ++i) {
    undefined |= warp.state(op->slot[i]).undefined;
  }
  return undefined != 0;
}

template <unsigned Sources>
[[gnu::always_inline]] inline void noteComputed(Warp& warp, const Op* op, uint32_t active) {
  if (anyUndefined<Sources>(warp, op)) [[unlikely]] {
    markComputed(warp, op, active, Sources);
  }
}

// A value and which of its bits are undefined.
struct Bits {
  uint64_t value = 0;
  uint64_t undefined = 0;
};

// Of operations that move bits: which bits of the result are undefined. Operands that the operation
// does not have are zero.
using BitsRule = uint64_t (*)(const Op* op, const Bits* sources);

// `bytes`: of the destination and of each source, 0 for a predicate.
[[gnu::noinline]] void carryBits(Warp& warp, const Op* op, uint32_t active, BitsRule rule,
                                 const uint8_t* bytes, unsigned sources);

// A fault where an active lane of a source is undefined; `what` is what it decides: "a comparison".
[[gnu::noinline]] void refuseUndefined(Warp& warp, const Op* op, uint32_t active, unsigned sources,
                                       const char* what);

// The state of one register becomes that of another in active lanes: of moves.
[[gnu::noinline]] void copyUndefined(Warp& warp, Slot d, Slot s, uint32_t active);
inline void moveUndefined(Warp& warp, Slot d, Slot s, uint32_t active) {
  if ((warp.state(d).undefined | warp.state(s).undefined) != 0) [[unlikely]] {
    copyUndefined(warp, d, s, active);
  }
}

// Results that are defined whatever the operands are.
inline void setDefined(Warp& warp, Slot d, uint32_t active) {
  SlotState& state = warp.state(d);
  state.undefined &= ~active;
  state.computed &= ~active;
  state.originLanes &= ~active;
}

// ---- addresses

// The origin of a 64-bit result in active lanes: that of one source where the other has none.
[[gnu::noinline]] void joinOrigins(Warp& warp, Slot d, Slot a, Slot b, uint32_t active);

inline void dropOrigin(Warp& warp, Slot d, uint32_t active) {
  warp.state(d).originLanes &= ~active;
}

inline void carryOrigin(Warp& warp, Slot d, Slot a, Slot b, uint32_t active) {
  if (((warp.state(a).originLanes | warp.state(b).originLanes) & active) != 0) {
    joinOrigins(warp, d, a, b, active);
  } else {
    dropOrigin(warp, d, active);
  }
}

// ---- loops

// A destination is the place of a source as a whole or not at all.
template <typename D, typename... S, typename F, size_t... I>
[[gnu::always_inline]] inline void eachLaneOf(Warp& warp, const Op* op, uint32_t active, F f,
                                              std::index_sequence<I...>) {
  D* d = warp.lanesOf<D>(op->slot[0]);
  const std::tuple<const S*...> sources{warp.lanesOf<S>(op->slot[1 + I])...};
  if (active == kAllLanes) [[likely]] {
#pragma GCC ivdep
    for (unsigned i = 0; i < kLanes; ++i) {
      d[i] = f(std::get<I>(sources)[i]...);
    }
  } else {
    D results[kLanes];
    for (unsigned i = 0; i < kLanes; ++i) {
      results[i] = f(std::get<I>(sources)[i]...);
    }
    storeLanes(d, results, active);
  }
}

// d = f(a, ...) in active lanes.
template <typename D, typename... S, typename F>
[[gnu::always_inline]] inline void eachLane(Warp& warp, const Op* op, uint32_t active, F f) {
  eachLaneOf<D, S...>(warp, op, active, f, std::index_sequence_for<S...>{});
}

// d = F(a, ...), arithmetic.
template <auto F, typename D, typename... S>
const Op* compute(Warp& warp, const Op* op, uint32_t active) {
  noteComputed<sizeof...(S)>(warp, op, active);
  if constexpr (sizeof(D) == 8) {
    dropOrigin(warp, op->slot[0], active);
  }
  eachLane<D, S...>(warp, op, active, F);
  return op + 1;
}

// The same where the result has the origin of source A or B, if one of them is an address.
template <auto F, unsigned A, unsigned B, typename D, typename... S>
const Op* computeAddress(Warp& warp, const Op* op, uint32_t active) {
  noteComputed<sizeof...(S)>(warp, op, active);
  carryOrigin(warp, op->slot[0], op->slot[A], op->slot[B], active);
  eachLane<D, S...>(warp, op, active, F);
  return op + 1;
}

// The same for results that order their operands: a maximum.
template <auto F, typename D, typename... S>
const Op* order(Warp& warp, const Op* op, uint32_t active) {
  if (anyUndefined<sizeof...(S)>(warp, op)) [[unlikely]] {
    markComputed(warp, op, active, sizeof...(S));
  }
  if constexpr (sizeof(D) == 8) {
    dropOrigin(warp, op->slot[0], active);
  }
  eachLane<D, S...>(warp, op, active, F);
  return op + 1;
}

// d = F(a, ...), which moves bits by `Rule`. With IsAddress, the result has the origin of the one
// of its two sources that is an address.
template <auto F, BitsRule Rule, bool IsAddress, typename D, typename... S>
const Op* moveBits(Warp& warp, const Op* op, uint32_t active) {
  if (anyUndefined<sizeof...(S)>(warp, op)) [[unlikely]] {
    constexpr uint8_t kBytes[] = {sizeof(D), sizeof(S)...};
    carryBits(warp, op, active, Rule, kBytes, sizeof...(S));
  }
  if constexpr (sizeof(D) == 8) {
    if constexpr (IsAddress) {
      carryOrigin(warp, op->slot[0], op->slot[1], op->slot[2], active);
    } else {
      dropOrigin(warp, op->slot[0], active);
    }
  }
  eachLane<D, S...>(warp, op, active, F);
  return op + 1;
}

}  // namespace gramian::machine::GRAMIAN_LANES
