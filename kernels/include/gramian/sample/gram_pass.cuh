// The Gram matrix of one sample's rows, computed by a warp into shared memory.
#pragma once

#include "gramian/packed.cuh"
#include "gramian/sample/rows.cuh"
#include "gramian/transposing_sum.cuh"

namespace gramian {

// Chunks loaded before the first product, so that small k has loads enough in flight.
template <u32 K>
constexpr u32 kChunksInFlight = K <= 2 ? 4 : K <= 5 ? 2 : 1;

// A lane sums at most this many products in float before the sums go on in double.
constexpr u32 kFloatProducts = 128;

template <typename T, u32 K, u32 Chunks>
__device__ __forceinline__ void add_products(float (&sum)[packed_size(K)],
                                             const typename SampleRows<T, K>::Part (&part)[Chunks][K]) {
#pragma unroll
  for (u32 c = 0; c < Chunks; ++c) {
#pragma unroll
    for (u32 t = 0; t < SampleRows<T, K>::kSize; ++t) {
      float x[K];
#pragma unroll
      for (u32 i = 0; i < K; ++i) {
        x[i] = fragment_element<T>(part[c][i], t);
      }
#pragma unroll
      for (u32 i = 0; i < K; ++i) {
#pragma unroll
        for (u32 j = 0; j <= i; ++j) {
          sum[packed(i, j)] = fmaf(x[i], x[j], sum[packed(i, j)]);
        }
      }
    }
  }
}

// gram[packed(i, j)] = <x_i, x_j> for i, j < k. Products are summed in float over a lane and in
// double over lanes: the error is about 1e-8 of |x_i| |x_j|. Keeps the rows in the stage, if any.
template <typename T, u32 K>
__device__ __forceinline__ void gram_pass(const SampleRows<T, K>& rows, double* gram) {
  constexpr u32 kChunks = kChunksInFlight<K>;
  constexpr u32 kSegment = kFloatProducts / SampleRows<T, K>::kSize;
  static_assert(kSegment % kChunks == 0, "a segment is a whole number of steps");
  const u32 chunks = rows.chunks();
#pragma unroll 1
  for (u32 segment = 0; segment < chunks; segment += kSegment) {
    float sum[packed_size(K)] = {};
    const u32 end = segment + kSegment < chunks ? segment + kSegment : chunks;
#pragma unroll 1
    for (u32 chunk = segment; chunk < end; chunk += kChunks) {
      typename SampleRows<T, K>::Part part[kChunks][K];
      rows.load_first(part, chunk);
      rows.keep(part, chunk);
      add_products<T, K>(sum, part);
    }
    const auto owned = transposing_sum(sum, rows.lane);
#pragma unroll
    for (u32 t = 0; t < owned_size(packed_size(K)); ++t) {
      const u32 entry = owned.first + t;
      if (t < owned.count && entry < packed_size(rows.k)) {
        gram[entry] = segment == 0 ? owned.value[t] : gram[entry] + owned.value[t];
      }
    }
  }
  __syncwarp();
}

// The same with every product and sum in double, for samples whose determinant cancels. Reads the
// rows about k / 2 times.
template <typename T, u32 K>
__device__ __forceinline__ void precise_gram_pass(const SampleRows<T, K>& rows, double* gram) {
  const u32 chunks = rows.chunks();
#pragma unroll 1
  for (u32 i = 0; i < rows.k; ++i) {
    double sum[K] = {};
#pragma unroll 1
    for (u32 chunk = 0; chunk < chunks; ++chunk) {
      const auto left = rows.load(chunk, i);
#pragma unroll
      for (u32 j = 0; j < K; ++j) {
        if (j <= i) {
          const auto right = rows.load(chunk, j);
#pragma unroll
          for (u32 t = 0; t < SampleRows<T, K>::kSize; ++t) {
            sum[j] = fma(static_cast<double>(fragment_element<T>(left, t)),
                         static_cast<double>(fragment_element<T>(right, t)), sum[j]);
          }
        }
      }
    }
    const auto owned = transposing_sum(sum, rows.lane);
    if (owned.count > 0 && owned.first <= i) {
      gram[packed(i, owned.first)] = owned.value[0];
    }
  }
  __syncwarp();
}

}  // namespace gramian
