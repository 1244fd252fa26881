#include "access.h"

#include <cstdio>

namespace gramian::emulated {

namespace {

std::string hex(uintptr_t address) {
  char text[32];
  std::snprintf(text, sizeof text, "0x%zx", static_cast<size_t>(address));
  return text;
}

std::string accessText(uintptr_t address, size_t bytes, Access kind) {
  return std::string(nameOf(kind)) + " of " + std::to_string(bytes) + " bytes at " + hex(address);
}

[[noreturn, gnu::cold, gnu::noinline]] void illegal(Thread& t, uintptr_t address, size_t bytes,
                                                    Access kind) {
  // The byte that is out of bounds: the first, or the one after the allocation's last.
  uintptr_t where = address;
  if (arena().contains(address)) {
    const Allocation& a = arena().owner(address);
    if (address >= a.begin && address < a.end) {
      where = a.end;
    }
  }
  t.block->fail(CUDA_ERROR_ILLEGAL_ADDRESS,
                accessText(address, bytes, kind) + ", " + arena().describe(where));
}

[[noreturn, gnu::cold, gnu::noinline]] void misaligned(Thread& t, uintptr_t address, size_t bytes,
                                                       const std::string& what) {
  const std::string where = arena().contains(address) ? ", " + arena().describe(address) : "";
  t.block->fail(CUDA_ERROR_MISALIGNED_ADDRESS,
                what + " of " + std::to_string(bytes) + " bytes at " + hex(address) + where +
                    ": the address is not a multiple of " + std::to_string(bytes));
}

[[noreturn, gnu::cold, gnu::noinline]] void reportRace(Thread& t, size_t bytes, Access kind,
                                                       const RaceCheck& check) {
  const uintptr_t address = check.where();
  const Stamp s = check.other();
  const Launch& launch = t.block->launch();
  const uint32_t linear = s.run() - launch.firstRun;
  const auto& g = launch.grid;
  const auto& b = launch.block;
  const std::string place =
      "block (" + std::to_string(linear % g.x) + "," + std::to_string(linear / g.x % g.y) + "," +
      std::to_string(linear / g.x / g.y) + "), thread (" + std::to_string(s.thread() % b.x) + "," +
      std::to_string(s.thread() / b.x % b.y) + "," + std::to_string(s.thread() / b.x / b.y) + ")";
  if (s.pending()) {
    t.block->fail(CUDA_ERROR_LAUNCH_FAILED,
                  accessText(address, bytes, kind) + ", " + arena().describe(address) +
                      ", where an asynchronous copy of " + place + " has not been waited for");
  }
  const char* what = !check.otherWrote() ? "a read"
                     : s.atomic()        ? "an atomic operation"
                                         : "a write";
  t.block->fail(CUDA_ERROR_LAUNCH_FAILED, "race: " + accessText(address, bytes, kind) + ", " +
                                              arena().describe(address) + ", after " + what +
                                              " by " + place + " with no barrier between them");
}

// Memory outside the device's: the thread's own stack, the parameter, the image's data.
[[gnu::noinline]] void checkPrivate(Thread& t, uintptr_t address, size_t bytes, Access kind) {
  const auto within = [&](uintptr_t low, size_t size) {
    return address >= low && bytes <= size && address - low <= size - bytes;
  };
  const Launch& launch = t.block->launch();
  if ((kind == Access::kRead && within(reinterpret_cast<uintptr_t>(launch.parameter.data()),
                                       launch.parameter.size() * sizeof(uint64_t))) ||
      within(t.stack.low, t.stack.high - t.stack.low) ||
      launch.image->holds(address, bytes, kind != Access::kRead)) {
    return;
  }
  for (uint32_t i = 0; i < launch.threads(); ++i) {
    const Thread& other = t.block->thread(i);
    if (within(other.stack.low, other.stack.high - other.stack.low)) {
      t.block->fail(CUDA_ERROR_ILLEGAL_ADDRESS,
                    accessText(address, bytes, kind) + ", local memory of another thread");
    }
  }
  t.block->fail(CUDA_ERROR_ILLEGAL_ADDRESS, accessText(address, bytes, kind) +
                                                ", which is not device memory (a host pointer?)");
}

bool inside(Thread& t, const Allocation& a, uintptr_t address, size_t bytes) {
  return address >= a.begin && address < a.end && bytes <= a.end - address &&
         (a.space != Space::kShared || a.context == t.block->number());
}

template <unsigned Bytes, Access Kind>
void recordWords(Thread& t, Space space, uintptr_t address) {
  RaceCheck check(t, space);
  if (!check.record<Bytes, Kind>(address)) [[unlikely]] {
    reportRace(t, Bytes < 4 ? Bytes : 4, Kind, check);
  }
}

template <Access Kind>
void recordRange(Thread& t, Space space, uintptr_t address, size_t bytes) {
  const uintptr_t end = address + bytes;
  while (address < end) {
    if (address % 4 == 0 && end - address >= 4) {
      recordWords<4, Kind>(t, space, address);
      address += 4;
    } else if (address % 2 == 0 && end - address >= 2) {
      recordWords<2, Kind>(t, space, address);
      address += 2;
    } else {
      recordWords<1, Kind>(t, space, address);
      address += 1;
    }
  }
}

}  // namespace

const char* nameOf(Access access) {
  switch (access) {
    case Access::kRead:
      return "read";
    case Access::kWrite:
      return "write";
    case Access::kAtomic:
      return "atomic operation";
    case Access::kIssue:
    case Access::kLand:
      return "asynchronous copy";
  }
  return "access";
}

template <unsigned Bytes, Access Kind>
void checkDevice(Thread& t, uintptr_t address) {
  if (!arena().contains(address)) [[unlikely]] {
    checkPrivate(t, address, Bytes, Kind);
    return;
  }
  if (address % Bytes != 0) [[unlikely]] {
    misaligned(t, address, Bytes, nameOf(Kind));
  }
  const Allocation& a = arena().owner(address);
  if (!inside(t, a, address, Bytes)) [[unlikely]] {
    illegal(t, address, Bytes, Kind);
  }
  recordWords<Bytes, Kind>(t, a.space, address);
}

#define GRAMIAN_INSTANTIATE(bytes)                                     \
  template void checkDevice<bytes, Access::kRead>(Thread&, uintptr_t); \
  template void checkDevice<bytes, Access::kWrite>(Thread&, uintptr_t);
GRAMIAN_INSTANTIATE(1)
GRAMIAN_INSTANTIATE(2)
GRAMIAN_INSTANTIATE(4)
GRAMIAN_INSTANTIATE(8)
GRAMIAN_INSTANTIATE(16)
#undef GRAMIAN_INSTANTIATE
template void checkDevice<4, Access::kAtomic>(Thread&, uintptr_t);
template void checkDevice<8, Access::kAtomic>(Thread&, uintptr_t);

void checkRange(Thread& t, uintptr_t address, size_t bytes, Access kind) {
  if (bytes == 0) {
    return;
  }
  if (!arena().contains(address)) {
    checkPrivate(t, address, bytes, kind);
    return;
  }
  const Allocation& a = arena().owner(address);
  if (!inside(t, a, address, bytes)) {
    illegal(t, address, bytes, kind);
  }
  switch (kind) {
    case Access::kRead:
      recordRange<Access::kRead>(t, a.space, address, bytes);
      break;
    case Access::kIssue:
      recordRange<Access::kIssue>(t, a.space, address, bytes);
      break;
    case Access::kLand:
      recordRange<Access::kLand>(t, a.space, address, bytes);
      break;
    default:
      recordRange<Access::kWrite>(t, a.space, address, bytes);
      break;
  }
}

Allocation& requireAllocation(Thread& t, uintptr_t address, size_t bytes, Access kind,
                              Space space) {
  Allocation& dynamic = t.block->dynamicMemory();
  if (space == Space::kShared && address >= dynamic.begin && address < dynamic.end &&
      bytes <= dynamic.end - address) [[likely]] {
    return dynamic;
  }
  if (!arena().contains(address)) [[unlikely]] {
    t.block->fail(CUDA_ERROR_ILLEGAL_ADDRESS,
                  accessText(address, bytes, kind) + ", which is not device memory");
  }
  Allocation& a = arena().owner(address);
  if (!inside(t, a, address, bytes)) {
    illegal(t, address, bytes, kind);
  }
  if ((a.space == Space::kShared) != (space == Space::kShared)) {
    t.block->fail(CUDA_ERROR_ILLEGAL_ADDRESS,
                  accessText(address, bytes, kind) + ", " + arena().describe(address) + ": it is " +
                      (space == Space::kShared ? "not " : "") + "shared memory");
  }
  return a;
}

void requireAlignment(Thread& t, uintptr_t address, size_t bytes, const char* what) {
  if (address % bytes != 0) [[unlikely]] {
    misaligned(t, address, bytes, what);
  }
}

template <unsigned Bytes, Access Kind>
void checkVector(Thread& t, uintptr_t address, Space space, const char* what) {
  requireAlignment(t, address, Bytes, what);
  requireAllocation(t, address, Bytes, Kind, space);
  recordWords<Bytes, Kind>(t, space, address);
}

#define GRAMIAN_INSTANTIATE(bytes)                                                          \
  template void checkVector<bytes, Access::kRead>(Thread&, uintptr_t, Space, const char*);  \
  template void checkVector<bytes, Access::kIssue>(Thread&, uintptr_t, Space, const char*); \
  template void checkVector<bytes, Access::kLand>(Thread&, uintptr_t, Space, const char*);
GRAMIAN_INSTANTIATE(4)
GRAMIAN_INSTANTIATE(8)
GRAMIAN_INSTANTIATE(16)
#undef GRAMIAN_INSTANTIATE

}  // namespace gramian::emulated
