#include "memory/defined.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "memory/arena.h"

namespace gramian::machine {

namespace {

bool isTracked(const std::byte* memory) {
  return arena().contains(reinterpret_cast<uintptr_t>(memory));
}

uint8_t* bitsOf(const std::byte* memory) {
  return arena().defined(reinterpret_cast<uintptr_t>(memory));
}

unsigned bitOf(const std::byte* memory) { return reinterpret_cast<uintptr_t>(memory) % 8; }

// Sets or clears bits of one byte of them. Blocks that run side by side may change others of it.
void setBits(uint8_t* bits, unsigned mask, bool defined) {
  const uint8_t now = __atomic_load_n(bits, __ATOMIC_RELAXED);
  if (defined && (now & mask) != mask) {
    __atomic_fetch_or(bits, static_cast<uint8_t>(mask), __ATOMIC_RELAXED);
  } else if (!defined && (now & mask) != 0) {
    __atomic_fetch_and(bits, static_cast<uint8_t>(~mask), __ATOMIC_RELAXED);
  }
}

void set(std::byte* memory, size_t bytes, bool defined) {
  if (bytes == 0 || !isTracked(memory)) {
    return;
  }
  uint8_t* bits = bitsOf(memory);
  if (const unsigned first = bitOf(memory); first != 0) {
    const size_t count = std::min<size_t>(bytes, 8 - first);
    setBits(bits++, ((1u << count) - 1) << first, defined);
    bytes -= count;
  }
  const size_t whole = bytes / 8;
  if (whole != 0) {
    std::memset(bits, defined ? 0xff : 0, whole);
  }
  if (const unsigned rest = bytes % 8; rest != 0) {
    setBits(bits + whole, (1u << rest) - 1, defined);
  }
}

}  // namespace

uint32_t definedBytes(const std::byte* memory, unsigned bytes) {
  const uint32_t all = (1u << bytes) - 1;
  if (!isTracked(memory)) {
    return all;
  }
  const uint8_t* bits = bitsOf(memory);
  const unsigned first = bitOf(memory);
  uint32_t found = 0;
  for (unsigned i = 0; i < first + bytes; i += 8) {
    found |= uint32_t{bits[i / 8]} << i;
  }
  return (found >> first) & all;
}

bool isDefined(const std::byte* memory, size_t bytes) {
  if (!isTracked(memory)) {
    return true;
  }
  const uint8_t* bits = bitsOf(memory);
  if (const unsigned first = bitOf(memory); first != 0) {
    const size_t count = std::min<size_t>(bytes, 8 - first);
    const unsigned mask = ((1u << count) - 1) << first;
    if ((*bits++ & mask) != mask) {
      return false;
    }
    bytes -= count;
  }
  for (; bytes >= 64; bytes -= 64, bits += 8) {
    uint64_t word;
    std::memcpy(&word, bits, 8);
    if (word != ~uint64_t{0}) {
      return false;
    }
  }
  for (; bytes >= 8; bytes -= 8) {
    if (*bits++ != 0xff) {
      return false;
    }
  }
  const unsigned mask = (1u << bytes) - 1;
  return bytes == 0 || (*bits & mask) == mask;
}

bool areDefined(uint32_t lanes, std::byte* const* memory, unsigned bytes) {
  const unsigned all = (1u << std::min(bytes, 8u)) - 1;
  bool defined = true;
  for (; lanes != 0 && defined; lanes &= lanes - 1) {
    const std::byte* const at = memory[std::countr_zero(lanes)];
    if (!isTracked(at)) {
      continue;
    }
    // Aligned, they lie in one byte of bits, or are two.
    const uint8_t* const bits = bitsOf(at);
    defined = (bits[0] >> bitOf(at) & all) == all && (bytes <= 8 || bits[1] == 0xff);
  }
  return defined;
}

void setDefined(uint32_t lanes, std::byte* const* memory, unsigned bytes) {
  if (areDefined(lanes, memory, bytes)) {
    return;
  }
  for (; lanes != 0; lanes &= lanes - 1) {
    set(memory[std::countr_zero(lanes)], bytes, true);
  }
}

void setDefined(std::byte* memory, size_t bytes) { set(memory, bytes, true); }
void setUndefined(std::byte* memory, size_t bytes) { set(memory, bytes, false); }

void copyWithDefined(std::byte* to, const std::byte* from, size_t bytes) {
  if (isDefined(from, bytes)) {
    std::memmove(to, from, bytes);
    setDefined(to, bytes);
    return;
  }
  // Piece by piece, as the two sides' bits may stand at different places in their bytes. Backwards
  // where the destination overlaps the source's end.
  constexpr size_t kPiece = 16;
  const size_t pieces = (bytes + kPiece - 1) / kPiece;
  for (size_t i = 0; i < pieces; ++i) {
    const size_t at = (to <= from ? i : pieces - 1 - i) * kPiece;
    const auto n = static_cast<unsigned>(std::min(kPiece, bytes - at));
    const uint32_t known = definedBytes(from + at, n);
    std::memmove(to + at, from + at, n);
    for (unsigned j = 0; j < n; ++j) {
      set(to + at + j, 1, (known >> j & 1) != 0);
    }
  }
}

}  // namespace gramian::machine
