// The fundamental types of PTX, and its state spaces.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace gramian::ptx {

enum class Type : uint8_t {
  kNone,
  kPred,
  kB8,
  kB16,
  kB32,
  kB64,
  kB128,
  kU8,
  kU16,
  kU32,
  kU64,
  kS8,
  kS16,
  kS32,
  kS64,
  kF16,
  kBf16,
  kF32,
  kF64,
  kTf32,
  kF16x2,
  kBf16x2,
  kU16x2,
  kS16x2,
  kE4m3,
  kE5m2,
  kE4m3x2,
  kE5m2x2,
  kB1,
  kU4,
  kS4,
};

enum class Space : uint8_t {
  kGeneric,
  kGlobal,
  kShared,  // of the executing block
  kSharedCluster,
  kLocal,
  kConst,
  kParam,
};

// Bits of one value; 1 for kPred and kB1.
unsigned bitsOf(Type type);
inline unsigned bytesOf(Type type) { return (bitsOf(type) + 7) / 8; }
bool isSigned(Type type);
bool isFloat(Type type);  // kF16 to kF64, kTf32 and the packed ones

const char* nameOf(Type type);  // "f32"
const char* nameOf(Space space);

// By the name without its dot; nothing where it is no type.
std::optional<Type> typeOf(std::string_view name);
// "global", "shared", "shared::cta", "shared::cluster", ...
std::optional<Space> spaceOf(std::string_view name);

}  // namespace gramian::ptx
