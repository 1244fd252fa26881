// mip, sum_z of the product of one row of each modality, and its gradients, as matrix products: the
// elementwise products of rows of all modalities but one are made in shared memory and multiplied
// with that one. A block computes 64 x 64.
#pragma once

#include "gramian/nway/gradient.cuh"
#include "gramian/nway/kernel_params.cuh"

namespace gramian::nway {

// Row i of a modality within the box, as scores see it.
template <typename T>
__device__ __forceinline__ float unit_element(const Rows& rows, const Lengths& lengths,
                                              u32 modality, u32 row, u32 z) {
  return element<T>(rows, modality, row, z) * static_cast<float>(lengths.inverse[modality][row]);
}

// The rows of index tuple `tuple` of all modalities but one, the last of them running fastest; the
// one is left as it is.
__device__ __forceinline__ void rows_of_tuple(const Box& box, u32 modalities, u32 without,
                                              u32 tuple, u32 (&row)[kMostModalities]) {
#pragma unroll
  for (u32 k = 0; k < kMostModalities; ++k) {
    const u32 modality = kMostModalities - 1 - k;
    if (modality < modalities && modality != without) {
      row[modality] = tuple % box.count[modality];
      tuple /= box.count[modality];
    }
  }
}

// The product at dimension z of the rows of a tuple.
template <typename T>
__device__ __forceinline__ float product_without(const Rows& rows, const Lengths& lengths,
                                                 const Box& box, u32 without, const u32* tuple,
                                                 u32 z) {
  float product = 1.0f;
#pragma unroll
  for (u32 modality = 0; modality < kMostModalities; ++modality) {
    if (modality < rows.modalities && modality != without) {
      product *= unit_element<T>(rows, lengths, modality, box.first[modality] + tuple[modality], z);
    }
  }
  return product;
}

// Writes the rows of a tuple to shared memory.
__device__ __forceinline__ void store_tuple(const Box& box, u32 modalities, u32 without, u32 tuple,
                                            u32* to) {
  u32 row[kMostModalities] = {};
  rows_of_tuple(box, modalities, without, tuple, row);
#pragma unroll
  for (u32 modality = 0; modality < kMostModalities; ++modality) {
    to[modality] = row[modality];
  }
}

template <typename T>
__device__ __forceinline__ void run_multilinear_scores(const MultilinearScoresParams& p) {
  GRAMIAN_SHARED(float, left, kTilePiece);
  GRAMIAN_SHARED(float, right, kTilePiece);
  GRAMIAN_SHARED(u32, tuples, kTileSize * kMostModalities);
  const u32 last = p.rows.modalities - 1;
  const u32 firstTuple = blockIdx.x * kTileSize;
  const u32 firstColumn = blockIdx.y * kTileSize;
  if (threadIdx.x < kTileSize) {
    store_tuple(p.box, p.rows.modalities, last, firstTuple + threadIdx.x,
                tuples + threadIdx.x * kMostModalities);
  }
  Tile tile{left, right, {}};
  for (u32 from = 0; from < p.rows.d; from += kTileDepth) {
    __syncthreads();
#pragma unroll 4
    for (u32 k = 0; k < kTileShare; ++k) {
      const u32 at = k * kTileThreads + threadIdx.x;
      const u32 z = at % kTileDepth;
      const u32 place = at / kTileDepth;
      const u32 tuple = firstTuple + place;
      const u32 column = firstColumn + place;
      const bool inside = from + z < p.rows.d;
      left[z * kTileStride + place] =
          inside && tuple < p.outer ? product_without<T>(p.rows, p.lengths, p.box, last,
                                                         tuples + place * kMostModalities, from + z)
                                    : 0.0f;
      right[z * kTileStride + place] =
          inside && column < p.box.count[last]
              ? unit_element<T>(p.rows, p.lengths, last, p.box.first[last] + column, from + z)
              : 0.0f;
    }
    __syncthreads();
    tile.multiply();
  }
  tile.for_each([&](u32 i, u32 j, float sum) {
    if (firstTuple + i < p.outer && firstColumn + j < p.box.count[last]) {
      i64 offset = firstColumn + j;
#pragma unroll
      for (u32 l = 0; l < kMostOuter; ++l) {
        offset += l < last ? tuples[i * kMostModalities + l] * p.stride[l] : 0;
      }
      p.scores[offset] = finite_or_nan(sum);
    }
  });
}

// Adds sum over tuples of weight times product to a part of the sums of one modality.
template <typename T>
__device__ __forceinline__ void run_multilinear_gradient(const MultilinearGradientParams& p) {
  GRAMIAN_SHARED(float, left, kTilePiece);
  GRAMIAN_SHARED(float, right, kTilePiece);
  GRAMIAN_SHARED(u32, tuples, kTileDepth * kMostModalities);
  GRAMIAN_SHARED(i64, offsets, kTileDepth);
  const u32 firstRow = blockIdx.x * kTileSize;
  const u32 firstZ = blockIdx.y * kTileSize;
  const u32 part = (p.tuples + p.splits - 1) / p.splits;
  const u32 begin = blockIdx.z * part;
  const u32 end = min(begin + part, p.tuples);
  const bool isLast = p.modality == p.rows.modalities - 1;
  Tile tile{left, right, {}};
  for (u32 from = begin; from < end; from += kTileDepth) {
    __syncthreads();
    if (threadIdx.x < kTileDepth) {
      // Where the weights of a tuple are, but for the index of the modality left out.
      u32* tuple = tuples + threadIdx.x * kMostModalities;
      store_tuple(p.box, p.rows.modalities, p.modality, from + threadIdx.x, tuple);
      i64 offset = 0;
#pragma unroll
      for (u32 l = 0; l < kMostModalities; ++l) {
        offset += tuple[l] * p.stride[l];
      }
      offsets[threadIdx.x] = offset;
    }
    __syncthreads();
#pragma unroll 4
    for (u32 k = 0; k < kTileShare; ++k) {
      const u32 at = k * kTileThreads + threadIdx.x;
      // Neighbouring threads read neighbouring weights.
      const u32 depth = isLast ? at / kTileSize : at % kTileDepth;
      const u32 place = isLast ? at % kTileSize : at / kTileDepth;
      const u32 row = firstRow + place;
      float weight = 0.0f;
      if (from + depth < end && row < p.box.count[p.modality]) {
        weight = static_cast<float>(
            load_element(p.weights, p.weightType, offsets[depth] + row * p.stride[p.modality]));
      }
      left[depth * kTileStride + place] = weight;
      const u32 z = firstZ + at % kTileSize;
      const u32 tuple = at / kTileSize;
      right[tuple * kTileStride + at % kTileSize] =
          z < p.rows.d && from + tuple < end
              ? product_without<T>(p.rows, p.lengths, p.box, p.modality,
                                   tuples + tuple * kMostModalities, z)
              : 0.0f;
    }
    __syncthreads();
    tile.multiply();
  }
  tile.for_each([&](u32 i, u32 j, float sum) {
    const u32 row = firstRow + i;
    const u32 z = firstZ + j;
    if (row < p.box.count[p.modality] && z < p.rows.d) {
      const i64 place =
          static_cast<i64>(blockIdx.z) * p.rows.count[p.modality] + p.box.first[p.modality] + row;
      p.sums[place * p.rows.d + z] += sum;
    }
  });
}

// Adds up the parts and goes back through the scaling to unit length. A warp per row.
template <typename T>
__device__ __forceinline__ void run_multilinear_finish(const MultilinearFinishParams& p) {
  const u32 modality = blockIdx.y;
  const u32 lane = threadIdx.x % kWarpSize;
  const u32 row = blockIdx.x * (kLengthThreads / kWarpSize) + threadIdx.x / kWarpSize;
  if (p.gradients.data[modality] == nullptr || row >= p.rows.count[modality]) {
    return;
  }
  const double inverse = p.lengths.inverse[modality][row];
  const i64 copy = static_cast<i64>(p.rows.count[modality]) * p.rows.d;
  const float* sums = p.sums[modality] + static_cast<i64>(row) * p.rows.d;
  const bool unit = p.rows.normalize != 0 && !(inverse >= 1.0 / kLeastLength);
  double along = 0.0;
  for (u32 pass = unit ? 0 : 1; pass < 2; ++pass) {
    double product = 0.0;
    for (u32 z = lane; z < p.rows.d; z += kWarpSize) {
      double gradient = 0.0;
      for (u32 split = 0; split < p.splits[modality]; ++split) {
        gradient += sums[split * copy + z];
      }
      const double x = element<T>(p.rows, modality, row, z) * inverse;
      product = fma(gradient, x, product);
      if (pass == 1) {
        store_element(p.gradients.data[modality], p.gradients.type[modality],
                      row * p.gradients.stride[modality] + z, (gradient - x * along) * inverse,
                      p.gradients.accumulate != 0);
      }
    }
    if (pass == 0) {
      along = warp_sum(product);
    }
  }
}

}  // namespace gramian::nway
