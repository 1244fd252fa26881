// The rows of one sample, as a warp reads them. A row is cut into chunks, of which each lane holds a
// fragment of Words x 4 bytes. Which elements these are depends on the access, but is the same for
// every row, and that is all that products need:
//   vector access: the lane's fragment is contiguous        element = chunk + lane * size + t
//   scalar access: neighbouring lanes hold neighbours       element = chunk + t * 32 + lane
//
// Loads have no branches: one that would fall outside the sample reads inside it, and its value is
// replaced by zero.
#pragma once

#include "gramian/sample/params.cuh"

namespace gramian {

// Words of 32 bits in a fragment of a kernel for up to K rows. 16 bytes are the widest load; many
// rows leave no registers for that and have loads enough in flight with 8.
template <u32 K>
constexpr u32 kFragmentWords = K <= 8 ? 4 : 2;

template <u32 Words>
struct VectorOf;

template <>
struct VectorOf<2> {
  using Type = uint2;
};

template <>
struct VectorOf<4> {
  using Type = uint4;
};

// Part of a row: 32-bit words, each one float or two numbers of 16 bits.
template <u32 Words>
struct Fragment {
  using Vector = typename VectorOf<Words>::Type;

  Vector vector;

  __device__ __forceinline__ u32 word(u32 w) const {
    if constexpr (Words == 2) {
      return w == 0 ? vector.x : vector.y;
    } else {
      return w == 0 ? vector.x : w == 1 ? vector.y : w == 2 ? vector.z : vector.w;
    }
  }
};

template <u32 Words>
__device__ __forceinline__ Fragment<Words> fragment_of(const u32 (&word)[Words]) {
  if constexpr (Words == 2) {
    return {{word[0], word[1]}};
  } else {
    return {{word[0], word[1], word[2], word[3]}};
  }
}

// The fragment, or zeros.
template <u32 Words>
__device__ __forceinline__ Fragment<Words> fragment_if(bool condition, Fragment<Words> fragment) {
  u32 word[Words];
#pragma unroll
  for (u32 w = 0; w < Words; ++w) {
    word[w] = condition ? fragment.word(w) : 0u;
  }
  return fragment_of(word);
}

// Element t of a fragment of numbers of type T.
template <typename T, u32 Words>
__device__ __forceinline__ float fragment_element(const Fragment<Words>& fragment, u32 t) {
  if constexpr (sizeof(T) == 4) {
    return __uint_as_float(fragment.word(t));
  } else {
    const u32 pair = fragment.word(t / 2);
    return t % 2 == 0 ? unpack_low<T>(pair) : unpack_high<T>(pair);
  }
}

template <typename T, u32 K>
struct SampleRows {
  static constexpr u32 kWords = kFragmentWords<K>;
  // Elements of a fragment and of a chunk.
  static constexpr u32 kSize = kWords * 4 / sizeof(T);
  static constexpr u32 kChunkSize = kWarpSize * kSize;
  using Part = Fragment<kWords>;

  const T* vectors;  // row 0 of the sample
  i64 rowStride;
  u32 k;
  u32 d;
  u32 lane;
  bool vectorAccess;
  Part* stage;  // this lane's first slot in shared memory; null: not staged

  __device__ __forceinline__ u32 chunks() const { return (d + kChunkSize - 1) / kChunkSize; }

  // The index in the row of element t of this lane's fragment; it may lie past the end.
  __device__ __forceinline__ u32 element(u32 chunk, u32 t) const {
    return chunk * kChunkSize + (vectorAccess ? lane * kSize + t : t * kWarpSize + lane);
  }

  // Slots are read back by the lane that wrote them, so that no barrier is needed.
  __device__ __forceinline__ Part* slot(u32 chunk, u32 row) const {
    return stage + (chunk * k + row) * kWarpSize;
  }

  __device__ __forceinline__ const T* row_or_first(u32 row) const {
    return vectors + (row < k ? row : 0) * rowStride;
  }

  __device__ __forceinline__ Part load_vector_access(u32 chunk, u32 row) const {
    const u32 at = chunk * kChunkSize + lane * kSize;
    const T* source = row_or_first(row) + (at < d ? at : 0);
    const Part part = {load_global_nc(reinterpret_cast<const typename Part::Vector*>(source))};
    return fragment_if(row < k && at < d, part);
  }

  __device__ __forceinline__ Part load_scalar_access(u32 chunk, u32 row) const {
    const T* source = row_or_first(row);
    u32 word[kWords];
#pragma unroll
    for (u32 w = 0; w < kWords; ++w) {
      if constexpr (sizeof(T) == 4) {
        word[w] = __float_as_uint(load_element(source, chunk, row, w));
      } else {
        word[w] = load_element(source, chunk, row, 2 * w).bits |
                  static_cast<u32>(load_element(source, chunk, row, 2 * w + 1).bits) << 16;
      }
    }
    return fragment_of(word);
  }

  __device__ __forceinline__ T load_element(const T* source, u32 chunk, u32 row, u32 t) const {
    const u32 at = chunk * kChunkSize + t * kWarpSize + lane;
    const T value = source[at < d ? at : 0];
    return row < k && at < d ? value : T{};
  }

  // One fragment, from wherever it is to be had.
  __device__ __forceinline__ Part load(u32 chunk, u32 row) const {
    if (stage != nullptr) {
      return {load_vector(&slot(chunk, row)->vector)};
    }
    return vectorAccess ? load_vector_access(chunk, row) : load_scalar_access(chunk, row);
  }

  // The fragments of `Chunks` chunks of all rows from global memory; rows from k on are zero. All
  // loads stand before the first use.
  template <u32 Chunks>
  __device__ __forceinline__ void load_first(Part (&part)[Chunks][K], u32 chunk) const {
    if (vectorAccess) {
#pragma unroll
      for (u32 c = 0; c < Chunks; ++c) {
#pragma unroll
        for (u32 row = 0; row < K; ++row) {
          part[c][row] = load_vector_access(chunk + c, row);
        }
      }
    } else {
#pragma unroll
      for (u32 c = 0; c < Chunks; ++c) {
#pragma unroll
        for (u32 row = 0; row < K; ++row) {
          part[c][row] = load_scalar_access(chunk + c, row);
        }
      }
    }
  }

  // Keeps fragments in shared memory for load_again and load; nothing without a stage.
  template <u32 Chunks>
  __device__ __forceinline__ void keep(const Part (&part)[Chunks][K], u32 chunk) const {
    if (stage == nullptr) {
      return;
    }
#pragma unroll
    for (u32 c = 0; c < Chunks; ++c) {
      if (chunk + c < chunks()) {
#pragma unroll
        for (u32 row = 0; row < K; ++row) {
          if (row < k) {
            store_vector(&slot(chunk + c, row)->vector, part[c][row].vector);
          }
        }
      }
    }
  }

  // The fragments of a chunk, once more: from shared memory, or from global memory, whose caches
  // may hold them still.
  __device__ __forceinline__ void load_again(Part (&part)[1][K], u32 chunk) const {
    if (stage == nullptr) {
      load_first<1>(part, chunk);
      return;
    }
#pragma unroll
    for (u32 row = 0; row < K; ++row) {
      const Part kept = {load_vector(&slot(chunk, row < k ? row : 0)->vector)};
      part[0][row] = fragment_if(row < k, kept);
    }
  }
};

}  // namespace gramian
