#include "hopper/tensor_map.h"

#include <algorithm>
#include <cstring>

namespace gramian::machine {

namespace {

using ptx::Type;

struct ElementType {
  Type type;
  uint32_t notANumber;  // four bytes of them; 0 where there is none
};

// By CUtensorMapDataType. Those that flush subnormal numbers copy them as they are.
constexpr ElementType kTypes[] = {
    {Type::kU8, 0},
    {Type::kU16, 0},
    {Type::kU32, 0},
    {Type::kS32, 0},
    {Type::kU64, 0},
    {Type::kS64, 0},
    {Type::kF16, 0x7fff7fff},
    {Type::kF32, 0x7fffffff},
    {Type::kF64, 0x7fffffff},
    {Type::kBf16, 0x7fff7fff},
    {Type::kF32, 0x7fffffff},
    {Type::kTf32, 0x7fffffff},
    {Type::kTf32, 0x7fffffff},
};

constexpr uint32_t kMagic = 0x7eb50a9d;
constexpr uint64_t kMostStride = uint64_t{1} << 40;
constexpr uint64_t kMostSize = uint64_t{1} << 32;
constexpr uint32_t kMostBox = 256;
constexpr uint32_t kMostElementStride = 8;

// As a program holds it.
struct Image {
  uint32_t magic;
  uint8_t type;
  uint8_t rank;
  uint8_t swizzle;
  uint8_t fills;
  uint64_t address;
  uint64_t strides[kMaxRank - 1];
  uint32_t lastIndices[kMaxRank];  // a size may be 2^32
  uint16_t box[kMaxRank];
  uint8_t elementStrides[kMaxRank];
};
static_assert(sizeof(Image) <= kTensorMapBytes);

std::string dimension(const char* what, uint32_t i, uint64_t value) {
  return std::string(what) + "[" + std::to_string(i) + "] is " + std::to_string(value);
}

std::string checkDimensions(const TensorMapRequest& r, uint32_t bytes) {
  for (uint32_t i = 0; i < r.rank; ++i) {
    if (r.sizes[i] == 0 || r.sizes[i] > kMostSize) {
      return dimension("globalDim", i, r.sizes[i]) + ": it is from 1 to 2^32";
    }
    if (r.box[i] == 0 || r.box[i] > kMostBox) {
      return dimension("boxDim", i, r.box[i]) + ": it is from 1 to 256";
    }
    if (r.elementStrides[i] == 0 || r.elementStrides[i] > kMostElementStride) {
      return dimension("elementStrides", i, r.elementStrides[i]) + ": it is from 1 to 8";
    }
  }
  for (uint32_t i = 0; i + 1 < r.rank; ++i) {
    if (r.strides[i] % 16 != 0 || r.strides[i] >= kMostStride) {
      return dimension("globalStrides", i, r.strides[i]) +
             ": it is a multiple of 16 bytes below 2^40";
    }
  }
  const uint64_t inner = uint64_t{r.box[0]} * bytes;
  if (inner % 16 != 0) {
    return "the box is " + std::to_string(inner) + " bytes wide: that is a multiple of 16";
  }
  const uint64_t span = uint64_t{16} << r.swizzle;
  if (r.swizzle != 0 && inner > span) {
    return "the box is " + std::to_string(inner) + " bytes wide: with a swizzle of " +
           std::to_string(span) + " bytes it is at most that";
  }
  return "";
}

}  // namespace

uint32_t TensorMap::boxBytes() const {
  uint32_t bytes = elementBytes();
  for (uint32_t i = 0; i < rank; ++i) {
    bytes *= box[i];
  }
  return bytes;
}

std::string TensorMap::encode(const TensorMapRequest& r, std::byte* to) {
  if (to == nullptr || r.sizes == nullptr || r.box == nullptr || r.elementStrides == nullptr ||
      (r.strides == nullptr && r.rank > 1)) {
    return "a null pointer";
  }
  if (reinterpret_cast<uintptr_t>(to) % 64 != 0) {
    return "the tensor map's own address is no multiple of 64";
  }
  if (r.type < 0 || static_cast<size_t>(r.type) >= std::size(kTypes)) {
    return "data type " + std::to_string(r.type) + " is not known to this device";
  }
  if (r.rank == 0 || r.rank > kMaxRank) {
    return "rank " + std::to_string(r.rank) + ": it is from 1 to 5";
  }
  if (r.interleave != 0) {
    return "interleaved layouts are not known to this device";
  }
  if (r.swizzle < 0 || r.swizzle > 3 || r.promotion < 0 || r.promotion > 3 || r.fill < 0 ||
      r.fill > 1) {
    return "a swizzle, promotion or fill that there is not";
  }
  if (r.address % 16 != 0) {
    return "globalAddress is no multiple of 16";
  }
  const ElementType& element = kTypes[r.type];
  if (r.fill == 1 && element.notANumber == 0) {
    return "integers cannot be filled with NaN";
  }
  if (std::string wrong = checkDimensions(r, ptx::bytesOf(element.type)); !wrong.empty()) {
    return wrong;
  }
  Image image{};
  image.magic = kMagic;
  image.type = static_cast<uint8_t>(r.type);
  image.rank = static_cast<uint8_t>(r.rank);
  image.swizzle = static_cast<uint8_t>(r.swizzle);
  image.fills = static_cast<uint8_t>(r.fill);
  image.address = r.address;
  for (uint32_t i = 0; i < r.rank; ++i) {
    image.lastIndices[i] = static_cast<uint32_t>(r.sizes[i] - 1);
    image.box[i] = static_cast<uint16_t>(r.box[i]);
    image.elementStrides[i] = static_cast<uint8_t>(r.elementStrides[i]);
    if (i + 1 < r.rank) {
      image.strides[i] = r.strides[i];
    }
  }
  std::memset(to, 0, kTensorMapBytes);
  std::memcpy(to, &image, sizeof image);
  return "";
}

bool TensorMap::decode(const std::byte* from) {
  Image image;
  std::memcpy(&image, from, sizeof image);
  if (image.magic != kMagic || image.rank == 0 || image.rank > kMaxRank ||
      image.type >= std::size(kTypes)) {
    return false;
  }
  address = image.address;
  type = kTypes[image.type].type;
  rank = image.rank;
  swizzle = static_cast<Swizzle>(image.swizzle);
  fill = image.fills != 0 ? kTypes[image.type].notANumber : 0;
  for (uint32_t i = 0; i < rank; ++i) {
    sizes[i] = uint64_t{image.lastIndices[i]} + 1;
    strides[i] = i == 0 ? elementBytes() : image.strides[i - 1];
    // Elements are never skipped within the innermost dimension without an interleaved layout.
    elementStrides[i] = i == 0 ? 1 : image.elementStrides[i];
    box[i] = (image.box[i] + elementStrides[i] - 1) / elementStrides[i];
  }
  return true;
}

BulkBox TensorMap::boxAt(const int32_t* coordinates, uint64_t shared) const {
  BulkBox result;
  result.shared = shared;
  result.bytes = boxBytes();
  result.swizzle = swizzle;
  result.fill = fill;
  const uint32_t bytes = elementBytes();
  // The part of each row that lies within the tensor.
  const int64_t first = std::max<int64_t>(coordinates[0], 0);
  const int64_t last =
      std::min<int64_t>(int64_t{coordinates[0]} + box[0], static_cast<int64_t>(sizes[0]));
  const uint32_t rows = result.bytes / (box[0] * bytes);
  for (uint32_t row = 0; row < rows && first < last; ++row) {
    uint64_t from = address + static_cast<uint64_t>(first) * bytes;
    bool isInside = true;
    uint32_t rest = row;
    for (uint32_t i = 1; i < rank; ++i) {
      const int64_t at = int64_t{coordinates[i]} + int64_t{rest % box[i]} * elementStrides[i];
      rest /= box[i];
      isInside &= at >= 0 && at < static_cast<int64_t>(sizes[i]);
      from += static_cast<uint64_t>(at) * strides[i];
    }
    if (isInside) {
      const auto offset = static_cast<uint32_t>(first - coordinates[0]);
      result.runs.push_back(
          {from, (row * box[0] + offset) * bytes, static_cast<uint32_t>(last - first) * bytes});
    }
  }
  return result;
}

}  // namespace gramian::machine
