// Which bytes of device memory were ever written: a bit for each byte of the arena, shared and
// local memory included. Host addresses, as memory/access.h gives them; memory outside the arena
// (a launch's parameters) counts as written.
#pragma once

#include <cstddef>
#include <cstdint>

namespace gramian::machine {

// A bit for each of 1 to 16 bytes, the first lowest: 1 where it was written.
uint32_t definedBytes(const std::byte* memory, unsigned bytes);
bool isDefined(const std::byte* memory, size_t bytes);
void setDefined(std::byte* memory, size_t bytes);
// The same of 1 to 16 bytes each at the places of some lanes.
bool areDefined(uint32_t lanes, std::byte* const* memory, unsigned bytes);
void setDefined(uint32_t lanes, std::byte* const* memory, unsigned bytes);
void setUndefined(std::byte* memory, size_t bytes);
// Copies data and what is known of it.
void copyWithDefined(std::byte* to, const std::byte* from, size_t bytes);

}  // namespace gramian::machine
