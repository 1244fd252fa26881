// Memory accesses of a kernel, with all their checks: bounds, life, provenance, alignment, races.
#pragma once

#include <cstddef>
#include <cstdint>

#include "exec/op.h"
#include "ptx/type.h"

namespace gramian::machine {

enum class Access : uint8_t {
  kRead,
  kReadOnly,    // through the read-only path: nothing of the launch may write there
  kStrongRead,  // volatile, relaxed or acquire: may meet atomic operations
  kWrite,
  kAtomic,
  kIssue,       // an asynchronous copy is under way: nobody may touch its destination
  kLand,        // and writes it
  kIssueRead,   // the same of its source: nobody may write it
  kLandRead,    // and has read it
  kProxyRead,   // by the asynchronous proxy (TMA, wgmma): needs a proxy fence after generic writes
  kProxyWrite,  // by it, complete when its mbarrier's phase is
  kMatrixRead,  // by wgmma: checked like the proxy's other reads and not recorded
};
const char* nameOf(Access access);

// The same access by many lanes at once: `bytes` (1, 2, 4, 8 or 16) at each active lane's address,
// which is that of the space, as in the instruction. Gives each active lane's host address.
// `base`: the register that the addresses came from, for provenance, or kNoSlot.
void checkLanes(Warp& warp, const Op* op, uint32_t active, ptx::Space space,
                const uint64_t* addresses, unsigned bytes, Access kind, Slot base,
                std::byte** memory);

// The same, for handlers that move consecutive bytes at once. True where the active lanes follow
// each other and so do their bytes: then only the first active lane's host address is given.
bool placeLanes(Warp& warp, const Op* op, uint32_t active, ptx::Space space,
                const uint64_t* addresses, unsigned bytes, Access kind, Slot base,
                std::byte** memory);

// An access of one lane to any number of bytes at any alignment. Gives the host address; the bytes
// lie there as one piece.
std::byte* checkRange(Warp& warp, const Op* op, unsigned lane, ptx::Space space, uint64_t address,
                      size_t bytes, Access kind);

// A fault where the address is no multiple of `alignment`.
void requireAlignment(const Warp& warp, const Op* op, unsigned lane, uint64_t address,
                      uint64_t alignment, const char* what);

}  // namespace gramian::machine
