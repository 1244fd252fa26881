// Pairs whose score loses its digits in float are made again in double, out of the caller's rows,
// by all lanes of a warp together.
#pragma once

#include "gramian/device/transposing_sum.cuh"
#include "gramian/gemm/rows.cuh"
#include "gramian/pair/tile.cuh"

namespace gramian {

// Which pairs of each thread are marked: a bit each, in shared memory, since marks are rare and
// registers are not to spare.
template <u32 Pairs>
struct PairMarks {
  static constexpr u32 kWords = (Pairs + 31) / 32;
  u32 word[kWords * kGemmThreads];

  // Takes all marks of the calling thread away.
  __device__ __forceinline__ void clear() {
#pragma unroll
    for (u32 w = 0; w < kWords; ++w) {
      word[w * kGemmThreads + threadIdx.x] = 0;
    }
  }

  __device__ __forceinline__ void mark(u32 pair) {
    word[pair / 32 * kGemmThreads + threadIdx.x] |= 1u << (pair % 32);
  }

  // Takes the first mark of the calling thread away and gives its pair; Pairs if there is none.
  __device__ __forceinline__ u32 take() {
#pragma unroll 1
    for (u32 w = 0; w < kWords; ++w) {
      u32& bits = word[w * kGemmThreads + threadIdx.x];
      if (bits != 0) {
        const u32 bit = static_cast<u32>(__ffs(static_cast<int>(bits))) - 1;
        bits &= bits - 1;
        return w * 32 + bit;
      }
    }
    return Pairs;
  }
};

// A pair of the warp that some lane has marked.
struct MarkedPair {
  u32 lane;
  u32 pair;
};

// Takes the next marked pair of the warp, the same for all of its lanes; false if none is left.
// `own` is the lane's next marked pair, at first that of take().
template <u32 Pairs>
__device__ __forceinline__ bool next_marked(PairMarks<Pairs>& marks, u32 lane, u32& own,
                                            MarkedPair& marked) {
  const u32 lanes = __ballot_sync(kFullMask, own < Pairs);
  if (lanes == 0) {
    return false;
  }
  marked.lane = static_cast<u32>(__ffs(static_cast<int>(lanes))) - 1;
  marked.pair = __shfl_sync(kFullMask, own, static_cast<int>(marked.lane));
  if (lane == marked.lane) {
    own = marks.take();
  }
  return true;
}

// The inner products of an anchor with the members of a tuple, all divided by their units; the same
// on all lanes.
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
      const ScaledRows& member = p.memberInput[l];
      c[l] = fma(a, load_element(member.rows, p.inputType, tuple * member.stride + k), c[l]);
    }
  }
#pragma unroll
  for (u32 l = 0; l < N; ++l) {
    const double sum = warp_sum(c[l]) / p.anchorInput.units[anchor] / p.memberInput[l].units[tuple];
    // Nothing of what an absent member holds may come in.
    c[l] = is_present(p.present, tuple, l) ? sum : 0.0;
  }
}

// The rows of a pair after normalisation, element by element.
template <u32 N>
struct ExactRows {
  const PairProblem& problem;
  u32 tuple;
  i64 anchorRow;
  double anchorScale;
  // 0 for a member that is absent.
  double scale[N];

  __device__ __forceinline__ ExactRows(const PairProblem& p, u32 anchor, u32 ofTuple,
                                       double anchorFactor, const double* factors)
      : problem(p),
        tuple(ofTuple),
        anchorRow(static_cast<i64>(anchor) * p.anchorInput.stride),
        anchorScale(anchorFactor / p.anchorInput.units[anchor]) {
#pragma unroll
    for (u32 l = 0; l < N; ++l) {
      scale[l] = factors[l] / p.memberInput[l].units[ofTuple];
    }
  }

  __device__ __forceinline__ double anchor(u32 k) const {
    return anchorScale * load_element(problem.anchorInput.rows, problem.inputType, anchorRow + k);
  }

  // Nothing of what an absent member holds may come in.
  __device__ __forceinline__ double member(u32 l, u32 k) const {
    const ScaledRows& rows = problem.memberInput[l];
    return scale[l] == 0.0
               ? 0.0
               : scale[l] * load_element(rows.rows, problem.inputType, tuple * rows.stride + k);
  }
};

// The score of a pair in double, and what its gradient needs.
template <typename Score>
__device__ __forceinline__ void exact_score(const PairProblem& p, u32 anchor, u32 tuple, u32 lane,
                                            AnchorValue<double>& value,
                                            PairState<double, Score::kMembers>& state) {
  const double2 factors = p.anchorFactors[anchor];
  value = Score::template anchor<double>(factors.x, factors.y);
  const double* factor = p.tupleFactors + static_cast<i64>(tuple) * Score::kFactors;
  if constexpr (Score::kByDifferences) {
    const ExactRows<Score::kMembers> rows(p, anchor, tuple, factors.y, factor);
    Score::exact(rows, p.depth, lane, state);
  } else {
    double c[Score::kMembers];
    exact_products(p, anchor, tuple, lane, c);
    Score::evaluate(value, factor, c, static_cast<double>(p.scoreFloor), state);
  }
}

}  // namespace gramian
