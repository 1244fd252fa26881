// The rows of one sample, as a warp sees them. A row is cut into chunks, of which each lane owns a
// part of Words x 4 bytes. Which elements these are depends on the access, but is the same for
// every row, and that is all that products need:
//   vector access: a part is contiguous                  element = chunk + lane * size + t
//   scalar access: neighbouring lanes own neighbours     element = chunk + t * 32 + lane
//
// Parts travel from global to shared memory by asynchronous copies, a window of chunks of all rows
// at once, so that a warp has its whole sample in flight without a register spent. A lane reads
// back only what it copied itself: its own wait is all the synchronisation there is. A sample that
// fits its window is read from global memory once, however often the window is asked for.
#pragma once

#include "gramian/sample/params.cuh"

namespace gramian {

// Words of 32 bits in a part, for a kernel of up to K rows. 16 bytes are the widest access; many
// rows leave registers for 8.
template <u32 K>
constexpr u32 kPartWords = (K <= kMostWideRows ? kWideChunkBytes : kNarrowChunkBytes) / kWarpSize /
                           4;

template <u32 Words>
struct Part;

template <>
struct Part<2> {
  uint2 vector;

  __device__ __forceinline__ u32 word(u32 w) const { return w == 0 ? vector.x : vector.y; }
};

template <>
struct Part<4> {
  uint4 vector;

  __device__ __forceinline__ u32 word(u32 w) const {
    return w == 0 ? vector.x : w == 1 ? vector.y : w == 2 ? vector.z : vector.w;
  }
};

__device__ __forceinline__ Part<2> part_of(const u32 (&word)[2]) { return {{word[0], word[1]}}; }

__device__ __forceinline__ Part<4> part_of(const u32 (&word)[4]) {
  return {{word[0], word[1], word[2], word[3]}};
}

// Element t of a part of numbers of type T.
template <typename T, u32 Words>
__device__ __forceinline__ float part_element(const Part<Words>& part, u32 t) {
  if constexpr (sizeof(T) == 4) {
    return __uint_as_float(part.word(t));
  } else {
    const u32 pair = part.word(t / 2);
    return t % 2 == 0 ? unpack_low<T>(pair) : unpack_high<T>(pair);
  }
}

// Kernels for up to 6 rows serve one k each, and know it when they are compiled.
template <u32 K>
__device__ __forceinline__ constexpr u32 row_count(const SampleParams& p) {
  return K <= 6 ? K : static_cast<u32>(p.k);
}

template <typename T, u32 K>
struct SampleRows {
  static constexpr u32 kWords = kPartWords<K>;
  static constexpr u32 kPartBytes = kWords * 4;
  // Elements of a part and of a chunk.
  static constexpr u32 kSize = kPartBytes / sizeof(T);
  static constexpr u32 kChunkSize = kWarpSize * kSize;

  const T* vectors;  // row 0 of the sample
  i64 rowStride;
  u32 k;
  u32 d;
  u32 lane;
  bool vectorAccess;
  Part<kWords>* stage;  // this lane's first part in shared memory
  u32 stageChunks;      // chunks that the stage has room for
  u32 chunks;           // chunks of a row
  u32 windowStart;      // first chunk in the stage; `chunks` when there is none

  // The index in the row of element t of this lane's part; it may lie past the end.
  __device__ __forceinline__ u32 element(u32 chunk, u32 t) const {
    return chunk * kChunkSize + (vectorAccess ? lane * kSize + t : t * kWarpSize + lane);
  }

  // The end of the window that starts with a chunk.
  __device__ __forceinline__ u32 window_end(u32 start) const {
    return start + stageChunks < chunks ? start + stageChunks : chunks;
  }

  // Brings the window into the stage, unless it is there; elements past the end of a row are zero.
  __device__ __forceinline__ void open_window(u32 start) {
    if (start == windowStart) {
      return;
    }
    windowStart = start;
    const u32 end = window_end(start);
#pragma unroll 1
    for (u32 chunk = start; chunk < end; ++chunk) {
#pragma unroll 1
      for (u32 row = 0; row < k; ++row) {
        copy_part(stage + ((chunk - start) * k + row) * kWarpSize, vectors + row * rowStride,
                  chunk);
      }
    }
    copy_async_commit();
    copy_async_wait<0>();
  }

  // A part of the open window. Rows from k on repeat row 0.
  __device__ __forceinline__ Part<kWords> part(u32 chunk, u32 row) const {
    const u32 present = row < k ? row : 0;
    return {load_vector(&stage[((chunk - windowStart) * k + present) * kWarpSize].vector)};
  }

 private:
  __device__ __forceinline__ void copy_part(Part<kWords>* target, const T* row, u32 chunk) const {
    if (vectorAccess) {
      const u32 at = element(chunk, 0);
      const bool inside = at < d;
      copy_async<kPartBytes>(shared(target), row + (inside ? at : 0), inside ? kPartBytes : 0);
    } else if constexpr (sizeof(T) == 4) {
#pragma unroll
      for (u32 t = 0; t < kSize; ++t) {
        const u32 at = element(chunk, t);
        const bool inside = at < d;
        copy_async<4>(shared(reinterpret_cast<T*>(target) + t), row + (inside ? at : 0),
                      inside ? 4 : 0);
      }
    } else {
      // Numbers of 16 bits are too small for an asynchronous copy.
      u32 word[kWords];
#pragma unroll
      for (u32 w = 0; w < kWords; ++w) {
        word[w] = element_bits(row, chunk, 2 * w) | element_bits(row, chunk, 2 * w + 1) << 16;
      }
      store_vector(&target->vector, part_of(word).vector);
    }
  }

  __device__ __forceinline__ u32 element_bits(const T* row, u32 chunk, u32 t) const {
    const u32 at = element(chunk, t);
    const u32 bits = row[at < d ? at : 0].bits;
    return at < d ? bits : 0u;
  }
};

}  // namespace gramian
