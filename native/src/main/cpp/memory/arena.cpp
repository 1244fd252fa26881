#include "memory/arena.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <thread>

#include "memory/defined.h"

namespace gramian::machine {

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

bool isOfWorker(MemoryKind kind) {
  return kind == MemoryKind::kShared || kind == MemoryKind::kLocal;
}

}  // namespace

void createArena() {
  if (theArena == nullptr) {
    theArena = new Arena;
  }
}

Arena::Arena() {
  constexpr int kReadWrite = PROT_READ | PROT_WRITE;
  base_ = reinterpret_cast<uintptr_t>(reserveMemory(kBytes, PROT_NONE));
  next_ = base_;
  for (uintptr_t& plane : shadow_) {
    plane = reinterpret_cast<uintptr_t>(reserveMemory(kBytes * 2, kReadWrite));
  }
  allocations_ =
      static_cast<Allocation*>(reserveMemory(kMaxAllocations * sizeof(Allocation), kReadWrite));
  owners_ = static_cast<uint32_t*>(reserveMemory(kBytes / kPage * sizeof(uint32_t), kReadWrite));
  narrow_ = static_cast<uint8_t*>(reserveMemory(kBytes / kPage, kReadWrite));
  defined_ = static_cast<uint8_t*>(reserveMemory(kBytes / 8, kReadWrite));
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

Allocation* Arena::allocate(size_t bytes, MemoryKind kind, uint64_t context) {
  if (bytes > kBytes) {
    return nullptr;
  }
  const size_t dataPages = (bytes + kPage - 1) / kPage;
  const size_t pages = dataPages + 2;
  Allocation* a = nullptr;
  if (count_ < kMaxAllocations && (kBytes - (next_ - base_)) / kPage >= pages) {
    std::fill_n(owners_ + (next_ - base_) / kPage, pages, count_);
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
  a->kind = kind;
  a->freed = false;
  if (kind == MemoryKind::kGlobal) {
    used_ += bytes;
  }
  if (!isOfWorker(kind)) {
    makeFresh(a->begin, bytes);
  }
  return a;
}

void Arena::free(Allocation& a) {
  if (a.kind == MemoryKind::kGlobal) {
    used_ -= a.size;
  }
  a.freed = true;
  a.end = a.begin;
  const size_t bytes = (a.pages - 2) * kPage;
  void* memory = reinterpret_cast<void*>(a.begin);
  madvise(memory, bytes, MADV_DONTNEED);
  mprotect(memory, bytes, PROT_NONE);
  clearShadow(a.begin, bytes);
  std::memset(&narrow_[(a.begin - base_) / kPage], 0, a.pages - 2);
}

void Arena::freeAllOf(uint64_t context) {
  for (uint32_t i = 1; i < count_; ++i) {
    Allocation& a = allocations_[i];
    if (a.context == context && !isOfWorker(a.kind) && !a.freed) {
      free(a);
    }
  }
}

void Arena::makeFresh(uintptr_t from, size_t bytes) {
  auto* memory = reinterpret_cast<std::byte*>(from);
  std::memset(memory, 0xff, bytes);
  setUndefined(memory, bytes);
}

void Arena::renew(Allocation& a, size_t bytes, bool forgetAccesses) {
  makeFresh(a.begin, bytes);
  std::memset(&narrow_[(a.begin - base_) / kPage], 0, (bytes + kPage - 1) / kPage);
  if (forgetAccesses) {
    for (unsigned plane = 0; plane < 4; ++plane) {
      std::memset(shadow(plane, a.begin), 0, (bytes + 3) / 4 * sizeof(uint64_t));
    }
  }
}

void Arena::makeNarrow(uintptr_t address) {
  if (isNarrow(address)) {
    return;
  }
  // By one block alone: another's copy would take stamps of lower halves for those of upper ones.
  uint8_t& state = narrow_[(address - base_) / kPage];
  uint8_t expected = 0;
  if (!__atomic_compare_exchange_n(&state, &expected, kBecomesNarrow, false, __ATOMIC_ACQ_REL,
                                   __ATOMIC_ACQUIRE)) {
    while (!isNarrow(address)) {
      std::this_thread::yield();
    }
    return;
  }
  const uintptr_t page = base_ + (address - base_) / kPage * kPage;
  constexpr size_t kPlaneBytes = kPage * 2;
  std::memcpy(upperWrites(page), writes(page), kPlaneBytes);
  std::memcpy(upperReads(page), reads(page), kPlaneBytes);
  __atomic_store_n(&state, kIsNarrow, __ATOMIC_RELEASE);
}

void Arena::clearShadow() { clearShadow(base_, next_ - base_); }

void Arena::clearShadow(uintptr_t from, size_t bytes) {
  for (unsigned plane = 0; plane < 4; ++plane) {
    madvise(shadow(plane, from), bytes * 2, MADV_DONTNEED);
  }
}

std::string Arena::describe(uintptr_t address) {
  if (!contains(address)) {
    return "memory that is not the device's";
  }
  const Allocation& a = owner(address);
  if (a.kind == MemoryKind::kNone) {
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
  const std::string size = "(" + std::to_string(a.size) + " bytes" + (a.freed ? ", freed)" : ")");
  switch (a.kind) {
    case MemoryKind::kShared:
      return where + "another block's shared memory";
    case MemoryKind::kLocal:
      return where + "local memory of another block";
    case MemoryKind::kVariable:
      return where + "a variable of the module " + size;
    case MemoryKind::kConstant:
      return where + "a constant of the module " + size;
    case MemoryKind::kHeap:
      return where + "memory of the kernel's malloc " + size;
    case MemoryKind::kHostPinned:
      return where + "pinned host allocation " + std::to_string(a.number) + " " + size;
    default:
      return where + "allocation " + std::to_string(a.number) + " " + size;
  }
}

}  // namespace gramian::machine
