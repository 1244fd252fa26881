#include "ptx/type.h"

#include <iterator>

namespace gramian::ptx {

namespace {

struct TypeInfo {
  Type type;
  const char* name;
  uint8_t bits;
  bool isSigned;
  bool isFloat;
};

constexpr TypeInfo kTypes[] = {
    {Type::kNone, "no type", 0, false, false}, {Type::kPred, "pred", 1, false, false},
    {Type::kB8, "b8", 8, false, false},        {Type::kB16, "b16", 16, false, false},
    {Type::kB32, "b32", 32, false, false},     {Type::kB64, "b64", 64, false, false},
    {Type::kB128, "b128", 128, false, false},  {Type::kU8, "u8", 8, false, false},
    {Type::kU16, "u16", 16, false, false},     {Type::kU32, "u32", 32, false, false},
    {Type::kU64, "u64", 64, false, false},     {Type::kS8, "s8", 8, true, false},
    {Type::kS16, "s16", 16, true, false},      {Type::kS32, "s32", 32, true, false},
    {Type::kS64, "s64", 64, true, false},      {Type::kF16, "f16", 16, true, true},
    {Type::kBf16, "bf16", 16, true, true},     {Type::kF32, "f32", 32, true, true},
    {Type::kF64, "f64", 64, true, true},       {Type::kTf32, "tf32", 32, true, true},
    {Type::kF16x2, "f16x2", 32, true, true},   {Type::kBf16x2, "bf16x2", 32, true, true},
    {Type::kU16x2, "u16x2", 32, false, false}, {Type::kS16x2, "s16x2", 32, true, false},
    {Type::kE4m3, "e4m3", 8, true, true},      {Type::kE5m2, "e5m2", 8, true, true},
    {Type::kE4m3x2, "e4m3x2", 16, true, true}, {Type::kE5m2x2, "e5m2x2", 16, true, true},
    {Type::kB1, "b1", 1, false, false},        {Type::kU4, "u4", 4, false, false},
    {Type::kS4, "s4", 4, true, false},
};

constexpr bool isInOrder() {
  for (size_t i = 0; i < std::size(kTypes); ++i) {
    if (static_cast<size_t>(kTypes[i].type) != i) {
      return false;
    }
  }
  return true;
}
static_assert(isInOrder());

const TypeInfo& infoOf(Type type) { return kTypes[static_cast<size_t>(type)]; }

struct SpaceName {
  Space space;
  std::string_view name;
};

// The first of a space is its name in messages.
constexpr SpaceName kSpaces[] = {
    {Space::kGeneric, "generic"},
    {Space::kGlobal, "global"},
    {Space::kShared, "shared"},
    {Space::kShared, "shared::cta"},
    {Space::kSharedCluster, "shared::cluster"},
    {Space::kLocal, "local"},
    {Space::kConst, "const"},
    {Space::kParam, "param"},
    {Space::kParam, "param::entry"},
    {Space::kParam, "param::func"},
};

}  // namespace

unsigned bitsOf(Type type) { return infoOf(type).bits; }
bool isSigned(Type type) { return infoOf(type).isSigned; }
bool isFloat(Type type) { return infoOf(type).isFloat; }
const char* nameOf(Type type) { return infoOf(type).name; }

const char* nameOf(Space space) {
  for (const SpaceName& s : kSpaces) {
    if (s.space == space) {
      return s.name.data();
    }
  }
  return "";
}

std::optional<Type> typeOf(std::string_view name) {
  for (const TypeInfo& t : kTypes) {
    if (t.type != Type::kNone && name == t.name) {
      return t.type;
    }
  }
  return std::nullopt;
}

std::optional<Space> spaceOf(std::string_view name) {
  for (const SpaceName& s : kSpaces) {
    if (s.space != Space::kGeneric && name == s.name) {
      return s.space;
    }
  }
  return std::nullopt;
}

}  // namespace gramian::ptx
