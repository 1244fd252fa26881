// float, as a multiprocessor computes with it.
#pragma once

#include <bit>
#include <cstdint>

#include "lanes/lanes.h"

namespace gramian::machine::GRAMIAN_LANES {

template <bool Flush>
[[gnu::always_inline]] inline float flushed(float x) {
  if constexpr (Flush) {
    const auto bits = std::bit_cast<uint32_t>(x);
    return std::bit_cast<float>((bits & 0x7f800000u) == 0 ? bits & 0x80000000u : bits);
  } else {
    return x;
  }
}

// A result: what is not a number is always the same one.
[[gnu::always_inline]] inline float canonical(float x) {
  return x == x ? x : std::bit_cast<float>(0x7fffffffu);
}

}  // namespace gramian::machine::GRAMIAN_LANES
