// atom and red.
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <string>
#include <type_traits>
#include <vector>

#include "arith/half.h"
#include "exec/fault.h"
#include "exec/lowering.h"
#include "exec/opcodes.h"
#include "exec/warp.h"
#include "memory/arena.h"
#include "memory/defined.h"
#include "memory/opcodes.h"
#include "memory/transactions.h"
#include "memory/transfer.h"

namespace gramian::machine {

namespace {

// slot[1] and on: the parts of the result, of atom; then those of the operand; then, of cas, the
// value to be written.

enum Operation : int { kAnd, kOr, kXor, kCas, kExch, kAdd, kInc, kDec, kMin, kMax };

template <typename T, Operation O>
T combine(T old, T b) {
  if constexpr (O == kAnd) {
    return old & b;
  } else if constexpr (O == kOr) {
    return old | b;
  } else if constexpr (O == kXor) {
    return old ^ b;
  } else if constexpr (O == kExch) {
    return b;
  } else if constexpr (O == kAdd) {
    return static_cast<T>(old + b);
  } else if constexpr (O == kInc) {
    return old >= b ? T{0} : static_cast<T>(old + 1);
  } else if constexpr (O == kDec) {
    return old == 0 || old > b ? b : static_cast<T>(old - 1);
  } else if constexpr (O == kMin) {
    return std::min(old, b);
  } else {
    return std::max(old, b);
  }
}

// The same on bits of a number that C++ has no arithmetic for, or another one.
using OnBits = uint64_t (*)(uint64_t old, uint64_t b, bool flush);

template <typename T, Operation O>
uint64_t onBits(uint64_t old, uint64_t b, bool) {
  using Unsigned = std::make_unsigned_t<T>;
  const T result = combine<T, O>(static_cast<T>(static_cast<Unsigned>(old)),
                                 static_cast<T>(static_cast<Unsigned>(b)));
  return static_cast<Unsigned>(result);
}

float flushed(float x) { return std::fpclassify(x) == FP_SUBNORMAL ? std::copysign(0.0f, x) : x; }

uint64_t addFloat(uint64_t old, uint64_t b, bool flush) {
  float x = std::bit_cast<float>(static_cast<uint32_t>(old));
  float y = std::bit_cast<float>(static_cast<uint32_t>(b));
  if (flush) {
    return std::bit_cast<uint32_t>(flushed(flushed(x) + flushed(y)));
  }
  return std::bit_cast<uint32_t>(x + y);
}

uint64_t addDouble(uint64_t old, uint64_t b, bool) {
  return std::bit_cast<uint64_t>(std::bit_cast<double>(old) + std::bit_cast<double>(b));
}

template <bool IsBf16, Operation O>
uint16_t onHalf(uint16_t old, uint16_t b) {
  const auto widen = [](uint16_t x) {
    return IsBf16 ? arith::bfloatToFloat(x) : arith::halfToFloat(x);
  };
  const float x = widen(old);
  const float y = widen(b);
  // Of one number and one that is none, a minimum is the number.
  const float r = O == kAdd ? x + y : O == kMin ? std::fmin(x, y) : std::fmax(x, y);
  return IsBf16 ? arith::floatToBfloat(r) : arith::floatToHalf(r);
}

template <bool IsBf16, Operation O, unsigned Parts>
uint64_t onHalves(uint64_t old, uint64_t b, bool) {
  uint64_t result = 0;
  for (unsigned i = 0; i < Parts; ++i) {
    const auto part = onHalf<IsBf16, O>(static_cast<uint16_t>(old >> (16 * i)),
                                        static_cast<uint16_t>(b >> (16 * i)));
    result |= uint64_t{part} << (16 * i);
  }
  return result;
}

template <typename T>
OnBits integerOf(Operation o) {
  switch (o) {
    case kAnd:
      return onBits<T, kAnd>;
    case kOr:
      return onBits<T, kOr>;
    case kXor:
      return onBits<T, kXor>;
    case kExch:
      return onBits<T, kExch>;
    case kAdd:
      return onBits<T, kAdd>;
    case kInc:
      return onBits<T, kInc>;
    case kDec:
      return onBits<T, kDec>;
    case kMin:
      return onBits<T, kMin>;
    case kMax:
      return onBits<T, kMax>;
    default:
      return nullptr;
  }
}

template <bool IsBf16, unsigned Parts>
OnBits halfOf(Operation o) {
  switch (o) {
    case kAdd:
      return onHalves<IsBf16, kAdd, Parts>;
    case kMin:
      return onHalves<IsBf16, kMin, Parts>;
    case kMax:
      return onHalves<IsBf16, kMax, Parts>;
    default:
      return nullptr;
  }
}

// Null where the operation has no such type; of cas it stands for one that writes.
OnBits onBitsOf(Operation o, ptx::Type type) {
  const Operation integer = o == kCas ? kExch : o;
  switch (type) {
    case ptx::Type::kB16:
      return integerOf<uint16_t>(integer);
    case ptx::Type::kB32:
    case ptx::Type::kU32:
      return integerOf<uint32_t>(integer);
    case ptx::Type::kS32:
      return integerOf<int32_t>(integer);
    case ptx::Type::kB64:
    case ptx::Type::kU64:
      return integerOf<uint64_t>(integer);
    case ptx::Type::kS64:
      return integerOf<int64_t>(integer);
    case ptx::Type::kF32:
      return o == kAdd ? addFloat : nullptr;
    case ptx::Type::kF64:
      return o == kAdd ? addDouble : nullptr;
    case ptx::Type::kF16:
      return halfOf<false, 1>(o);
    case ptx::Type::kF16x2:
      return halfOf<false, 2>(o);
    case ptx::Type::kBf16:
      return halfOf<true, 1>(o);
    case ptx::Type::kBf16x2:
      return halfOf<true, 2>(o);
    default:
      return nullptr;
  }
}

struct Atomic : Transfer {
  OnBits combine = nullptr;
  bool isCompare = false;
  bool returns = false;  // atom, not red
};

template <typename T>
uint64_t exchange(std::byte* memory, const Atomic& t, uint64_t b, uint64_t c, bool flush) {
  auto* const at = reinterpret_cast<T*>(memory);
  T old = __atomic_load_n(at, __ATOMIC_RELAXED);
  for (;;) {
    if (t.isCompare && old != static_cast<T>(b)) {
      return old;
    }
    const auto next = static_cast<T>(t.isCompare ? c : t.combine(old, b, flush));
    if (__atomic_compare_exchange_n(at, &old, next, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) {
      return old;
    }
  }
}

uint64_t readLane(Warp& warp, Slot slot, unsigned bytes, unsigned lane) {
  switch (bytes) {
    case 2:
      return warp.lanesOf<uint16_t>(slot)[lane];
    case 4:
      return warp.lanesOf<uint32_t>(slot)[lane];
    default:
      return warp.lanesOf<uint64_t>(slot)[lane];
  }
}

void writeLane(Warp& warp, Slot slot, unsigned bytes, unsigned lane, uint64_t value) {
  switch (bytes) {
    case 2:
      warp.lanesOf<uint16_t>(slot)[lane] = static_cast<uint16_t>(value);
      break;
    case 4:
      warp.lanesOf<uint32_t>(slot)[lane] = static_cast<uint32_t>(value);
      break;
    default:
      warp.lanesOf<uint64_t>(slot)[lane] = value;
      break;
  }
}

const Op* atomic(Warp& warp, const Op* op, uint32_t active) {
  const auto& t = *static_cast<const Atomic*>(op->more);
  const unsigned total = t.total();
  alignas(64) uint64_t addresses[kLanes];
  std::byte* memory[kLanes];
  addressesOf(warp, op, active, t, addresses);
  checkLanes(warp, op, active, t.space, addresses, total, Access::kAtomic, op->slot[0], memory);
  countAccess(warp, op, active, t.space, false, memory, total);
  const Slot* const results = op->slot + 1;
  const Slot* const operands = results + (t.returns ? t.parts : 0);
  const unsigned operandCount = t.parts * (t.isCompare ? 2u : 1u);
  for (unsigned i = 0; i < operandCount; ++i) {
    if (const uint32_t lanes = warp.state(operands[i]).undefined & active; lanes != 0)
        [[unlikely]] {
      failAny(warp, op, lanes, CUDA_ERROR_LAUNCH_FAILED,
              "the operand of an atomic operation was never set, or comes of data never written");
    }
  }
  orderStrong(warp, active, t, false, memory, false, true);
  forLanes(active, [&](unsigned lane) {
    if (!isDefined(memory[lane], total)) [[unlikely]] {
      fail(warp, op, lane, CUDA_ERROR_LAUNCH_FAILED,
           "an atomic operation on memory that was never written");
    }
    const bool flush =
        t.type == ptx::Type::kF32 &&
        !(arena().contains(reinterpret_cast<uintptr_t>(memory[lane])) &&
          arena().owner(reinterpret_cast<uintptr_t>(memory[lane])).kind == MemoryKind::kShared);
    for (unsigned part = 0; part < t.parts; ++part) {
      std::byte* const at = memory[lane] + part * t.bytes;
      const uint64_t b = readLane(warp, operands[part], t.registerBytes, lane);
      const uint64_t c =
          t.isCompare ? readLane(warp, operands[t.parts + part], t.registerBytes, lane) : 0;
      const uint64_t old = t.bytes == 2   ? exchange<uint16_t>(at, t, b, c, flush)
                           : t.bytes == 4 ? exchange<uint32_t>(at, t, b, c, flush)
                                          : exchange<uint64_t>(at, t, b, c, flush);
      if (t.returns && results[part] != kNoSlot) {
        writeLane(warp, results[part], t.registerBytes, lane, old);
      }
    }
  });
  orderStrong(warp, active, t, false, memory, true, false);
  if (t.returns) {
    for (unsigned part = 0; part < t.parts; ++part) {
      if (results[part] != kNoSlot) {
        setPlain(warp, results[part], active);
      }
    }
  }
  return op + 1;
}

void lowerAtomic(Lowering& l, bool returns) {
  Atomic t;
  // The operation stands among the modifiers: atom.add.release.gpu.global.u32 and atom.global.add.
  int operation = -1;
  bool isReadingModifiers = true;
  Strength strength = Strength::kRelaxed;
  while (isReadingModifiers) {
    if (const int o =
            l.takeOneOf({"and", "or", "xor", "cas", "exch", "add", "inc", "dec", "min", "max"});
        o >= 0) {
      operation = o;
    } else if (const auto space = l.spaceIf()) {
      t.space = *space;
    } else if (const int s = l.takeOneOf({"relaxed", "acquire", "release", "acq_rel"}); s >= 0) {
      strength = static_cast<Strength>(static_cast<int>(Strength::kRelaxed) + s);
    } else if (const int v = l.takeOneOf({"v2", "v4", "v8"}); v >= 0) {
      t.parts = static_cast<uint8_t>(2 << v);
    } else if (l.takeOneOf({"cta", "cluster", "gpu", "sys", "noftz"}) >= 0) {
      continue;
    } else if (l.peek().starts_with("L1::") || l.peek().starts_with("L2::")) {
      l.skip();
    } else {
      isReadingModifiers = false;
    }
  }
  if (operation < 0) {
    l.fail("an atomic operation that this device does not know");
  }
  t.type = l.type();
  t.strength = strength;
  t.access = Access::kAtomic;
  t.bytes = static_cast<uint8_t>(ptx::bytesOf(t.type));
  t.registerBytes = t.bytes;
  t.returns = returns;
  t.isCompare = operation == kCas;
  t.combine = onBitsOf(static_cast<Operation>(operation), t.type);
  if (t.combine == nullptr || t.total() > 16) {
    l.fail("the operation has no such type on this device");
  }
  size_t next = 0;
  std::vector<Slot> slots;
  if (returns) {
    slots = l.destinations(next++, t.type);
  }
  Slot base = kNoSlot;
  uint64_t offset = 0;
  lowerAddress(l, next++, t, base, offset);
  for (unsigned i = 0; i < (t.isCompare ? 2u : 1u); ++i) {
    const std::vector<Slot> parts = l.sources(next++, t.type);
    slots.insert(slots.end(), parts.begin(), parts.end());
  }
  if (slots.size() != t.parts * (returns + 1u + t.isCompare) || slots.size() + 1 > Op::kSlots) {
    l.fail("the vectors are not as long as it says");
  }
  Op& op = l.emit(atomic, OpClass::kAtomic);
  op.slot[0] = base;
  std::copy(slots.begin(), slots.end(), op.slot + 1);
  op.immediate = offset;
  op.more = l.keep(t);
  l.finish();
}

void lowerAtom(Lowering& l) { lowerAtomic(l, true); }
void lowerRed(Lowering& l) { lowerAtomic(l, false); }

}  // namespace

void registerAtomics(OpcodeTable& table) {
  table.add("atom", lowerAtom);
  table.add("red", lowerRed);
}

}  // namespace gramian::machine
