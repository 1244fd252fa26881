// Pairs whose score loses its digits in float are made again in double, out of the caller's rows,
// by all lanes of a warp together.
#pragma once

#include "gramian/pair/tile.cuh"
#include "gramian/transposing_sum.cuh"

namespace gramian {

// One bit for each pair of a thread.
template <u32 Pairs>
struct PairBits {
  static constexpr u32 kWords = (Pairs + 31) / 32;
  u32 word[kWords];

  __device__ __forceinline__ void clear() {
#pragma unroll
    for (u32 w = 0; w < kWords; ++w) {
      word[w] = 0;
    }
  }

  __device__ __forceinline__ void set(u32 pair, bool value) {
    word[pair / 32] |= (value ? 1u : 0u) << (pair % 32);
  }

  __device__ __forceinline__ bool any() const {
    u32 all = 0;
#pragma unroll
    for (u32 w = 0; w < kWords; ++w) {
      all |= word[w];
    }
    return all != 0;
  }

  // Takes out the lowest bit; there is one.
  __device__ __forceinline__ u32 take() {
    u32 pair = 0;
    bool found = false;
#pragma unroll
    for (u32 w = 0; w < kWords; ++w) {
      if (!found && word[w] != 0) {
        pair = w * 32 + static_cast<u32>(__ffs(static_cast<int>(word[w]))) - 1;
        word[w] &= word[w] - 1;
        found = true;
      }
    }
    return pair;
  }
};

// A pair of the warp that some lane has marked.
struct MarkedPair {
  u32 lane;
  u32 pair;
};

// Takes the next marked pair of the warp, the same for all of its lanes; false if none is left.
template <u32 Pairs>
__device__ __forceinline__ bool next_marked(PairBits<Pairs>& bits, u32 lane, MarkedPair& marked) {
  const u32 lanes = __ballot_sync(kFullMask, bits.any());
  if (lanes == 0) {
    return false;
  }
  marked.lane = static_cast<u32>(__ffs(static_cast<int>(lanes))) - 1;
  u32 pair = 0;
  if (lane == marked.lane) {
    pair = bits.take();
  }
  marked.pair = __shfl_sync(kFullMask, pair, static_cast<int>(marked.lane));
  return true;
}

// The inner products of an anchor with the members of a tuple, the same on all lanes.
template <u32 N>
__device__ __forceinline__ void exact_products(const PairProblem& p, u32 anchor, u32 tuple,
                                               u32 lane, double (&c)[N]) {
#pragma unroll
  for (u32 l = 0; l < N; ++l) {
    c[l] = 0.0;
  }
  const i64 row = static_cast<i64>(anchor) * p.anchorInput.stride;
#pragma unroll 1
  for (u32 k = lane; k < p.depth; k += kWarpSize) {
    const double a = load_element(p.anchorInput.rows, p.inputType, row + k);
#pragma unroll
    for (u32 l = 0; l < N; ++l) {
      const InputRows& member = p.memberInput[l];
      // An absent member has no factor, and nothing of what it holds may be read.
      c[l] = fma(a, load_element(member.rows, p.inputType, tuple * member.stride + k), c[l]);
    }
  }
#pragma unroll
  for (u32 l = 0; l < N; ++l) {
    c[l] = warp_sum(c[l]);
  }
}

// The score of a pair in double, and what its gradient needs.
template <typename Score>
__device__ __forceinline__ void exact_score(const PairProblem& p, u32 anchor, u32 tuple, u32 lane,
                                            AnchorValue<double>& value,
                                            PairState<double, Score::kMembers>& state) {
  double c[Score::kMembers];
  exact_products(p, anchor, tuple, lane, c);
  const double2 factors = p.anchorFactors[anchor];
  value = Score::template anchor<double>(factors.x, factors.y);
  Score::evaluate(value, p.tupleFactors + static_cast<i64>(tuple) * Score::kFactors, c,
                  static_cast<double>(p.scoreFloor), state);
}

}  // namespace gramian
