// What each memory access of a kernel is checked for: bounds, alignment, life and races.
#pragma once

#include "races.h"

namespace gramian::emulated {

// Checks and records an access to aligned memory of 1, 2, 4, 8 or 16 bytes, other than the thread's
// own local memory.
template <unsigned Bytes, Access Kind>
void checkDevice(Thread& t, uintptr_t address);

// Checks and records an access of the running thread.
template <unsigned Bytes, Access Kind>
inline void checkAccess(const void* p) {
  Thread& t = *running;
  const auto address = reinterpret_cast<uintptr_t>(p);
  if (Kind != Access::kAtomic && address - t.stack.low <= Stacks::kBytes - Bytes) {
    return;
  }
  checkDevice<Bytes, Kind>(t, address);
}

// The same for any number of bytes at any alignment.
void checkRange(Thread& t, uintptr_t address, size_t bytes, Access kind);

// The allocation of the given space that holds the range; it is a fault if there is none.
Allocation& requireAllocation(Thread& t, uintptr_t address, size_t bytes, Access kind, Space space);

void requireAlignment(Thread& t, uintptr_t address, size_t bytes, const char* what);

// Checks and records an access of 4, 8 or 16 bytes that has to be aligned and within memory of the
// given space; `what` names it.
template <unsigned Bytes, Access Kind>
void checkVector(Thread& t, uintptr_t address, Space space, const char* what);

}  // namespace gramian::emulated
