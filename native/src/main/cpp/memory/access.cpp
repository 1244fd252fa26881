#include "memory/access.h"

#include <algorithm>
#include <bit>
#include <cstdio>
#include <string>

#include "check/races.h"
#include "exec/block.h"
#include "exec/fault.h"
#include "exec/warp.h"
#include "memory/arena.h"
#include "memory/windows.h"

namespace gramian::machine {

namespace {

using ptx::Space;

std::string hex(uint64_t address) {
  char text[32];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(address));
  return text;
}

std::string accessText(uint64_t address, size_t bytes, Access kind) {
  return std::string(nameOf(kind)) + " of " + std::to_string(bytes) + " bytes at " + hex(address);
}

bool isWrite(Access kind) {
  return kind == Access::kWrite || kind == Access::kAtomic || kind == Access::kIssue ||
         kind == Access::kLand || kind == Access::kProxyWrite;
}

// A piece of an address space that accesses may not leave.
struct Region {
  uint64_t begin = 0;  // as addresses of the space
  uint64_t end = 0;
  uint64_t toHost = 0;  // what to add for a host address
  RaceScope scope = RaceScope::kNone;
  uint32_t origin = 0;  // of an allocation, its place in the arena's table

  bool holds(uint64_t address, size_t bytes) const {
    return address >= begin && address < end && bytes <= end - address;
  }
};

// ---- what went wrong

// "at offset 4 of shared memory (256 bytes)": of the variable that an offset is in or behind.
std::string describeShared(const Block& block, uint64_t offset) {
  const Kernel& kernel = *block.kernel;
  uint64_t begin = kernel.sharedWindow;
  uint64_t bytes = block.dynamicShared;
  std::string name;
  if (offset < begin || (bytes == 0 && !kernel.shared.empty())) {
    for (const SharedVariable& v : kernel.shared) {
      if (name.empty() || v.offset <= offset) {
        begin = v.offset;
        bytes = v.bytes;
        name = " of " + std::string(v.name);
      }
    }
  }
  std::string where;
  if (offset < begin) {
    where = std::to_string(begin - offset) + " bytes before the start of";
  } else if (offset - begin >= bytes) {
    where = std::to_string(offset - begin - bytes) + " bytes past the end of";
  } else {
    where = "at offset " + std::to_string(offset - begin) + " of";
  }
  return where + " shared memory (" + std::to_string(bytes) + " bytes)" + name;
}

std::string describeHost(const Warp& warp, uint64_t host) {
  const Block* owner = blockOfShared(*warp.block, host);
  return owner != nullptr ? describeShared(*owner, host - reinterpret_cast<uint64_t>(owner->shared))
                          : arena().describe(host);
}

[[noreturn, gnu::cold, gnu::noinline]] void misaligned(const Warp& warp, const Op* op,
                                                       unsigned lane, uint64_t address,
                                                       uint64_t alignment,
                                                       const std::string& what) {
  fail(warp, op, lane, CUDA_ERROR_MISALIGNED_ADDRESS,
       what + " of " + std::to_string(alignment) + " bytes at " + hex(address) +
           (arena().contains(address) ? ", " + describeHost(warp, address) : "") +
           ": the address is not a multiple of " + std::to_string(alignment));
}

// An access to no memory, or to some that it may not touch. Where it is known whose address the
// pointer holds, the place is told from there.
[[noreturn, gnu::cold, gnu::noinline]] void illegal(const Warp& warp, const Op* op, unsigned lane,
                                                    uint64_t address, size_t bytes, Access kind,
                                                    uint32_t origin) {
  std::string text = accessText(address, bytes, kind) + ", ";
  Arena& all = arena();
  // The byte that is out of bounds: the first, or the one after the allocation's last.
  uint64_t where = address;
  if (const Allocation* a = all.find(address, 1)) {
    where = bytes > a->end - address ? a->end : address;
  }
  if (origin != 0 && (!all.contains(where) || all.ownerIndex(where) != origin)) {
    const Allocation& a = all.at(origin);
    const bool before = where < a.begin;
    text += std::to_string(before ? a.begin - where : where - a.begin - a.size) +
            (before ? " bytes before the start of" : " bytes past the end of") + " allocation " +
            std::to_string(a.number) + " (" + std::to_string(a.size) +
            " bytes), whose address the pointer was made from";
    if (all.find(where, 1) != nullptr) {
      text += ": there lies another, " + describeHost(warp, where);
    }
  } else if (!all.contains(where)) {
    text += "which is not device memory (a host pointer?)";
  } else {
    text += describeHost(warp, where);
  }
  fail(warp, op, lane, CUDA_ERROR_ILLEGAL_ADDRESS, text);
}

[[noreturn, gnu::cold, gnu::noinline]] void illegalShared(const Warp& warp, const Op* op,
                                                          unsigned lane, const Block& block,
                                                          uint64_t offset, size_t bytes,
                                                          Access kind) {
  // The byte that is out of bounds.
  const auto isInside = [&](uint64_t at) {
    const Kernel& k = *block.kernel;
    bool inside = at >= k.sharedWindow && at - k.sharedWindow < block.dynamicShared;
    for (const SharedVariable& v : k.shared) {
      inside = inside || at - v.offset < v.bytes;
    }
    return inside;
  };
  uint64_t where = offset;
  while (where < offset + bytes - 1 && isInside(where)) {
    ++where;
  }
  fail(warp, op, lane, CUDA_ERROR_ILLEGAL_ADDRESS,
       accessText(offset, bytes, kind) + ", " + describeShared(block, where));
}

[[noreturn, gnu::cold, gnu::noinline]] void reportRace(const Warp& warp, const Op* op, size_t bytes,
                                                       Access kind, const RaceCheck& check) {
  const uint64_t address = check.where();
  fail(warp, op, check.lane(), CUDA_ERROR_LAUNCH_FAILED,
       check.describe(accessText(address, bytes < 4 ? bytes : 4, kind),
                      describeHost(warp, address)));
}

[[noreturn, gnu::cold, gnu::noinline]] void writesReadOnly(const Warp& warp, const Op* op,
                                                           unsigned lane, uint64_t address,
                                                           size_t bytes, Access kind,
                                                           const char* what) {
  fail(warp, op, lane, CUDA_ERROR_ILLEGAL_ADDRESS,
       accessText(address, bytes, kind) + ", " + what + ", which kernels only read");
}

// ---- where an access may go

Region sharedRegion(const Warp& warp, const Op* op, unsigned lane, uint64_t address, size_t bytes,
                    Access kind, bool mayBeOther) {
  const Block* block = warp.block;
  const uint64_t rank = address >> kSharedOffsetBits;
  if (rank != 0) {
    if (!mayBeOther || rank > block->cluster.size()) {
      fail(warp, op, lane, CUDA_ERROR_ILLEGAL_ADDRESS,
           accessText(address, bytes, kind) +
               (mayBeOther ? ", shared memory of no block of the cluster"
                           : ", which is outside the block's shared memory"));
    }
    block = block->cluster[rank - 1];
  }
  const uint64_t window = rank << kSharedOffsetBits;
  const uint64_t offset = address - window;
  const Kernel& kernel = *block->kernel;
  Region r;
  r.scope = RaceScope::kBlock;
  r.toHost = reinterpret_cast<uint64_t>(block->shared) - window;
  r.begin = window + kernel.sharedWindow;
  r.end = r.begin + block->dynamicShared;
  if (!r.holds(address, bytes)) {
    const SharedVariable* found = nullptr;
    for (const SharedVariable& v : kernel.shared) {
      if (offset - v.offset < v.bytes && bytes <= v.bytes - (offset - v.offset)) {
        found = &v;
      }
    }
    if (found == nullptr) {
      illegalShared(warp, op, lane, *block, offset, bytes, kind);
    }
    r.begin = window + found->offset;
    r.end = r.begin + found->bytes;
  }
  return r;
}

Region localRegion(const Warp& warp, const Op* op, unsigned lane, uint64_t address, size_t bytes,
                   Access kind) {
  const Block& block = *warp.block;
  Region r;
  r.end = block.kernel->localBytes;
  r.toHost = reinterpret_cast<uint64_t>(block.local) +
             uint64_t{warp.number * kLanes + lane} * block.localStride;
  if (!r.holds(address, bytes)) {
    fail(warp, op, lane, CUDA_ERROR_ILLEGAL_ADDRESS,
         accessText(address, bytes, kind) + ", outside the thread's local memory (" +
             std::to_string(r.end) + " bytes)");
  }
  return r;
}

Region parameterRegion(const Warp& warp, const Op* op, unsigned lane, uint64_t begin,
                       uint64_t address, size_t bytes, Access kind) {
  const std::vector<std::byte>& parameters = warp.block->launch->parameters;
  Region r;
  r.begin = begin;
  r.end = begin + parameters.size();
  r.toHost = reinterpret_cast<uint64_t>(parameters.data()) - begin;
  if (!r.holds(address, bytes)) {
    fail(warp, op, lane, CUDA_ERROR_ILLEGAL_ADDRESS,
         accessText(address, bytes, kind) + ", outside the kernel's parameters (" +
             std::to_string(parameters.size()) + " bytes)");
  }
  if (isWrite(kind)) {
    writesReadOnly(warp, op, lane, address, bytes, kind, "a parameter of the kernel");
  }
  return r;
}

// The host address is the address.
Region memoryRegion(const Warp& warp, const Op* op, unsigned lane, Space space, uint64_t address,
                    size_t bytes, Access kind, uint32_t origin) {
  Arena& all = arena();
  const Block& block = *warp.block;
  if (!all.contains(address)) [[unlikely]] {
    const auto parameters = reinterpret_cast<uint64_t>(block.launch->parameters.data());
    if (space != Space::kGlobal && address - parameters < block.launch->parameters.size()) {
      return parameterRegion(warp, op, lane, parameters, address, bytes, kind);
    }
    illegal(warp, op, lane, address, bytes, kind, origin);
  }
  const uint32_t index = all.ownerIndex(address);
  const Allocation& a = all.at(index);
  Region r;
  r.begin = a.begin;
  r.end = a.end;
  r.origin = index;
  r.scope = RaceScope::kLaunch;
  switch (a.kind) {
    case MemoryKind::kShared:
    case MemoryKind::kLocal: {
      if (space == Space::kGlobal) {
        fail(warp, op, lane, CUDA_ERROR_ILLEGAL_ADDRESS,
             accessText(address, bytes, kind) + ", which is not global memory");
      }
      if (a.kind == MemoryKind::kShared) {
        const Block* owner = blockOfShared(block, address);
        if (owner == nullptr) {
          illegal(warp, op, lane, address, bytes, kind, origin);
        }
        const auto base = reinterpret_cast<uint64_t>(owner->shared);
        const uint64_t rank = owner == &block ? 0 : owner->clusterRank + 1;
        r = sharedRegion(warp, op, lane, (rank << kSharedOffsetBits) + address - base, bytes, kind,
                         true);
        r.begin += r.toHost;
        r.end += r.toHost;
      } else {
        const uint64_t offset = address - reinterpret_cast<uint64_t>(block.local);
        const uint64_t thread = block.localStride == 0 ? 0 : offset / block.localStride;
        if (address < reinterpret_cast<uint64_t>(block.local) ||
            thread != warp.number * kLanes + lane) {
          fail(warp, op, lane, CUDA_ERROR_ILLEGAL_ADDRESS,
               accessText(address, bytes, kind) + ", local memory of another thread");
        }
        r = localRegion(warp, op, lane, offset % block.localStride, bytes, kind);
        r.begin += r.toHost;
        r.end += r.toHost;
      }
      r.toHost = 0;
      return r;
    }
    case MemoryKind::kConstant:
      r.scope = RaceScope::kNone;
      if (isWrite(kind)) {
        writesReadOnly(warp, op, lane, address, bytes, kind, "constant memory");
      }
      break;
    default:
      break;
  }
  if (!r.holds(address, bytes) || (origin != 0 && origin != index)) [[unlikely]] {
    illegal(warp, op, lane, address, bytes, kind, origin);
  }
  return r;
}

Region regionOf(const Warp& warp, const Op* op, unsigned lane, Space space, uint64_t address,
                size_t bytes, Access kind, uint32_t origin) {
  switch (space) {
    case Space::kShared:
      return sharedRegion(warp, op, lane, address, bytes, kind, false);
    case Space::kSharedCluster:
      return sharedRegion(warp, op, lane, address, bytes, kind, true);
    case Space::kLocal:
      return localRegion(warp, op, lane, address, bytes, kind);
    case Space::kParam:
      return parameterRegion(warp, op, lane, 0, address, bytes, kind);
    default:
      return memoryRegion(warp, op, lane, space, address, bytes, kind, origin);
  }
}

[[gnu::always_inline]] inline bool follow(const uint64_t* addresses, uint32_t active,
                                          unsigned first, unsigned bytes) {
  uint64_t differ = 0;
  if (active == kAllLanes) {
    for (unsigned i = 0; i < kLanes; ++i) {
      differ |= addresses[i] - (addresses[0] + uint64_t{i} * bytes);
    }
    return differ == 0;
  }
  const uint32_t run = active >> first;
  if ((run & (run + 1)) != 0) {
    return false;
  }
  for (unsigned i = 0; i < static_cast<unsigned>(std::popcount(run)); ++i) {
    differ |= addresses[first + i] - (addresses[first] + uint64_t{i} * bytes);
  }
  return differ == 0;
}

struct Origin {
  uint32_t number = 0;
  uint32_t lanes = 0;

