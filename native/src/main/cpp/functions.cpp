#include "functions.h"

#include <algorithm>
#include <cstring>

#include "access.h"
#include "warp.h"

namespace gramian::emulated {

namespace {

GramianEmulatedIndex threadIndex() { return running->index; }
GramianEmulatedIndex blockIndex() { return running->block->index(); }
GramianEmulatedIndex blockSize() { return running->block->launch().block; }
GramianEmulatedIndex gridSize() { return running->block->launch().grid; }

void* dynamicShared() { return running->block->dynamicShared(); }

void* sharedArray(const void* key, unsigned long bytes) {
  return running->block->sharedArray(key, bytes);
}

unsigned long long load8(const void* p) {
  checkAccess<8, Access::kRead>(p);
  unsigned long long v;
  std::memcpy(&v, p, sizeof v);
  return v;
}

GramianEmulatedBits128 load16(const void* p) {
  checkAccess<16, Access::kRead>(p);
  GramianEmulatedBits128 v;
  std::memcpy(&v, p, sizeof v);
  return v;
}

void store8(void* p, unsigned long long v) {
  checkAccess<8, Access::kWrite>(p);
  std::memcpy(p, &v, sizeof v);
}

void store16(void* p, GramianEmulatedBits128 v) {
  checkAccess<16, Access::kWrite>(p);
  std::memcpy(p, &v, sizeof v);
}

// ---- asynchronous copies: the destination holds NaNs until the copy's group was waited for

template <unsigned Bytes>
void checkCopy(Thread& t, uintptr_t target, uintptr_t source, unsigned valid) {
  checkVector<Bytes, Access::kIssue>(t, target, Space::kShared, "cp.async to shared memory");
  if (valid == Bytes) [[likely]] {
    checkVector<Bytes, Access::kRead>(t, source, Space::kGlobal, "cp.async from global memory");
    return;
  }
  requireAlignment(t, source, Bytes, "cp.async from global memory");
  if (valid > 0) {
    requireAllocation(t, source, valid, Access::kRead, Space::kGlobal);
    checkRange(t, source, valid, Access::kRead);
  }
}

void copyAsync(void* to, const void* from, unsigned bytes, unsigned valid) {
  Thread& t = *running;
  const auto target = reinterpret_cast<uintptr_t>(to);
  const auto source = reinterpret_cast<uintptr_t>(from);
  if (valid > bytes) [[unlikely]] {
    t.block->fail(CUDA_ERROR_LAUNCH_FAILED, "cp.async of " + std::to_string(valid) +
                                                " valid bytes of " + std::to_string(bytes));
  }
  switch (bytes) {
    case 4:
      checkCopy<4>(t, target, source, valid);
      break;
    case 8:
      checkCopy<8>(t, target, source, valid);
      break;
    default:
      checkCopy<16>(t, target, source, valid);
      break;
  }
  poison(to, bytes);
  t.copies.push_back({target, source, bytes, valid, t.copyGroup});
}

void copyAsyncCommit() { ++running->copyGroup; }

void copyAsyncWait(unsigned pending) {
  Thread& t = *running;
  const uint32_t done = t.copyGroup > pending ? t.copyGroup - pending : 0;
  size_t landed = 0;
  for (; landed < t.copies.size() && t.copies[landed].group < done; ++landed) {
    const PendingCopy& c = t.copies[landed];
    auto* to = reinterpret_cast<char*>(c.to);
    const auto* from = reinterpret_cast<const void*>(c.from);
    if (c.bytes == 16 && c.valid == 16) [[likely]] {
      checkVector<16, Access::kLand>(t, c.to, Space::kShared, "cp.async");
      std::memcpy(to, from, 16);
      continue;
    }
    checkRange(t, c.to, c.bytes, Access::kLand);
    std::memcpy(to, from, c.valid);
    std::memset(to + c.valid, 0, c.bytes - c.valid);
  }
  t.copies.erase(t.copies.begin(), t.copies.begin() + static_cast<ptrdiff_t>(landed));
}

// ---- barriers and warp operations

unsigned barrier(unsigned kind, unsigned predicate) {
  return running->block->arriveAtBarrier(*running, kind, predicate != 0);
}

void namedBarrier(unsigned barrier, unsigned threads) {
  running->block->arriveAtNamedBarrier(*running, barrier, threads);
}

void syncWarp(unsigned mask) { syncLanes(*running, mask); }

unsigned long long shuffle(unsigned kind, unsigned mask, unsigned long long value, unsigned lane,
                           unsigned width) {
  return shuffleLanes(*running, kind, mask, value, lane, width);
}

unsigned vote(unsigned kind, unsigned mask, unsigned predicate) {
  return voteLanes(*running, kind, mask, predicate != 0);
}

GramianEmulatedFloats4 mma(GramianEmulatedWords4 a, GramianEmulatedWords2 b,
                           GramianEmulatedFloats4 c, unsigned isBf16) {
  return multiplyLanes(*running, a, b, c, isBf16 != 0);
}

GramianEmulatedWords4 ldmatrix(const void* row, unsigned matrices, unsigned transposed) {
  return loadLanes(*running, row, matrices, transposed != 0);
}

// ---- atomics

template <typename T>
T applyAtomic(unsigned op, T* p, T value, T compare) {
  T old = __atomic_load_n(p, __ATOMIC_RELAXED);
  for (;;) {
    T desired = old;
    switch (op) {
      case kGramianAtomicAdd:
        desired = old + value;
        break;
      case kGramianAtomicMax:
        desired = std::max(old, value);
        break;
      case kGramianAtomicMin:
        desired = std::min(old, value);
        break;
      case kGramianAtomicExchange:
        desired = value;
        break;
      default:
        desired = old == compare ? value : old;
        break;
    }
    if (__atomic_compare_exchange_n(p, &old, desired, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
      return old;
    }
  }
}

unsigned long long atomic(unsigned op, void* p, unsigned bytes, unsigned long long value,
                          unsigned long long compare) {
  if (bytes == 4) {
    checkAccess<4, Access::kAtomic>(p);
    return applyAtomic(op, static_cast<uint32_t*>(p), static_cast<uint32_t>(value),
                       static_cast<uint32_t>(compare));
  }
  checkAccess<8, Access::kAtomic>(p);
  return applyAtomic(op, static_cast<uint64_t*>(p), uint64_t{value}, uint64_t{compare});
}

void trap(const char* message) {
  running->block->fail(CUDA_ERROR_LAUNCH_FAILED, std::string("reached ") + message);
}

// ---- accesses that the compiler's instrumentation reports

template <unsigned Bytes>
void read(const void* p) {
  checkAccess<Bytes, Access::kRead>(p);
}

template <unsigned Bytes>
void write(void* p) {
  checkAccess<Bytes, Access::kWrite>(p);
}

void readRange(const void* p, unsigned long bytes) {
  checkRange(*running, reinterpret_cast<uintptr_t>(p), bytes, Access::kRead);
}

void writeRange(void* p, unsigned long bytes) {
  checkRange(*running, reinterpret_cast<uintptr_t>(p), bytes, Access::kWrite);
}

constexpr GramianEmulatedFunctions kFunctions = {
    .threadIdx = threadIndex,
    .blockIdx = blockIndex,
    .blockDim = blockSize,
    .gridDim = gridSize,
    .dynamicShared = dynamicShared,
    .sharedArray = sharedArray,
    .load8 = load8,
    .load16 = load16,
    .store8 = store8,
    .store16 = store16,
    .copyAsync = copyAsync,
    .copyAsyncCommit = copyAsyncCommit,
    .copyAsyncWait = copyAsyncWait,
    .barrier = barrier,
    .namedBarrier = namedBarrier,
    .syncWarp = syncWarp,
    .shuffle = shuffle,
    .vote = vote,
    .mma = mma,
    .ldmatrix = ldmatrix,
    .atomic = atomic,
    .trap = trap,
    .read1 = read<1>,
    .read2 = read<2>,
    .read4 = read<4>,
    .read8 = read<8>,
    .read16 = read<16>,
    .write1 = write<1>,
    .write2 = write<2>,
    .write4 = write<4>,
    .write8 = write<8>,
    .write16 = write<16>,
    .readRange = readRange,
    .writeRange = writeRange,
};

}  // namespace

const GramianEmulatedFunctions& deviceFunctions() { return kFunctions; }

}  // namespace gramian::emulated
