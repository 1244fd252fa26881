#include "hopper/descriptor.h"

#include <cstring>
#include <string>

#include "exec/fault.h"
#include "hopper/warpgroup.h"
#include "memory/access.h"
#include "memory/defined.h"

namespace gramian::machine {

namespace {

constexpr uint64_t kChunk = 16;
constexpr uint32_t kHalfElements = 8;  // of 16 bits in a chunk

constexpr uint64_t field(uint64_t bits, unsigned at) { return (bits >> at & 0x3fff) * 16; }

constexpr Swizzle swizzleOf(uint64_t bits) {
  constexpr Swizzle kModes[] = {Swizzle::kNone, Swizzle::k128, Swizzle::k64, Swizzle::k32};
  return kModes[bits >> 62];
}

}  // namespace

MatrixDescriptor::MatrixDescriptor(uint64_t bits)
    : address(field(bits, 0)),
      leading(field(bits, 16)),
      stride(field(bits, 32)),
      baseOffset(bits >> 49 & 7),
      swizzle(swizzleOf(bits)) {}

uint64_t MatrixDescriptor::chunk(uint32_t row, uint32_t half) const {
  const uint64_t width = kChunk << static_cast<unsigned>(swizzle);
  const uint64_t group = address + row / 8 * stride + row % 8 * width;
  return swizzled(group + half * (swizzle == Swizzle::kNone ? leading : kChunk), swizzle);
}

uint64_t MatrixDescriptor::transposedChunk(uint32_t row, uint32_t depth) const {
  const uint64_t width = kChunk << static_cast<unsigned>(swizzle);
  if (swizzle == Swizzle::kNone) {
    return address + row * stride + depth % 8 * kChunk + depth / 8 * leading;
  }
  const auto chunks = static_cast<uint32_t>(width / kChunk);
  return swizzled(address + row / chunks * leading + row % chunks * kChunk + depth % 8 * width +
                      depth / 8 * stride,
                  swizzle);
}

void gatherMatrix(Warp& warp, const Op* op, uint64_t bits, bool isTransposed, uint32_t first,
                  uint32_t rows, std::byte* to) {
  const MatrixDescriptor d(bits);
  if (d.baseOffset != 0) {
    fail(warp, op, 0, CUDA_ERROR_NOT_SUPPORTED,
         "a matrix descriptor with a base offset, which this device does not know");
  }
  const auto read = [&](uint64_t address) {
    const std::byte* const memory =
        checkRange(warp, op, 0, ptx::Space::kShared, address, kChunk, Access::kMatrixRead);
    if (!isDefined(memory, kChunk)) {
      fail(warp, op, 0, CUDA_ERROR_LAUNCH_FAILED,
           "multiplies shared memory at offset " + std::to_string(address) +
               " that was never written");
    }
    requireSwizzle(warp, op, memory, d.swizzle);
    return memory;
  };
  if (!isTransposed) {
    for (uint32_t r = 0; r < rows; ++r) {
      for (uint32_t half = 0; half < 2; ++half) {
        std::memcpy(to + r * kDepthBytes + half * kChunk, read(d.chunk(first + r, half)), kChunk);
      }
    }
    return;
  }
  for (uint32_t r = 0; r < rows; r += kHalfElements) {
    for (uint32_t depth = 0; depth < kDepthBytes / 2; ++depth) {
      const std::byte* const memory = read(d.transposedChunk((first + r) / kHalfElements, depth));
      for (uint32_t i = 0; i < kHalfElements; ++i) {
        std::memcpy(to + (r + i) * kDepthBytes + depth * 2, memory + 2 * i, 2);
      }
    }
  }
}

}  // namespace gramian::machine
