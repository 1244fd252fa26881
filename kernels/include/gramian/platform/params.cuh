// Constants of the machine. Included by language.cuh, after the names of the integers.
#pragma once

namespace gramian {

constexpr u32 kWarpSize = 32;
constexpr u32 kFullMask = 0xffffffffu;

}  // namespace gramian
