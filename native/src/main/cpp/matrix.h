// The arithmetic of mma.sync.m16n8k16 and the data movement of ldmatrix, for a whole warp.
#pragma once

#include <cstdint>

#include "gramian/platform/emulated/abi.h"

namespace gramian::emulated {

// c += a b for the fragments of 32 lanes. Products are exact; each sum of 16 products and the
// accumulator is rounded once, to float.
void multiplyFragments(GramianEmulatedMma* const lanes[32], bool isBf16);

// rows[8 i + r] is row r (16 bytes) of matrix i.
void loadMatrices(GramianEmulatedMatrices* const lanes[32], const void* const rows[32],
                  uint32_t matrices, bool transposed);

}  // namespace gramian::emulated
