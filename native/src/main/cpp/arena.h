// The device's memory: one reserved range of addresses, in which every allocation has its own pages
// between inaccessible guard pages. Addresses are not used again until the range is used up.
//
// The arena changes only under the driver's lock, and kernels run only while that lock is held.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace gramian::emulated {

enum class Space : uint8_t { kNone, kGlobal, kHostPinned, kShared };

struct Allocation {
  uintptr_t begin = 0;
  uintptr_t end = 0;  // accesses stay below; equal to begin once freed
  size_t size = 0;
  size_t pages = 0;      // guard pages included
  uint64_t number = 0;   // counted from 1 in the order of allocation
  uint64_t context = 0;  // the context that owns it; of shared memory, the worker
  Space space = Space::kNone;
  bool freed = false;
};

class Arena {
 public:
  static constexpr size_t kPage = 4096;
  static constexpr size_t kBytes = size_t{32} << 30;

  Arena();
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  bool contains(uintptr_t address) const { return address - base_ < kBytes; }

  // The allocation, live or freed, whose pages (guard pages included) hold the address, which lies
  // within the arena. Pages of no allocation give one that is empty.
  Allocation& owner(uintptr_t address) { return allocations_[owners_[(address - base_) / kPage]]; }

  // The live allocation that holds [address, address + bytes) whole, or null.
  Allocation* find(uintptr_t address, size_t bytes);

  // The shadow cell of the two bytes at an even address. The cells of the lower and of the upper
  // halves of 4-byte words lie apart, each 16 bytes from the next word's.
  uint64_t* shadow(uintptr_t address) const {
    const uintptr_t plane = (address & 2) == 0 ? lowShadow_ : highShadow_;
    return reinterpret_cast<uint64_t*>(plane + ((address - base_) & ~uintptr_t{3}) * kShadowScale);
  }

  // Set once an access narrower than 4 bytes touched the page.
  uint8_t& hasHalves(uintptr_t address) { return halves_[(address - base_) / kPage]; }
  // Forgets that for memory whose recorded accesses count no more.
  void clearHalves(const Allocation& a);

  // Null when the address range is exhausted. The memory holds NaNs.
  Allocation* allocate(size_t bytes, Space space, uint64_t context);
  void free(Allocation& allocation);
  void freeAllOf(uint64_t context);

  // Forgets every recorded access.
  void clearShadow();

  // Bytes of live global memory.
  size_t used() const { return used_; }

  // Says where an address lies: "12 bytes past the end of allocation 3 (4096 bytes, freed)".
  std::string describe(uintptr_t address);

 private:
  static constexpr size_t kShadowScale = 4;
  static constexpr size_t kMaxAllocations = size_t{1} << 22;

  Allocation* recycle(size_t pages);
  void clearShadow(uintptr_t from, size_t bytes);

  uintptr_t base_ = 0;
  uintptr_t next_ = 0;
  uintptr_t lowShadow_ = 0;
  uintptr_t highShadow_ = 0;
  Allocation* allocations_ = nullptr;
  uint32_t* owners_ = nullptr;
  uint8_t* halves_ = nullptr;
  uint32_t count_ = 1;  // allocations_[0] is the empty one
  uint64_t number_ = 0;
  size_t used_ = 0;
};

// The arena of this process. It exists once createArena() was called, and is never destroyed.
inline Arena* theArena = nullptr;
inline Arena& arena() { return *theArena; }
void createArena();

// Fills memory with the pattern of fresh memory, a NaN in every floating-point type.
void poison(void* memory, size_t bytes);

}  // namespace gramian::emulated