  uint32_t of(unsigned lane) const { return (lanes >> lane & 1) != 0 ? number : 0; }
};

// Tells the race detector. Of lanes that all read the same bytes the first and the last stand for
// them.
void recordLanes(Warp& warp, const Op* op, uint32_t lanes, RaceScope scope, unsigned bytes,
                 Access kind, std::byte* const* memory, bool isSame) {
  RaceCheck check(warp, scope, kind);
  bool fine = true;
  if (isSame && (kind == Access::kRead || kind == Access::kReadOnly)) {
    const auto first = static_cast<unsigned>(std::countr_zero(lanes));
    const auto last = static_cast<unsigned>(kLanes - 1 - std::countl_zero(lanes));
    const auto address = reinterpret_cast<uintptr_t>(memory[first]);
    fine = check.record(first, address, bytes) &&
           (first == last || check.record(last, address, bytes));
  } else {
    fine = check.recordLanes(lanes, memory, bytes);
  }
  if (!fine) [[unlikely]] {
    reportRace(warp, op, bytes, kind, check);
  }
}

// What the addresses of some lanes have in common.
struct Spread {
  uint64_t least = ~uint64_t{0};
  uint64_t most = 0;
  uint64_t bits = 0;  // that are set in any
};

Spread spreadOf(const uint64_t* addresses, uint32_t active) {
  Spread s;
  const auto take = [&](uint64_t a) {
    s.least = std::min(s.least, a);
    s.most = std::max(s.most, a);
    s.bits |= a;
  };
  if (active == kAllLanes) {
    for (unsigned lane = 0; lane < kLanes; ++lane) {
      take(addresses[lane]);
    }
  } else {
    forLanes(active, [&](unsigned lane) { take(addresses[lane]); });
  }
  return s;
}

Origin originOf(Warp& warp, Slot base) {
  if (base == kNoSlot) {
    return {};
  }
  const SlotState& s = warp.state(base);
  return {s.origin, s.origin == 0 ? 0 : s.originLanes};
}

}  // namespace

