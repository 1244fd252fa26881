// From the weights of scores (the gradient of a loss with respect to each) to the gradients of the
// inner products and squared lengths.
//
// The rows of each modality are cut into ranges; a block owns one cell, the product of a range of
// each. It adds what its tuples are worth to its own copy of the sums: copy number c of the sums of
// a pair of modalities, c being the block's place along the axes of the other modalities. So no
// two blocks write to the same place, the order of additions is fixed, and a later launch adds up
// the copies (reduce.cuh).
//
// Within a cell a thread owns a row of the last modality. It holds the sums of that row with the
// kBatch rows of the last outer modality at hand in registers while the rows of the one before go
// by. Sums over the last modality go over the warp, by batches.
#pragma once

#include "gramian/nway/kernel_params.cuh"
#include "gramian/nway/score.cuh"
#include "gramian/nway/sums.cuh"

namespace gramian::nway {

template <u32 N, typename Score>
struct Backward {
  static constexpr u32 kOuter = N - 1;
  static constexpr u32 kHeads = N - 3;
  static constexpr u32 kB = N - 2;  // the last outer modality
  static constexpr u32 kA = N - 3;  // the one before
  static constexpr u32 kBatch = kBackwardBatch[N];
  static constexpr u32 kMoments = Moments<N>::kCount;
  static constexpr u32 kMostA = kMostBackwardThreads / kBatch;
  static constexpr u32 kVectors = Outer<N>::kVectors;

  const BackwardParams& p;
  float4* factors;    // [threads][kVectors]
  float* warpSums;    // [warps][threads / kBatch][kBatch * kMoments]
  float* slotValues;  // [threads]
  u32 cell[N];
  u32 begin[N];
  u32 end[N];
  u32 at[N];  // the index tuple at hand, within the box

  // The copy of the sums of modalities l and m, or of l alone where they are the same.
  __device__ __forceinline__ u32 copy_of(u32 l, u32 m) const {
    u32 copy = 0;
#pragma unroll
    for (u32 q = 0; q < N; ++q) {
      if (q != l && q != m) {
        copy = copy * p.ranges[q] + cell[q];
      }
    }
    return copy;
  }

  // Adds to the sum of rows i of l and j of m > l, both within the box.
  __device__ __forceinline__ void add_pair(u32 l, u32 i, u32 m, u32 j, float value) const {
    const i64 row = static_cast<i64>(copy_of(l, m)) * p.rows[l] + p.source.box.first[l] + i;
    float* to = p.pairs[pair_of(l, m)] + row * p.source.tables.pitch[m] + p.source.box.first[m] + j;
    *to += value;
  }

  __device__ __forceinline__ void add_length(u32 l, u32 i, float value) const {
    float* to =
        p.lengths[l] + static_cast<i64>(copy_of(l, l)) * p.rows[l] + p.source.box.first[l] + i;
    *to += value;
  }

  __device__ __forceinline__ u32 row_of(u32 modality) const {
    return p.source.box.first[modality] + at[modality];
  }

  __device__ __forceinline__ bool locate() {
    u32 rest = blockIdx.x;
    bool empty = false;
#pragma unroll
    for (u32 q = 0; q < N; ++q) {
      const u32 l = N - 1 - q;
      cell[l] = rest % p.ranges[l];
      rest /= p.ranges[l];
      begin[l] = cell[l] * p.range[l];
      end[l] = min(begin[l] + p.range[l], p.source.box.count[l]);
      at[l] = begin[l];
      empty = empty || begin[l] >= p.source.box.count[l];
    }
    return !empty;
  }

  // The row of modality l of the outer tuple of a slot of the tile at hand.
  __device__ __forceinline__ u32 slot_index(u32 l, u32 slot) const {
    return l == kB ? at[kB] + slot % kBatch : l == kA ? at[kA] + slot / kBatch : at[l];
  }

