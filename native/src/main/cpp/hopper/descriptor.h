// Descriptors of matrices in shared memory, as wgmma takes them.
#pragma once

#include <cstddef>
#include <cstdint>

#include "hopper/bulk.h"

namespace gramian::machine {

// What one wgmma reads of a row of a matrix: 32 bytes along the depth.
constexpr uint32_t kDepthBytes = 32;

struct MatrixDescriptor {
  uint64_t address;
  uint64_t leading;  // distances in bytes
  uint64_t stride;
  unsigned baseOffset;
  Swizzle swizzle;

  explicit MatrixDescriptor(uint64_t bits);

  // Where 16 bytes lie. With the depth innermost: of row `row`, the first or the second half of the
  // depth. Else: rows 8 * row to 8 * row + 7 of 16-bit elements, at `depth`.
  uint64_t chunk(uint32_t row, uint32_t half) const;
  uint64_t transposedChunk(uint32_t row, uint32_t depth) const;
};

// Reads rows from `first` on (a multiple of 8), a multiple of 8 of them, to rows of kDepthBytes.
// Checks bounds, order, proxies and how the memory was written.
void gatherMatrix(Warp& warp, const Op* op, uint64_t descriptor, bool isTransposed, uint32_t first,
                  uint32_t rows, std::byte* to);

}  // namespace gramian::machine
