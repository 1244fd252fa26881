// What an access of a warp costs a GPU: sectors of 32 bytes of global memory, wavefronts of shared
// memory with its 32 banks of 4 bytes.
#pragma once

#include <cstddef>
#include <cstdint>

#include "exec/op.h"
#include "ptx/type.h"

namespace gramian::machine {

// Counts an access of `bytes` of each active lane, if anybody counts. `memory` as placeLanes gave
// it.
void countAccess(Warp& warp, const Op* op, uint32_t active, ptx::Space space, bool isDense,
                 std::byte* const* memory, unsigned bytes);

// Counts a copy by the asynchronous proxy of consecutive bytes outside of shared memory.
void countCopy(Warp& warp, const Op* op, uint64_t address, uint64_t bytes, bool writes);

// Before a launch that is counted: it has touched no memory yet.
void forgetTouched();

// Of lanes at these places of an address space: the different sectors among them.
unsigned sectorsOf(uint32_t lanes, const uint64_t* places, unsigned bytes);
// Lanes of 8 and 16 bytes go by halves and quarters of the warp; lanes that read the same word
// share it.
unsigned wavefrontsOf(uint32_t lanes, const uint64_t* places, unsigned bytes);

}  // namespace gramian::machine