  __device__ __forceinline__ bool has_slot(u32 slot) const {
    return slot_index(kA, slot) < end[kA] && slot_index(kB, slot) < end[kB];
  }

  __device__ __forceinline__ float product(u32 l, u32 i, u32 column) const {
    const i64 row = p.source.box.first[l] + i;
    return p.source.tables.high[pair_of(l, N - 1)][row * p.source.tables.pitch[N - 1] + column];
  }

  __device__ __forceinline__ float weight(i64 offset) const {
    return p.weightType == kFloat32
               ? static_cast<const float*>(p.weights)[offset]
               : static_cast<float>(load_element(p.weights, p.weightType, offset));
  }

  // Factors of the outer tuples of the tile: a thread makes one.
  __device__ __forceinline__ void prepare_tile() const {
    if (has_slot(threadIdx.x)) {
      u32 row[kOuter];
#pragma unroll
      for (u32 l = 0; l < kOuter; ++l) {
        row[l] = p.source.box.first[l] + slot_index(l, threadIdx.x);
      }
      prepare_outer<N, Score>(p.source, row, factors + threadIdx.x * kVectors);
    }
  }

  static __device__ __forceinline__ void add(Partials<N>& total, const Partials<N>& partials) {
#pragma unroll
    for (u32 l = 0; l < kOuter; ++l) {
      total.cross[l] += partials.cross[l];
    }
    total.last += partials.last;
  }

  // Adds, in double, what the tuple with row b of the batch is worth.
  __device__ __forceinline__ void refine(u32 a, u32 b, u32 column, float w,
                                         float (&moments)[kBatch * kMoments], float (&ofB)[kBatch],
                                         Partials<N>& total) const {
    u32 row[N];
#pragma unroll
    for (u32 l = 0; l < kOuter; ++l) {
      row[l] = p.source.box.first[l] + (l == kB ? at[kB] + b : l == kA ? a : at[l]);
    }
    row[N - 1] = column;
    double gram[packed_size(N)];
    read_gram<N>(p.source, row, gram);
    float own[kMoments] = {};
    Partials<N> partials{};
    Score::exact_partials(p.source.minimum, gram, w, own, partials);
    add(total, partials);
    // Registers have no addresses: each place is asked whether it is meant.
#pragma unroll
    for (u32 place = 0; place < kBatch; ++place) {
      const float mine = place == b ? 1.0f : 0.0f;
      ofB[place] = fmaf(mine, partials.cross[kB], ofB[place]);
#pragma unroll
      for (u32 k = 0; k < kMoments; ++k) {
        moments[place * kMoments + k] = fmaf(mine, own[k], moments[place * kMoments + k]);
      }
    }
  }

  // The gradient of packed entry (l, m) of the outer Gram matrix, m <= l, of this thread's slot.
  __device__ __forceinline__ float slot_gradient(const float (&inverse)[Moments<N>::kEntries],
                                                 const float (&sum)[kMoments], u32 l, u32 m) const {
    float value = sum[packed(l, m)];
    if constexpr (Score::kHasTrace) {
      const float trace = sum[Moments<N>::kTrace];
      float entry = inverse_gram<kOuter>(inverse, l, m);
      if (Score::kIsRelative && l == m && trace != 0.0f) {
        entry -= static_cast<float>(
            1.0 / p.source.lengths.squared[l][p.source.box.first[l] + slot_index(l, threadIdx.x)]);
      }
      value = fmaf(trace, entry, value);
    }
    return l == m ? value : 2.0f * value;
  }