const char* nameOf(Access access) {
  switch (access) {
    case Access::kRead:
    case Access::kReadOnly:
    case Access::kStrongRead:
    case Access::kProxyRead:
    case Access::kMatrixRead:
      return "read";
    case Access::kWrite:
    case Access::kProxyWrite:
      return "write";
    case Access::kAtomic:
      return "atomic operation";
    case Access::kIssue:
    case Access::kLand:
      return "asynchronous copy";
    case Access::kIssueRead:
    case Access::kLandRead:
      return "read by an asynchronous copy";
  }
  return "access";
}

bool placeLanes(Warp& warp, const Op* op, uint32_t active, Space space, const uint64_t* addresses,
                unsigned bytes, Access kind, Slot base, std::byte** memory) {
  const auto first = static_cast<unsigned>(std::countr_zero(active));
  const Origin origin = originOf(warp, base);
  if (space == Space::kLocal) {
    forLanes(active, [&](unsigned lane) {
      const uint64_t a = addresses[lane];
      if (a % bytes != 0) [[unlikely]] {
        misaligned(warp, op, lane, a, bytes, nameOf(kind));
      }
      memory[lane] =
          reinterpret_cast<std::byte*>(a + localRegion(warp, op, lane, a, bytes, kind).toHost);
    });
    return std::has_single_bit(active);
  }
  if (follow(addresses, active, first, bytes)) {
    const uint64_t a = addresses[first];
    if (a % bytes != 0) [[unlikely]] {
      misaligned(warp, op, first, a, bytes, nameOf(kind));
    }
    const Region r = regionOf(warp, op, first, space, a, bytes, kind, origin.of(first));
    const auto count = static_cast<unsigned>(std::popcount(active));
    const bool sameOrigin = origin.number == 0 || r.origin == origin.number;
    if (r.holds(a, size_t{count} * bytes) && sameOrigin) [[likely]] {
      memory[first] = reinterpret_cast<std::byte*>(a + r.toHost);
      if (r.scope != RaceScope::kNone) {
        RaceCheck check(warp, r.scope, kind);
        if (!check.recordDense(first, count, a + r.toHost, bytes)) [[unlikely]] {
          reportRace(warp, op, bytes, kind, check);
        }
      }
      return true;
    }
  }
  const Spread spread = spreadOf(addresses, active);
  if (spread.bits % bytes != 0) [[unlikely]] {
    forLanes(active, [&](unsigned lane) {
      requireAlignment(warp, op, lane, addresses[lane], bytes, nameOf(kind));
    });
  }
  const bool isSame = spread.least == spread.most;
  Region r = regionOf(warp, op, first, space, addresses[first], bytes, kind, origin.of(first));
  const bool sameOrigin = origin.number == 0 || r.origin == origin.number;
  if (sameOrigin && spread.least >= r.begin && r.holds(spread.most, bytes)) [[likely]] {
    for (unsigned lane = 0; lane < kLanes; ++lane) {
      memory[lane] = reinterpret_cast<std::byte*>(addresses[lane] + r.toHost);
    }
    if (r.scope != RaceScope::kNone) {
      recordLanes(warp, op, active, r.scope, bytes, kind, memory, isSame);
    }
    return false;
  }
  uint32_t ofBlock = 0;  // lanes by the scope of their races
  uint32_t ofLaunch = 0;
  forLanes(active, [&](unsigned lane) {
    const uint64_t a = addresses[lane];
    const uint32_t from = origin.of(lane);
    if (!r.holds(a, bytes) || (from != 0 && from != r.origin)) {
      r = regionOf(warp, op, lane, space, a, bytes, kind, from);
    }
    ofBlock |= uint32_t{r.scope == RaceScope::kBlock} << lane;
    ofLaunch |= uint32_t{r.scope == RaceScope::kLaunch} << lane;
    memory[lane] = reinterpret_cast<std::byte*>(a + r.toHost);
  });
  if (ofBlock != 0) {
    recordLanes(warp, op, ofBlock, RaceScope::kBlock, bytes, kind, memory, isSame);
  }
  if (ofLaunch != 0) {
    recordLanes(warp, op, ofLaunch, RaceScope::kLaunch, bytes, kind, memory, isSame);
  }
  return false;
}

