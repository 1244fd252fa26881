// The counter-based generator Philox4x32-10 (Salmon et al., 2011), with the numbers of class Philox
// of the library.
#pragma once

#include "gramian/platform/platform.cuh"

namespace gramian {

// The first of the four words for a counter under a key, whose low half is the first key word.
__device__ __forceinline__ u32 philox(u64 key, u32 c0, u32 c1, u32 c2, u32 c3) {
  u32 k0 = static_cast<u32>(key);
  u32 k1 = static_cast<u32>(key >> 32);
#pragma unroll
  for (u32 round = 0; round < 10; ++round) {
    const u32 high0 = __umulhi(0xD2511F53u, c0);
    const u32 low0 = 0xD2511F53u * c0;
    const u32 high1 = __umulhi(0xCD9E8D57u, c2);
    const u32 low1 = 0xCD9E8D57u * c2;
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  return c0;
}

// A word as a number in the open interval (0, 1).
__device__ __forceinline__ double uniform(u32 word) { return (word + 0.5) * 0x1p-32; }

}  // namespace gramian