  // Adds the values of all slots to the sums of modalities m <= l. Reached by the whole block.
  __device__ __forceinline__ void add_slots(u32 m, u32 l, float value, u32 tileA) const {
    const bool hasB = l == kB;
    const bool hasA = l == kA || m == kA;
    __syncthreads();
    slotValues[threadIdx.x] = value;
    __syncthreads();
    const u32 stepA = hasA ? 1 : tileA;
    const u32 stepB = hasB ? 1 : kBatch;
    const u32 a = threadIdx.x / kBatch;
    const u32 b = threadIdx.x % kBatch;
    if (!has_slot(threadIdx.x) || (!hasA && a != 0) || (!hasB && b != 0)) {
      return;
    }
    float sum = 0.0f;
    for (u32 i = a; i < a + stepA; ++i) {
      for (u32 j = b; j < b + stepB; ++j) {
        sum += slotValues[i * kBatch + j];
      }
    }
    if (l == m) {
      add_length(l, slot_index(l, threadIdx.x), sum);
    } else {
      add_pair(m, slot_index(m, threadIdx.x), l, slot_index(l, threadIdx.x), sum);
    }
  }

  // From the sums of the warps to the gradients of the outer inner products and lengths.
  __device__ __forceinline__ void finish_tile(u32 tileA) const {
    const u32 a = threadIdx.x / kBatch;
    const u32 b = threadIdx.x % kBatch;
    float sum[kMoments];
    const bool inside = has_slot(threadIdx.x);
#pragma unroll
    for (u32 k = 0; k < kMoments; ++k) {
      sum[k] = 0.0f;
      if (inside) {
        for (u32 warp = 0; warp < blockDim.x / kWarpSize; ++warp) {
          sum[k] += warpSums[(warp * tileA + a) * (kBatch * kMoments) + b * kMoments + k];
        }
      }
    }
    float inverse[Moments<N>::kEntries] = {};
    if (inside) {
      const float4* factor = factors + threadIdx.x * kVectors;
      float lead[Outer<N>::kLead];
      load_lead<N>(factor, lead);
      const Outer<N> outer = load_outer<N>(factor);
#pragma unroll
      for (u32 entry = 0; entry < Moments<N>::kEntries; ++entry) {
        inverse[entry] = entry < Outer<N>::kLead
                             ? lead[entry < Outer<N>::kLead ? entry : 0]
                             : outer.last[entry < Outer<N>::kLead ? 0 : entry - Outer<N>::kLead];
      }
    }
#pragma unroll
    for (u32 l = 0; l < kOuter; ++l) {
#pragma unroll
      for (u32 m = 0; m <= l; ++m) {
        add_slots(m, l, inside ? slot_gradient(inverse, sum, l, m) : 0.0f, tileA);
      }
    }
  }

