// topk: the best tuples of each anchor out of the scores of a chunk, ranks of the anchors' own
// tuples, and recall. A block has an anchor.
#include "gramian/op/topk_params.cuh"
#include "gramian/pair/rank.cuh"

namespace gramian::topk {

// Puts the keys of a list in order, best first, by a bitonic network; `slots` is a power of two.
__device__ __forceinline__ void sort_keys(u64* keys, u32 slots) {
#pragma unroll 1
  for (u32 size = 2; size <= slots; size *= 2) {
#pragma unroll 1
    for (u32 distance = size / 2; distance > 0; distance /= 2) {
      __syncthreads();
#pragma unroll 1
      for (u32 t = threadIdx.x; t < slots / 2; t += kRowThreads) {
        const u32 low = 2 * t - (t & (distance - 1));
        const u32 high = low + distance;
        const bool descends = (low & size) == 0;
        const u64 a = keys[low];
        const u64 b = keys[high];
        if ((a < b) == descends) {
          keys[low] = b;
          keys[high] = a;
        }
      }
    }
  }
  __syncthreads();
}

// The best of two lists, each best first, go to `best`, best first; `others` is used up.
__device__ __forceinline__ void merge_keys(u64* best, const u64* others, u32 slots) {
  // The better of the best and the worst, the second and the last but one, ... are the best ones,
  // in bitonic order.
#pragma unroll 1
  for (u32 t = threadIdx.x; t < slots; t += kRowThreads) {
    const u64 other = others[slots - 1 - t];
    best[t] = best[t] < other ? other : best[t];
  }
#pragma unroll 1
  for (u32 distance = slots / 2; distance > 0; distance /= 2) {
    __syncthreads();
#pragma unroll 1
    for (u32 t = threadIdx.x; t < slots / 2; t += kRowThreads) {
      const u32 low = 2 * t - (t & (distance - 1));
      const u32 high = low + distance;
      const u64 a = best[low];
      const u64 b = best[high];
      if (a < b) {
        best[low] = b;
        best[high] = a;
      }
    }
  }
  __syncthreads();
}

__device__ __forceinline__ void merge(const MergeParams& p) {
  u64* best = dynamic_shared<u64>();
  u64* others = best + p.slots;
  const float* scores = p.scores + blockIdx.x * p.stride;
  u64* kept = p.best + (static_cast<i64>(p.anchorBegin) + blockIdx.x) * p.count;
#pragma unroll 1
  for (u32 t = threadIdx.x; t < p.slots; t += kRowThreads) {
    best[t] = p.tupleBegin == 0 || t >= p.count ? 0 : kept[t];
  }
  __syncthreads();
#pragma unroll 1
  for (u32 first = 0; first < p.tuples; first += p.slots) {
    const u64 worst = best[p.count - 1];
    bool isBetter = false;
#pragma unroll 1
    for (u32 t = threadIdx.x; t < p.slots; t += kRowThreads) {
      const u32 column = first + t;
      const u64 key = column < p.tuples ? rank_key(scores[column], p.tupleBegin + column) : 0;
      others[t] = key;
      isBetter = isBetter || key > worst;
    }
    if (__syncthreads_or(isBetter) != 0) {
      sort_keys(others, p.slots);
      merge_keys(best, others, p.slots);
    }
  }
#pragma unroll 1
  for (u32 t = threadIdx.x; t < p.count; t += kRowThreads) {
    kept[t] = best[t];
  }
}

__device__ __forceinline__ void write(const WriteParams& p) {
  const i64 at = static_cast<i64>(blockIdx.x) * kRowThreads + threadIdx.x;
  if (at >= static_cast<i64>(p.anchors) * p.count) {
    return;
  }
  const i64 anchor = at / p.count;
  const i64 place = at % p.count;
  const u64 key = p.best[at];
  if (p.indices != nullptr) {
    p.indices[anchor * p.indicesStride + place] = static_cast<i32>(index_of_key(key));
  }
  if (p.scores != nullptr) {
    p.scores[anchor * p.scoresStride + place] = score_of_key(key);
  }
}

// Adds the tuples of the chunk that come before the anchor's own. An anchor whose label is no tuple
// comes after all of them.
__device__ __forceinline__ void rank(const RankParams& p) {
  GRAMIAN_SHARED(u32, parts, kRowWarps);
  const u32 anchor = p.anchorBegin + blockIdx.x;
  const u32 label =
      p.labels == nullptr ? anchor : static_cast<u32>(p.labels[anchor * p.labelStride]);
  const u64 own = label < p.allTuples ? rank_key(p.targetScores[anchor], label) : 0;
  const float* scores = p.scores + blockIdx.x * p.stride;
  u32 before = 0;
#pragma unroll 4
  for (u32 column = threadIdx.x; column < p.tuples; column += kRowThreads) {
    before += rank_key(scores[column], p.tupleBegin + column) > own ? 1 : 0;
  }
#pragma unroll
  for (u32 mask = kWarpSize / 2; mask > 0; mask /= 2) {
    before += __shfl_xor_sync(kFullMask, before, static_cast<int>(mask));
  }
  if (threadIdx.x % kWarpSize == 0) {
    parts[threadIdx.x / kWarpSize] = before;
  }
  __syncthreads();
  if (threadIdx.x == 0) {
    u32 sum = p.tupleBegin == 0 ? 0 : p.ranks[anchor];
#pragma unroll
    for (u32 w = 0; w < kRowWarps; ++w) {
      sum += parts[w];
    }
    p.ranks[anchor] = sum;
  }
}

// One block.
__device__ __forceinline__ void recall(const RecallParams& p) {
  GRAMIAN_SHARED(u32, hits, kMostCutoffs);
  if (threadIdx.x < kMostCutoffs) {
    hits[threadIdx.x] = 0;
  }
  __syncthreads();
#pragma unroll 1
  for (u32 anchor = threadIdx.x; anchor < p.anchors; anchor += kRowThreads) {
    const u32 rank = p.ranks[anchor];
    if (p.ranksOut != nullptr) {
      p.ranksOut[anchor * p.ranksStride] = static_cast<i32>(rank);
    }
#pragma unroll 1
    for (u32 c = 0; c < p.cutoffs; ++c) {
      if (rank < p.cutoff[c]) {
        atomicAdd(hits + c, 1u);
      }
    }
  }
  __syncthreads();
  if (p.recall != nullptr && threadIdx.x < p.cutoffs) {
    p.recall[threadIdx.x * p.recallStride] =
        static_cast<float>(static_cast<double>(hits[threadIdx.x]) / p.anchors);
  }
}

}  // namespace gramian::topk

GRAMIAN_KERNEL(topk_merge, gramian::topk::MergeParams, gramian::kRowThreads) {
  gramian::topk::merge(p);
}

GRAMIAN_KERNEL(topk_write, gramian::topk::WriteParams, gramian::kRowThreads) {
  gramian::topk::write(p);
}

GRAMIAN_KERNEL(topk_rank, gramian::topk::RankParams, gramian::kRowThreads) {
  gramian::topk::rank(p);
}

GRAMIAN_KERNEL(topk_recall, gramian::topk::RecallParams, gramian::kRowThreads) {
  gramian::topk::recall(p);
}
