// The order of scores: higher first, equal ones by lower index, NaN last, as one integer for each.
#pragma once

#include "gramian/gemm/rows.cuh"

namespace gramian {

// A greater key comes first; 0 is below all keys.
__device__ __forceinline__ u64 rank_key(float score, u32 index) {
  // Adding 0 makes -0 the same as 0.
  const u32 bits = __float_as_uint(score + 0.0f);
  const u32 ordered = (bits >> 31) != 0 ? ~bits : bits | 0x80000000u;
  const u32 high = score == score ? ordered : 0;
  return static_cast<u64>(high) << 32 | (0xffffffffu - index);
}

__device__ __forceinline__ u32 index_of_key(u64 key) { return 0xffffffffu - static_cast<u32>(key); }

__device__ __forceinline__ float score_of_key(u64 key) {
  const u32 ordered = static_cast<u32>(key >> 32);
  if (ordered == 0) {
    return __uint_as_float(0x7fc00000u);
  }
  return __uint_as_float((ordered >> 31) != 0 ? ordered & 0x7fffffffu : ~ordered);
}

}  // namespace gramian