  // All outer tuples of the cell with one row of the last modality per thread.
  __device__ __forceinline__ void column_tile(u32 column) {
    const bool active = column < end[N - 1];
    const u32 last = p.source.box.first[N - 1] + (active ? column : begin[N - 1]);
    const u32 lane = threadIdx.x % kWarpSize;
    const u32 warp = threadIdx.x / kWarpSize;
    const u32 tileA = blockDim.x / kBatch;
    const Inner inner = inner_row(p.source, N - 1, last);
    const float minimum = static_cast<float>(p.source.minimum);
    float ofLast = 0.0f;
    float ofHeads[kHeads + 1] = {};
    for (at[kB] = begin[kB]; at[kB] < end[kB]; at[kB] += kBatch) {
      float ofB[kBatch] = {};
      float cB[kBatch];
#pragma unroll
      for (u32 b = 0; b < kBatch; ++b) {
        cB[b] = at[kB] + b < end[kB] ? product(kB, at[kB] + b, last) : 0.0f;
      }
      const u32 endA = end[kA];
      for (u32 firstA = begin[kA]; firstA < endA; firstA += tileA) {
        at[kA] = firstA;
        __syncthreads();
        prepare_tile();
        __syncthreads();
        for (u32 a = 0; a < tileA && firstA + a < endA; ++a) {
          const float4* factor = factors + a * kBatch * kVectors;
          Leading<N> lead;
          i64 offset = column;
#pragma unroll
          for (u32 l = 0; l < kHeads; ++l) {
            lead.c[l] = product(l, at[l], last);
            offset += at[l] * p.stride[l];
          }
          lead.c[kA] = product(kA, firstA + a, last);
          offset += (firstA + a) * p.stride[kA];
          float leadInverse[Outer<N>::kLead];
          load_lead<N>(factor, leadInverse);
          complete<N>(leadInverse, lead);
          float w[kBatch];
#pragma unroll
          for (u32 b = 0; b < kBatch; ++b) {
            w[b] = active && at[kB] + b < end[kB] ? weight(offset + (at[kB] + b) * p.stride[kB])
                                                  : 0.0f;
          }
          float moments[kBatch * kMoments] = {};
          Partials<N> total{};
          u32 inexact = 0;
#pragma unroll
          for (u32 b = 0; b < kBatch; ++b) {
            if (active && at[kB] + b < end[kB]) {
              const Outer<N> outer = load_outer<N>(factor + b * kVectors);
              Partials<N> partials{};
              bool needsDouble;
              Score::partials(minimum, outer, lead, inner, cB[b], w[b], moments + b * kMoments,
                              partials, needsDouble);
              inexact |= needsDouble ? 1u << b : 0u;
              ofB[b] += partials.cross[kB];
              add(total, partials);
            }
          }
          while (inexact != 0) {
            const u32 b = __ffs(inexact) - 1;
            inexact &= inexact - 1;
            refine(firstA + a, b, last, weight(offset + (at[kB] + b) * p.stride[kB]), moments, ofB,
                   total);
          }
          ofLast += total.last;
#pragma unroll
          for (u32 l = 0; l < kHeads; ++l) {
            ofHeads[l] += total.cross[l];
          }
          store_warp_sums<kBatch * kMoments>(moments, lane,
                                             warpSums + (warp * tileA + a) * (kBatch * kMoments));
          if (active) {
            add_pair(kA, firstA + a, N - 1, column, total.cross[kA]);
          }
        }
        __syncthreads();
        finish_tile(tileA);
      }
#pragma unroll
      for (u32 b = 0; b < kBatch; ++b) {
        if (active && at[kB] + b < end[kB]) {
          add_pair(kB, at[kB] + b, N - 1, column, ofB[b]);
        }
      }
    }
    if (active) {
#pragma unroll
      for (u32 l = 0; l < kHeads; ++l) {
        add_pair(l, at[l], N - 1, column, ofHeads[l]);
      }
      add_length(N - 1, column, ofLast);
    }
  }

  __device__ __forceinline__ void run() {
    if (!locate()) {
      return;
    }
    for (u32 first = begin[N - 1]; first < end[N - 1]; first += blockDim.x) {
      u32 heads = 1;
#pragma unroll
      for (u32 l = 0; l < kHeads; ++l) {
        heads *= end[l] - begin[l];
      }
      for (u32 head = 0; head < heads; ++head) {
        u32 rest = head;
#pragma unroll
        for (u32 k = 0; k < kHeads; ++k) {
          const u32 l = kHeads - 1 - k;
          at[l] = begin[l] + rest % (end[l] - begin[l]);
          rest /= end[l] - begin[l];
        }
        column_tile(first + threadIdx.x);
      }
    }
  }
};

template <u32 N, typename Score>
__device__ __forceinline__ void run_backward(const BackwardParams& p) {
  using Walk = Backward<N, Score>;
  GRAMIAN_SHARED(float4, factors, kMostBackwardThreads * Walk::kVectors);
  GRAMIAN_SHARED(float, warpSums,
                 kMostBackwardThreads / kWarpSize * kMostBackwardThreads * Walk::kMoments);
  GRAMIAN_SHARED(float, slotValues, kMostBackwardThreads);
  Walk walk{p, factors, warpSums, slotValues, {}, {}, {}, {}};
  walk.run();
}

}  // namespace gramian::nway
