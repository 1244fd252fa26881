// Tensor maps: how a box of a tensor in global memory lies in shared memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "hopper/bulk.h"
#include "ptx/type.h"

namespace gramian::machine {

constexpr unsigned kMaxRank = 5;
constexpr size_t kTensorMapBytes = 128;

// What cuTensorMapEncodeTiled is given, by its numbers.
struct TensorMapRequest {
  int type = 0;  // CUtensorMapDataType
  uint32_t rank = 0;
  uint64_t address = 0;
  const uint64_t* sizes = nullptr;
  const uint64_t* strides = nullptr;  // in bytes, of all dimensions but the first
  const uint32_t* box = nullptr;
  const uint32_t* elementStrides = nullptr;
  int interleave = 0;
  int swizzle = 0;
  int promotion = 0;
  int fill = 0;
};

struct TensorMap {
  uint64_t address = 0;
  ptx::Type type = ptx::Type::kNone;
  uint32_t rank = 0;
  uint64_t sizes[kMaxRank]{};
  uint64_t strides[kMaxRank]{};  // in bytes, the first included
  uint32_t box[kMaxRank]{};      // in elements of shared memory
  uint32_t elementStrides[kMaxRank]{};
  Swizzle swizzle = Swizzle::kNone;
  uint32_t fill = 0;  // four bytes of what lies outside

  uint32_t elementBytes() const { return ptx::bytesOf(type); }
  uint32_t boxBytes() const;

  // The map in the 128 bytes that a program holds; `wrong` says what a request lacks, else empty.
  static std::string encode(const TensorMapRequest& request, std::byte* to);
  // False where the bytes are no tensor map.
  bool decode(const std::byte* from);

  // The box at some coordinates.
  BulkBox boxAt(const int32_t* coordinates, uint64_t shared) const;
};

}  // namespace gramian::machine
