// Functions of the device that a module calls without defining them: printf, assert, malloc, free.
#include <bit>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <string>
#include <vector>

#include "exec/fault.h"
#include "exec/lowering.h"
#include "exec/opcodes.h"
#include "exec/warp.h"
#include "memory/access.h"
#include "memory/arena.h"
#include "memory/defined.h"
#include "memory/opcodes.h"
#include "memory/printf.h"
#include "memory/transfer.h"

namespace gramian::machine {

namespace {

// A parameter or the result of a call: a register, or a place in local memory.
struct Argument {
  Slot slot = kNoSlot;
  ptx::Space space = ptx::Space::kLocal;
  uint64_t offset = 0;
  unsigned bytes = 8;
};

struct Call {
  std::vector<Argument> arguments;
  bool hasResult = false;
  Argument result;
};

uint64_t read(Warp& warp, const Op* op, unsigned lane, const Argument& a) {
  uint64_t value = 0;
  if (a.slot != kNoSlot) {
    if ((warp.state(a.slot).undefined >> lane & 1) != 0) {
      fail(warp, op, lane, CUDA_ERROR_LAUNCH_FAILED, "a parameter of the call was never set");
    }
    return a.bytes == 4 ? warp.lanesOf<uint32_t>(a.slot)[lane]
                        : warp.lanesOf<uint64_t>(a.slot)[lane];
  }
  std::memcpy(&value, checkRange(warp, op, lane, a.space, a.offset, a.bytes, Access::kRead),
              a.bytes);
  return value;
}

void write(Warp& warp, const Op* op, unsigned lane, const Argument& a, uint64_t value) {
  if (a.slot != kNoSlot) {
    if (a.bytes == 4) {
      warp.lanesOf<uint32_t>(a.slot)[lane] = static_cast<uint32_t>(value);
    } else {
      warp.lanesOf<uint64_t>(a.slot)[lane] = value;
    }
    setPlain(warp, a.slot, 1u << lane);
    return;
  }
  std::byte* const to = checkRange(warp, op, lane, a.space, a.offset, a.bytes, Access::kWrite);
  std::memcpy(to, &value, a.bytes);
  setDefined(to, a.bytes);
}

std::string textAt(Warp& warp, const Op* op, unsigned lane, uint64_t address) {
  std::string text;
  for (;; ++address) {
    const char c = static_cast<char>(
        *checkRange(warp, op, lane, ptx::Space::kGeneric, address, 1, Access::kRead));
    if (c == 0) {
      return text;
    }
    text += c;
  }
}

// What the kernel handed to printf, one value behind the other.
class PrintedValues : public PrintfValues {
 public:
  PrintedValues(Warp& warp, const Op* op, unsigned lane, uint64_t address)
      : warp_(warp), op_(op), lane_(lane), at_(address) {}

  uint64_t next(unsigned bytes) override {
    at_ = (at_ + bytes - 1) / bytes * bytes;
    uint64_t value = 0;
    std::memcpy(&value,
                checkRange(warp_, op_, lane_, ptx::Space::kGeneric, at_, bytes, Access::kRead),
                bytes);
    at_ += bytes;
    return value;
  }

  std::string text(uint64_t address) override { return textAt(warp_, op_, lane_, address); }

