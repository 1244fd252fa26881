// Operations that lanes of a warp do together. Each returns once all lanes of its mask came and the
// operation was done.
#pragma once

#include "block.h"

namespace gramian::emulated {

void syncLanes(Thread& t, uint32_t mask);
uint64_t shuffleLanes(Thread& t, uint32_t kind, uint32_t mask, uint64_t value, uint32_t lane,
                      uint32_t width);
uint32_t voteLanes(Thread& t, uint32_t kind, uint32_t mask, bool predicate);
GramianEmulatedFloats4 multiplyLanes(Thread& t, GramianEmulatedWords4 a, GramianEmulatedWords2 b,
                                     GramianEmulatedFloats4 c, bool isBf16);
GramianEmulatedWords4 loadLanes(Thread& t, const void* row, uint32_t matrices, bool transposed);

}  // namespace gramian::emulated
