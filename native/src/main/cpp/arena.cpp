#include "arena.h"

#include <sys/mman.h>

#include <cstring>
#include <new>

namespace gramian::emulated {

namespace {

void* reserveMemory(size_t bytes, int protection) {
  void* p = mmap(nullptr, bytes, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (p == MAP_FAILED) {
    throw std::bad_alloc();
  }
  // Huge pages would make a page of real memory out of every word touched here and there.
  madvise(p, bytes, MADV_NOHUGEPAGE);
  madvise(p, bytes, MADV_DONTDUMP);
  return p;
}

}  // namespace

void createArena() {
  if (theArena == nullptr) {
    theArena = new Arena;
  }
}

void poison(void* memory, size_t bytes) { std::memset(memory, 0xff, bytes); }

Arena::Arena() {
  constexpr int kReadWrite = PROT_READ | PROT_WRITE;
  base_ = reinterpret_cast<uintptr_t>(reserveMemory(kBytes, PROT_NONE));
  next_ = base_;
  lowShadow_ = reinterpret_cast<uintptr_t>(reserveMemory(kBytes * kShadowScale, kReadWrite));
  highShadow_ = reinterpret_cast<uintptr_t>(reserveMemory(kBytes * kShadowScale, kReadWrite));
  allocations_ =
      static_cast<Allocation*>(reserveMemory(kMaxAllocations * sizeof(Allocation), kReadWrite));
  owners_ = static_cast<uint32_t*>(reserveMemory(kBytes / kPage * sizeof(uint32_t), kReadWrite));
  halves_ = static_cast<uint8_t*>(reserveMemory(kBytes / kPage, kReadWrite));
}

Allocation* Arena::find(uintptr_t address, size_t bytes) {
  if (!contains(address)) {
    return nullptr;
  }
  Allocation& a = owner(address);
  const bool inside = address >= a.begin && address < a.end && bytes <= a.end - address;
  return inside ? &a : nullptr;
}

Allocation* Arena::recycle(size_t pages) {
  for (uint32_t i = 1; i < count_; ++i) {
    if (allocations_[i].freed && allocations_[i].pages >= pages) {
      return &allocations_[i];
    }
  }
  return nullptr;
}

Allocation* Arena::allocate(size_t bytes, Space space, uint64_t context) {
  if (bytes > kBytes) {
    return nullptr;
  }
  const size_t dataPages = (bytes + kPage - 1) / kPage;
  const size_t pages = dataPages + 2;
  Allocation* a = nullptr;
  if (count_ < kMaxAllocations && (kBytes - (next_ - base_)) / kPage >= pages) {
    for (size_t i = 0; i < pages; ++i) {
      owners_[(next_ - base_) / kPage + i] = count_;
    }
    a = &allocations_[count_++];
    a->begin = next_ + kPage;
    a->pages = pages;
    next_ += pages * kPage;
  } else {
    a = recycle(pages);
    if (a == nullptr) {
      return nullptr;
    }
  }
  void* memory = reinterpret_cast<void*>(a->begin);
  if (mprotect(memory, dataPages * kPage, PROT_READ | PROT_WRITE) != 0) {
    a->freed = true;
    return nullptr;
  }
  a->size = bytes;
  a->end = a->begin + bytes;
  a->number = ++number_;
  a->context = context;
  a->space = space;
  a->freed = false;
  if (space == Space::kGlobal) {
    used_ += bytes;
  }
  poison(memory, bytes);
  return a;
}

void Arena::free(Allocation& a) {
  if (a.space == Space::kGlobal) {
    used_ -= a.size;
  }
  a.freed = true;
  a.end = a.begin;
  const size_t bytes = (a.pages - 2) * kPage;
  void* memory = reinterpret_cast<void*>(a.begin);
  madvise(memory, bytes, MADV_DONTNEED);
  mprotect(memory, bytes, PROT_NONE);
  clearShadow(a.begin, bytes);
  clearHalves(a);
}

void Arena::clearHalves(const Allocation& a) { std::memset(&hasHalves(a.begin), 0, a.pages - 2); }

void Arena::freeAllOf(uint64_t context) {
  for (uint32_t i = 1; i < count_; ++i) {
    Allocation& a = allocations_[i];
    if (a.context == context && a.space != Space::kShared && !a.freed) {
      free(a);
    }
  }
}

void Arena::clearShadow() { clearShadow(base_, next_ - base_); }

void Arena::clearShadow(uintptr_t from, size_t bytes) {
  for (const uintptr_t half : {from, from + 2}) {
    madvise(shadow(half), bytes * kShadowScale, MADV_DONTNEED);
  }
}

std::string Arena::describe(uintptr_t address) {
  if (!contains(address)) {
    return "memory that is not the device's";
  }
  const Allocation& a = owner(address);
  if (a.space == Space::kNone) {
    return "no allocation";
  }
  std::string where;
  if (address < a.begin) {
    where = std::to_string(a.begin - address) + " bytes before the start of ";
  } else if (const size_t offset = address - a.begin; offset >= a.size) {
    where = std::to_string(offset - a.size) + " bytes past the end of ";
  } else {
    where = "at offset " + std::to_string(offset) + " of ";
  }
  if (a.space == Space::kShared) {
    return where + "shared memory (" + std::to_string(a.size) + " bytes)";
  }
  where += a.space == Space::kHostPinned ? "pinned host allocation " : "allocation ";
  return where + std::to_string(a.number) + " (" + std::to_string(a.size) + " bytes" +
         (a.freed ? ", freed)" : ")");
}

}  // namespace gramian::emulated
