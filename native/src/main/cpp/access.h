// What each memory access of a kernel is checked for: bounds, alignment, life and races.
#pragma once

#include "races.h"

namespace gramian::emulated {

// Checks and records an access of the running thread to aligned memory of 1, 2, 4, 8 or 16 bytes.
template <unsigned Bytes, Access Kind>
void checkAccess(const void* p);

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
