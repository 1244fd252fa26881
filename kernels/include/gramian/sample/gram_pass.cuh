// The Gram matrix of one sample's rows, computed by a warp into shared memory.
#pragma once

#include "gramian/device/packed.cuh"
#include "gramian/device/transposing_sum.cuh"
#include "gramian/sample/rows.cuh"

namespace gramian {

// sum[packed(i, j)] += the products of rows i and j over this lane's part of a chunk.
template <typename T, u32 K>
__device__ __forceinline__ void add_products(float (&sum)[packed_size(K)],
                                             const SampleRows<T, K>& rows, u32 chunk) {
  Part<kPartWords<K>> part[K];
#pragma unroll
  for (u32 row = 0; row < K; ++row) {
    part[row] = rows.part(chunk, row);
  }
#pragma unroll
  for (u32 t = 0; t < SampleRows<T, K>::kSize; ++t) {
    float x[K];
#pragma unroll
    for (u32 i = 0; i < K; ++i) {
      x[i] = part_element<T>(part[i], t);
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

// gram[packed(i, j)] = <x_i, x_j> for i, j < k. Products are summed in float over the part of a
// window that a lane owns, and in double over lanes and windows: the error is about 1e-8 of |x_i|
// |x_j|.
template <typename T, u32 K>
__device__ __forceinline__ void gram_pass(SampleRows<T, K>& rows, double* gram) {
#pragma unroll 1
  for (u32 start = 0; start < rows.chunks; start += rows.stageChunks) {
    rows.open_window(start);
    float sum[packed_size(K)] = {};
    const u32 end = rows.window_end(start);
#pragma unroll 1
    for (u32 chunk = start; chunk < end; ++chunk) {
      add_products(sum, rows, chunk);
    }
    const auto owned = transposing_sum(sum, rows.lane);
#pragma unroll
    for (u32 t = 0; t < owned_size(packed_size(K)); ++t) {
      const u32 entry = owned.first + t;
      if (t < owned.count && entry < packed_size(rows.k)) {
        gram[entry] = start == 0 ? owned.value[t] : gram[entry] + owned.value[t];
      }
    }
  }
  __syncwarp();
}

// The same with every product and sum in double, one entry after the other: for the few samples
// whose determinant cancels.
template <typename T, u32 K>
__device__ __forceinline__ void precise_gram_pass(SampleRows<T, K>& rows, double* gram) {
#pragma unroll 1
  for (u32 start = 0; start < rows.chunks; start += rows.stageChunks) {
    rows.open_window(start);
    const u32 end = rows.window_end(start);
#pragma unroll 1
    for (u32 i = 0; i < rows.k; ++i) {
#pragma unroll 1
      for (u32 j = 0; j <= i; ++j) {
        double sum = 0.0;
#pragma unroll 1
        for (u32 chunk = start; chunk < end; ++chunk) {
          const auto left = rows.part(chunk, i);
          const auto right = rows.part(chunk, j);
#pragma unroll
          for (u32 t = 0; t < SampleRows<T, K>::kSize; ++t) {
            sum = fma(static_cast<double>(part_element<T>(left, t)),
                      static_cast<double>(part_element<T>(right, t)), sum);
          }
        }
        sum = warp_sum(sum);
        if (rows.lane == 0) {
          gram[packed(i, j)] = start == 0 ? sum : gram[packed(i, j)] + sum;
        }
      }
    }
  }
  __syncwarp();
}

}  // namespace gramian
