// Integer arithmetic that sets or takes the carry flag.
#include "exec/opcodes.h"
#include "lanes/apply.h"
#include "lanes/arithmetic.h"

namespace gramian::machine::GRAMIAN_LANES {

namespace {

using ptx::Type;

// Op::variant
constexpr uint8_t kTakes = 1;
constexpr uint8_t kSets = 2;
constexpr uint8_t kIsSub = 4;
constexpr uint8_t kIsProduct = 8;
constexpr uint8_t kIsHigh = 16;
constexpr uint8_t kIsSigned = 32;

template <typename T>
T highOf(T a, T b, bool isSigned) {
  using Wide = std::conditional_t<sizeof(T) == 8, __int128, int64_t>;
  using UnsignedWide = std::conditional_t<sizeof(T) == 8, unsigned __int128, uint64_t>;
  using Signed = std::make_signed_t<T>;
  constexpr unsigned kBits = 8 * sizeof(T);
  if (isSigned) {
    return static_cast<T>(static_cast<Wide>(static_cast<Signed>(a)) * static_cast<Signed>(b) >>
                          kBits);
  }
  return static_cast<T>(static_cast<UnsignedWide>(a) * b >> kBits);
}

template <typename T>
const Op* withCarry(Warp& warp, const Op* op, uint32_t active) {
  const unsigned sources = (op->variant & kIsProduct) != 0 ? 3 : 2;
  if ((warp.state(op->slot[0]).undefined | warp.state(op->slot[1]).undefined |
       warp.state(op->slot[2]).undefined | warp.state(op->slot[sources]).undefined) != 0) {
    markComputed(warp, op, active, sources);
  }
  if constexpr (sizeof(T) == 8) {
    carryOrigin(warp, op->slot[0], op->slot[1], op->slot[sources], active);
  }
  const T* a = warp.lanesOf<T>(op->slot[1]);
  const T* b = warp.lanesOf<T>(op->slot[2]);
  const T* c = warp.lanesOf<T>(op->slot[sources]);
  T* d = warp.lanesOf<T>(op->slot[0]);
  uint32_t carries = 0;
  forLanes(active, [&](unsigned i) {
    T x = a[i];
    T y = b[i];
    if ((op->variant & kIsProduct) != 0) {
      x = (op->variant & kIsHigh) != 0 ? highOf(a[i], b[i], (op->variant & kIsSigned) != 0)
                                       : static_cast<T>(a[i] * b[i]);
      y = c[i];
    }
    const T carry = (op->variant & kTakes) != 0 ? warp.carry >> i & 1 : 0;
    T result;
    bool out;
    if ((op->variant & kIsSub) != 0) {
      const bool first = __builtin_sub_overflow(x, y, &result);
      out = __builtin_sub_overflow(result, carry, &result) || first;
    } else {
      const bool first = __builtin_add_overflow(x, y, &result);
      out = __builtin_add_overflow(result, carry, &result) || first;
    }
    d[i] = result;
    carries |= uint32_t{out} << i;
  });
  if ((op->variant & kSets) != 0) {
    warp.carry = (warp.carry & ~active) | carries;
  }
  return op + 1;
}

template <Arithmetic Operation>
void lowerTaking(Lowering& l) {
  const Modifiers m = readModifiers(l);
  lowerCarry(l, Operation, m, l.type(), true);
}

}  // namespace

void lowerCarry(Lowering& l, Arithmetic operation, const Modifiers& m, Type type, bool takesCarry) {
  const unsigned bits = ptx::bitsOf(type);
  const bool isKnown = operation == Arithmetic::kAdd || operation == Arithmetic::kSub ||
                       operation == Arithmetic::kMad;
  if (!isKnown || m.saturate || m.wide || (bits != 32 && bits != 64)) {
    failType(l, type);
  }
  const bool isProduct = operation == Arithmetic::kMad;
  Op& op = emitPlain(l, bits == 64 ? withCarry<uint64_t> : withCarry<uint32_t>, OpClass::kInteger,
                     type, isProduct ? 3 : 2);
  op.variant = static_cast<uint8_t>((takesCarry ? kTakes : 0) | (m.carry ? kSets : 0) |
                                    (operation == Arithmetic::kSub ? kIsSub : 0) |
                                    (isProduct ? kIsProduct : 0) | (m.high ? kIsHigh : 0) |
                                    (ptx::isSigned(type) ? kIsSigned : 0));
}

void registerCarry(OpcodeTable& table) {
  table.add("addc", lowerTaking<Arithmetic::kAdd>);
  table.add("subc", lowerTaking<Arithmetic::kSub>);
  table.add("madc", lowerTaking<Arithmetic::kMad>);
}

}  // namespace gramian::machine::GRAMIAN_LANES
