// Generic addresses. They are host addresses, those of the arena; the other spaces are windows:
// shared and local memory of the block, the parameters of the launch. Addresses in spaces global
// and const are generic ones.
#pragma once

#include <cstdint>

#include "ptx/type.h"

namespace gramian::machine {

class Block;
class Warp;

uint64_t genericAddress(const Warp& warp, unsigned lane, ptx::Space space, uint64_t address);
uint64_t addressInSpace(const Warp& warp, unsigned lane, ptx::Space space, uint64_t generic);
bool isInSpace(const Warp& warp, unsigned lane, ptx::Space space, uint64_t generic);

// Bytes of the block's window of shared memory.
uint64_t sharedWindowBytes(const Block& block);
// The block of the cluster whose window of shared memory holds a generic address, or null.
const Block* blockOfShared(const Block& block, uint64_t generic);

}  // namespace gramian::machine