 private:
  Warp& warp_;
  const Op* op_;
  unsigned lane_;
  uint64_t at_;
};

const Op* print(Warp& warp, const Op* op, uint32_t active) {
  const auto& call = *static_cast<const Call*>(op->more);
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  forLanes(active, [&](unsigned lane) {
    const std::string format = textAt(warp, op, lane, read(warp, op, lane, call.arguments[0]));
    PrintedValues values(warp, op, lane, read(warp, op, lane, call.arguments[1]));
    unsigned count = 0;
    const std::string text = formatted(format, values, count);
    std::fwrite(text.data(), 1, text.size(), stdout);
    if (call.hasResult) {
      write(warp, op, lane, call.result, count);
    }
  });
  std::fflush(stdout);
  return op + 1;
}

const Op* assertFails(Warp& warp, const Op* op, uint32_t active) {
  const auto& call = *static_cast<const Call*>(op->more);
  const auto lane = static_cast<unsigned>(std::countr_zero(active));
  const auto argument = [&](size_t i) { return read(warp, op, lane, call.arguments[i]); };
  const std::string what = textAt(warp, op, lane, argument(0));
  const std::string file = textAt(warp, op, lane, argument(1));
  const std::string function = textAt(warp, op, lane, argument(3));
  fail(warp, op, lane, CUDA_ERROR_ASSERT,
       "assertion `" + what + "` failed at " + file + ":" + std::to_string(argument(2)) + ", " +
           function);
}

const Op* allocate(Warp& warp, const Op* op, uint32_t active) {
  const auto& call = *static_cast<const Call*>(op->more);
  forLanes(active, [&](unsigned lane) {
    const uint64_t bytes = read(warp, op, lane, call.arguments[0]);
    const std::lock_guard lock(arena().heapMutex);
    const Allocation* a = bytes == 0 ? nullptr : arena().allocate(bytes, MemoryKind::kHeap, 0);
    if (call.hasResult) {
      write(warp, op, lane, call.result, a == nullptr ? 0 : a->begin);
    }
  });
  return op + 1;
}

const Op* release(Warp& warp, const Op* op, uint32_t active) {
  const auto& call = *static_cast<const Call*>(op->more);
  forLanes(active, [&](unsigned lane) {
    const uint64_t address = read(warp, op, lane, call.arguments[0]);
    if (address == 0) {
      return;
    }
    const std::lock_guard lock(arena().heapMutex);
    Allocation* const a = arena().find(address, 1);
    if (a == nullptr || a->begin != address || a->kind != MemoryKind::kHeap) {
      fail(warp, op, lane, CUDA_ERROR_ILLEGAL_ADDRESS,
           "frees what is not the start of live memory of malloc: " + arena().describe(address));
    }
    arena().free(*a);
  });
  return op + 1;
}

Argument argumentOf(Lowering& l, size_t operand, unsigned bytes, bool isResult) {
  Argument a;
  a.bytes = bytes;
  if (l.operand(operand).kind == ptx::Operand::Kind::kAddress) {
    Transfer t;
    t.space = ptx::Space::kParam;
    Slot base = kNoSlot;
    lowerAddress(l, operand, t, base, a.offset);
    a.space = t.space;
    return a;
  }
  const ptx::Type type = bytes == 4 ? ptx::Type::kB32 : ptx::Type::kB64;
  a.slot = isResult ? l.destination(operand, type) : l.source(operand, type);
  return a;
}

// `bytes`: of each parameter; `result`: of the result, 0 where the function has none.
void lowerCall(Lowering& l, Handler handler, const std::vector<unsigned>& bytes, unsigned result) {
  Call call;
  const size_t count = l.operandCount();
  if (count < bytes.size() || count > bytes.size() + (result != 0)) {
    l.fail("a function of the device with other parameters");
  }
  const size_t first = count - bytes.size();
  call.hasResult = first != 0;
  for (size_t i = 0; i < bytes.size(); ++i) {
    call.arguments.push_back(argumentOf(l, first + i, bytes[i], false));
  }
  if (call.hasResult) {
    call.result = argumentOf(l, 0, result, true);
  }
  l.emit(handler, OpClass::kOther).more = l.keep(call);
}

void lowerPrintf(Lowering& l) { lowerCall(l, print, {8, 8}, 4); }
void lowerAssertFail(Lowering& l) { lowerCall(l, assertFails, {8, 8, 4, 8, 8}, 0); }
void lowerMalloc(Lowering& l) { lowerCall(l, allocate, {8}, 8); }
void lowerFree(Lowering& l) { lowerCall(l, release, {8}, 0); }

}  // namespace

void registerDeviceCalls(OpcodeTable& table) {
  table.add("call.vprintf", lowerPrintf);
  table.add("call.__assertfail", lowerAssertFail);
  table.add("call.malloc", lowerMalloc);
  table.add("call.free", lowerFree);
}

}  // namespace gramian::machine
