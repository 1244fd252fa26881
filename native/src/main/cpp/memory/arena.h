// The device's memory: one reserved range of addresses, in which every allocation has its own pages
// between inaccessible guard pages. Addresses are not used again until the range is used up. Beside
// each byte lies what is known of it: whether it was written, and who accessed it.
//
// The arena changes only under the driver's lock, and kernels run only while that lock is held;
// kernels themselves allocate under a lock of the arena's own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>

namespace gramian::machine {

enum class MemoryKind : uint8_t {
  kNone,
  kGlobal,
  kHostPinned,
  kShared,    // the window of the blocks that a worker runs
  kLocal,     // the same for local memory
  kVariable,  // of a module, in space global
  kConstant,  // of a module, in space const: kernels only read it
  kHeap,      // of a kernel's malloc
};

struct Allocation {
  uintptr_t begin = 0;
  uintptr_t end = 0;  // accesses stay below; equal to begin once freed
  size_t size = 0;
  size_t pages = 0;      // guard pages included
  uint64_t number = 0;   // counted from 1 in the order of allocation
  uint64_t context = 0;  // the context that owns it; of shared and local memory, the worker
  MemoryKind kind = MemoryKind::kNone;
  bool freed = false;
};

class Arena {
 public:
  static constexpr size_t kPage = 4096;
  static constexpr size_t kBytes = size_t{32} << 30;

  Arena();
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  uintptr_t base() const { return base_; }
  bool contains(uintptr_t address) const { return address - base_ < kBytes; }

  // The allocation, live or freed, whose pages (guard pages included) hold the address, which lies
  // within the arena. Pages of no allocation give one that is empty.
  Allocation& owner(uintptr_t address) { return allocations_[ownerIndex(address)]; }
  // Its place in the table, which stands for it in SlotState::origin; 0 is none.
  uint32_t ownerIndex(uintptr_t address) const { return owners_[(address - base_) / kPage]; }
  Allocation& at(uint32_t index) { return allocations_[index]; }

  // The live allocation that holds [address, address + bytes) whole, or null.
  Allocation* find(uintptr_t address, size_t bytes);

  // Null when the address range is exhausted. The memory holds NaNs and counts as unwritten.
  Allocation* allocate(size_t bytes, MemoryKind kind, uint64_t context);
  void free(Allocation& allocation);
  // Frees the memory of a context; not what belongs to workers.
  void freeAllOf(uint64_t context);

  // Makes the first bytes of a worker's shared or local memory fresh for the next block: NaNs that
  // count as unwritten. With `forgetAccesses` recorded accesses go too: blocks of clusters need
  // that, whose accesses are told apart by launch only.
  void renew(Allocation& allocation, size_t bytes, bool forgetAccesses);

  // Forgets every recorded access.
  void clearShadow();

  // Bytes of live global memory.
  size_t used() const { return used_; }

  // Says where an address lies: "12 bytes past the end of allocation 3 (4096 bytes, freed)".
  std::string describe(uintptr_t address);

  // ---- beside the bytes

  // The stamps (check/stamp.h) of the last write, and of the last read, of the 4-byte word at an
  // address. The next word's follows. Where the page has narrow accesses they stand for the word's
  // lower half, and `upperWrites` and `upperReads` for the upper.
  uint64_t* writes(uintptr_t address) const { return shadow(0, address); }
  uint64_t* reads(uintptr_t address) const { return shadow(1, address); }
  uint64_t* upperWrites(uintptr_t address) const { return shadow(2, address); }
  uint64_t* upperReads(uintptr_t address) const { return shadow(3, address); }

  // Set once an access narrower than 4 bytes touched the page. Blocks that run side by side use
  // stamps without locks: a lost one can hide a race, it never invents one.
  bool isNarrow(uintptr_t address) const {
    return __atomic_load_n(&narrow_[(address - base_) / kPage], __ATOMIC_ACQUIRE) == kIsNarrow;
  }
  void makeNarrow(uintptr_t address);

  // A bit for each byte, 1 where it was written: those of 8 bytes from an address on that is a
  // multiple of 8.
  uint8_t* defined(uintptr_t address) const { return defined_ + (address - base_) / 8; }

  // Held while a kernel allocates or frees.
  std::mutex heapMutex;

 private:
  static constexpr size_t kMaxAllocations = size_t{1} << 22;
  static constexpr uint8_t kBecomesNarrow = 1;
  static constexpr uint8_t kIsNarrow = 2;

  uint64_t* shadow(unsigned plane, uintptr_t address) const {
    return reinterpret_cast<uint64_t*>(shadow_[plane] + ((address - base_) & ~uintptr_t{3}) * 2);
  }
  Allocation* recycle(size_t pages);
  void clearShadow(uintptr_t from, size_t bytes);
  void makeFresh(uintptr_t from, size_t bytes);

  uintptr_t base_ = 0;
  uintptr_t next_ = 0;
  uintptr_t shadow_[4] = {};
  Allocation* allocations_ = nullptr;
  uint32_t* owners_ = nullptr;
  uint8_t* narrow_ = nullptr;
  uint8_t* defined_ = nullptr;
  uint32_t count_ = 1;  // allocations_[0] is the empty one
  uint64_t number_ = 0;
  size_t used_ = 0;
};

// The arena of this process. It exists once createArena() was called, and is never destroyed.
inline Arena* theArena = nullptr;
inline Arena& arena() { return *theArena; }
void createArena();

}  // namespace gramian::machine