void checkLanes(Warp& warp, const Op* op, uint32_t active, Space space, const uint64_t* addresses,
                unsigned bytes, Access kind, Slot base, std::byte** memory) {
  if (placeLanes(warp, op, active, space, addresses, bytes, kind, base, memory)) {
    const auto first = static_cast<unsigned>(std::countr_zero(active));
    std::byte* const from = memory[first];
    forLanes(active, [&](unsigned lane) { memory[lane] = from + size_t{lane - first} * bytes; });
  }
}

std::byte* checkRange(Warp& warp, const Op* op, unsigned lane, Space space, uint64_t address,
                      size_t bytes, Access kind) {
  if (bytes == 0) {
    return nullptr;
  }
  const Region r = regionOf(warp, op, lane, space, address, bytes, kind, 0);
  const uint64_t host = address + r.toHost;
  if (r.scope != RaceScope::kNone) {
    RaceCheck check(warp, r.scope, kind);
    for (uint64_t at = host, end = host + bytes; at < end;) {
      // Whole words at once; the ends by halves and bytes.
      const size_t piece = at % 4 == 0 && end - at >= 4   ? (end - at) / 4 * 4
                           : at % 2 == 0 && end - at >= 2 ? 2
                                                          : 1;
      if (!check.record(lane, at, piece)) [[unlikely]] {
        reportRace(warp, op, piece, kind, check);
      }
      at += piece;
    }
  }
  return reinterpret_cast<std::byte*>(host);
}

void requireAlignment(const Warp& warp, const Op* op, unsigned lane, uint64_t address,
                      uint64_t alignment, const char* what) {
  if (address % alignment != 0) [[unlikely]] {
    misaligned(warp, op, lane, address, alignment, what);
  }
}

}  // namespace gramian::machine
