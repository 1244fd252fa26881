// Products by tensor cores, and the movement of their 8 x 8 matrices.
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "arith/mma.h"
#include "exec/block.h"
#include "exec/fault.h"
#include "exec/launch.h"
#include "exec/opcodes.h"
#include "lanes/apply.h"
#include "lanes/arithmetic.h"
#include "memory/access.h"
#include "memory/defined.h"
#include "memory/transactions.h"

namespace gramian::machine::GRAMIAN_LANES {

namespace {

using arith::Accumulator;
using arith::OperandFormat;
using ptx::Space;
using ptx::Type;

// ---- mma.sync

// Registers of d, a, b and c: their slots follow each other in Op::slot.
struct Shape {
  uint8_t d;
  uint8_t a;
  uint8_t b;
  uint8_t c;
};

// The tensor cores that there are, by capability.
constexpr unsigned kModels[] = {80, 89, 90, 100, 120};

unsigned modelOf(Warp& warp) {
  const unsigned capability = warp.block->launch->device->tensorCoreModel;
  unsigned model = 0;
  for (unsigned i = 1; i < std::size(kModels); ++i) {
    model = kModels[i] <= capability ? i : model;
  }
  return model;
}

struct FloatProduct {
  Shape shape;
  std::array<arith::FloatMma, std::size(kModels)> mma;
};
struct IntegerProduct {
  Shape shape;
  arith::IntegerMma mma;
};
struct DoubleProduct {
  Shape shape;
  arith::DoubleMma mma;
};

// A row of A or a column of B makes its row or column of the result undefined.
[[gnu::noinline, gnu::cold]] void markProduct(Warp& warp, const Op* op, const Shape& shape,
                                              unsigned halves) {
  const Slot* slot = op->slot;
  uint32_t rows[2] = {};  // of the upper and the lower half: a bit for lane 4 r, r < 8
  uint32_t columns = 0;   // the same of columns
  const SlotState* first = nullptr;
  const auto see = [&](Slot s) -> uint32_t {
    const SlotState& state = warp.state(s);
    if (first == nullptr && state.computed != 0) {
      first = &state;
    }
    return state.undefined;
  };
  const auto ofQuads = [](uint32_t lanes) {
    lanes |= lanes >> 1;
    lanes |= lanes >> 2;
    return lanes & 0x11111111;
  };
  for (unsigned i = 0; i < shape.a; ++i) {
    rows[i % halves] |= ofQuads(see(slot[shape.d + i]));
  }
  for (unsigned i = 0; i < shape.b; ++i) {
    columns |= ofQuads(see(slot[shape.d + shape.a + i]));
  }
  // The columns that a lane of the result has: of an even and of an odd one, for each quad's lanes.
  uint32_t even = 0;
  uint32_t odd = 0;
  for (unsigned q = 0; q < 4; ++q) {
    even |= (columns >> (8 * q) & 1) != 0 ? 0x11111111u << q : 0;
    odd |= (columns >> (8 * q + 4) & 1) != 0 ? 0x11111111u << q : 0;
  }
  const bool isPacked = shape.d < 2 * halves;
  std::array<uint32_t, 4> undefined{};
  for (unsigned i = 0; i < shape.d; ++i) {
    const unsigned half = isPacked ? i : i / 2;
    const uint32_t ofColumns = isPacked ? even | odd : i % 2 == 0 ? even : odd;
    undefined[i] = rows[half] * 15 | ofColumns | see(slot[shape.d + shape.a + shape.b + i]);
  }
  const auto at =
      first != nullptr ? first->computedAt : static_cast<uint32_t>(op - warp.kernel->ops.data());
  for (unsigned i = 0; i < shape.d; ++i) {
    SlotState& state = warp.state(slot[i]);
    state.undefined = undefined[i];
    state.computed = undefined[i];
    state.computedAt = at;
    uint8_t* bytes = warp.undefinedBytes(slot[i]);
    forLanes(undefined[i], [&](unsigned lane) { bytes[lane] = 0xff; });
  }
}

template <typename T>
[[gnu::always_inline]] inline bool product(Warp& warp, const Op* op, uint32_t active,
                                           const Shape& shape, unsigned halves,
                                           T* (&operands)[16]) {
  if (!warp.converge(op, active)) {
    return false;
  }
  const unsigned count = shape.d + shape.a + shape.b + shape.c;
  uint32_t undefined = 0;
  for (unsigned i = 0; i < count; ++i) {
    undefined |= warp.state(op->slot[i]).undefined;
    operands[i] = warp.lanesOf<T>(op->slot[i]);
  }
  if (undefined != 0) [[unlikely]] {
    markProduct(warp, op, shape, halves);
  }
  return true;
}

const Op* multiplyFloats(Warp& warp, const Op* op, uint32_t active) {
  const auto& p = *static_cast<const FloatProduct*>(op->more);
  uint32_t* operands[16];
  if (!product(warp, op, active, p.shape, 2, operands)) {
    return nullptr;
  }
  uint32_t* const* a = operands + p.shape.d;
  uint32_t* const* b = a + p.shape.a;
  arith::execute(p.mma[modelOf(warp)], operands, a, b, b + p.shape.b);
  return op + 1;
}

const Op* multiplyIntegers(Warp& warp, const Op* op, uint32_t active) {
  const auto& p = *static_cast<const IntegerProduct*>(op->more);
  uint32_t* operands[16];
  if (!product(warp, op, active, p.shape, 2, operands)) {
    return nullptr;
  }
  uint32_t* const* a = operands + p.shape.d;
  uint32_t* const* b = a + p.shape.a;
  arith::execute(p.mma, operands, a, b, b + p.shape.b);
  return op + 1;
}

// Op::more has the slots: there may be more than an op has room for.
struct DoubleSlots {
  DoubleProduct product;
  std::vector<Slot> slots;
};

const Op* multiplyDoubles(Warp& warp, const Op* op, uint32_t active) {
  const auto& p = *static_cast<const DoubleSlots*>(op->more);
  if (!warp.converge(op, active)) {
    return nullptr;
  }
  const Shape& shape = p.product.shape;
  uint64_t* operands[20];
  uint32_t undefined = 0;
  for (size_t i = 0; i < p.slots.size(); ++i) {
    undefined |= i < shape.d ? 0 : warp.state(p.slots[i]).undefined;
    operands[i] = warp.lanesOf<uint64_t>(p.slots[i]);
  }
  if (undefined != 0) [[unlikely]] {
    failAny(warp, op, undefined, CUDA_ERROR_LAUNCH_FAILED,
            "multiplies matrices with data that was never written");
  }
  for (size_t i = 0; i < shape.d; ++i) {
    setDefined(warp, p.slots[i], kAllLanes);
  }
  uint64_t* const* a = operands + shape.d;
  uint64_t* const* b = a + shape.a;
  arith::execute(p.product.mma, operands, a, b, b + shape.b);
  return op + 1;
}

bool formatOf(Type type, OperandFormat& format) {
  switch (type) {
    case Type::kF16:
      format = OperandFormat::kF16;
      return true;
    case Type::kBf16:
      format = OperandFormat::kBf16;
      return true;
    case Type::kTf32:
      format = OperandFormat::kTf32;
      return true;
    case Type::kE4m3:
      format = OperandFormat::kE4m3;
      return true;
    case Type::kE5m2:
      format = OperandFormat::kE5m2;
      return true;
    default:
      return false;
  }
}

struct Dimensions {
  unsigned m = 0;
  unsigned n = 0;
  unsigned k = 0;
};

// "m16n8k16"
Dimensions dimensionsOf(Lowering& l) {
  const std::string_view text = l.peek();
  Dimensions d;
  unsigned* number = nullptr;
  for (const char c : text) {
    if (c == 'm') {
      number = &d.m;
    } else if (c == 'n') {
      number = &d.n;
    } else if (c == 'k') {
      number = &d.k;
    } else if (number != nullptr && c >= '0' && c <= '9') {
      *number = 10 * *number + static_cast<unsigned>(c - '0');
    } else {
      l.fail("has no shape");
    }
  }
  l.skip();
  return d;
}

// The slots of all operands, d a b c.
std::vector<Slot> productSlots(Lowering& l, const Shape& shape, Type d, Type a, Type b, Type c) {
  std::vector<Slot> slots;
  const auto take = [&](const std::vector<Slot>& some, unsigned count) {
    if (some.size() != count) {
      l.fail("has an operand of " + std::to_string(some.size()) + " registers, not " +
             std::to_string(count));
    }
    slots.insert(slots.end(), some.begin(), some.end());
  };
  const std::vector<Slot> sourcesA = l.sources(1, a);
  const std::vector<Slot> sourcesB = l.sources(2, b);
  const std::vector<Slot> sourcesC = l.sources(3, c);
  take(l.destinations(0, d), shape.d);
  take(sourcesA, shape.a);
  take(sourcesB, shape.b);
  take(sourcesC, shape.c);
  return slots;
}

void fillProduct(Lowering& l, Op& op, const Dimensions& size, const std::vector<Slot>& slots) {
  for (size_t i = 0; i < slots.size(); ++i) {
    op.slot[i] = slots[i];
  }
  l.info().operations = 2 * size.m * size.n * size.k;
}

void lowerDoubles(Lowering& l, const Dimensions& size) {
  const auto halves = static_cast<uint8_t>(size.m / 8);
  const auto steps = static_cast<uint8_t>(size.k / 4);
  if (size.n != 8 || (size.m != 8 && size.m != 16) || (size.m == 8 && size.k != 4) ||
      (size.k != 4 && size.k != 8 && size.k != 16)) {
    l.fail("has a shape that there is not");
  }
  const Shape shape{static_cast<uint8_t>(2 * halves), static_cast<uint8_t>(halves * steps), steps,
                    static_cast<uint8_t>(2 * halves)};
  Op& op = l.emit(multiplyDoubles, OpClass::kTensor);
  DoubleSlots p{{shape, {static_cast<int>(size.m), static_cast<int>(size.k)}},
                productSlots(l, shape, Type::kF64, Type::kF64, Type::kF64, Type::kF64)};
  op.more = l.keep(std::move(p));
  l.info().operations = 2 * size.m * size.n * size.k;
}

void lowerProduct(Lowering& l) {
  l.take("aligned");
  const Dimensions size = dimensionsOf(l);
  if (!l.take("row") || !l.take("col")) {
    l.fail("has a layout that this device does not know: it takes row.col");
  }
  l.take("kind::f8f6f4");
  const bool saturate = l.take("satfinite");
  const Type d = l.type();
  const Type a = l.type();
  const Type b = l.type();
  const Type c = l.type();
  l.finish();
  if (d == Type::kF64) {
    lowerDoubles(l, size);
    return;
  }
  if (size.m != 16 || size.n != 8) {
    l.fail("has a shape that this device does not know: it takes m16n8");
  }
  OperandFormat formatA;
  OperandFormat formatB;
  if (d == Type::kS32) {
    if (ptx::bitsOf(a) != 8 || ptx::bitsOf(b) != 8 || (size.k != 16 && size.k != 32)) {
      failType(l, a);
    }
    const int registers = static_cast<int>(size.k) / 16;
    const Shape shape{4, static_cast<uint8_t>(2 * registers), static_cast<uint8_t>(registers), 4};
    Op& op = l.emit(multiplyIntegers, OpClass::kTensor);
    fillProduct(l, op, size,
                productSlots(l, shape, Type::kS32, Type::kB32, Type::kB32, Type::kS32));
    op.more = l.keep(IntegerProduct{
        shape, {ptx::isSigned(a), ptx::isSigned(b), saturate, 2 * registers, registers}});
    return;
  }
  if (!formatOf(a, formatA) || !formatOf(b, formatB) || d != c ||
      (d != Type::kF32 && d != Type::kF16)) {
    failType(l, formatOf(a, formatA) ? d : a);
  }
  const int perRegister = arith::elementsPerRegister(formatA);
  const int depth = static_cast<int>(size.k);
  if (perRegister != arith::elementsPerRegister(formatB) ||
      (depth != 4 * perRegister && depth != 8 * perRegister)) {
    l.fail("has a depth that there is not");
  }
  const Accumulator accumulator = d == Type::kF16 ? Accumulator::kF16 : Accumulator::kF32;
  FloatProduct p;
  for (size_t i = 0; i < std::size(kModels); ++i) {
    p.mma[i] = arith::floatMma(static_cast<int>(kModels[i]), formatA, formatB, accumulator, depth);
  }
  const uint8_t accumulators = d == Type::kF16 ? 2 : 4;
  p.shape = {accumulators, static_cast<uint8_t>(p.mma[0].registersA),
             static_cast<uint8_t>(p.mma[0].registersB), accumulators};
  const Type word = d == Type::kF16 ? Type::kB32 : Type::kF32;
  Op& op = l.emit(multiplyFloats, OpClass::kTensor);
  fillProduct(l, op, size, productSlots(l, p.shape, word, Type::kB32, Type::kB32, word));
  op.more = l.keep(p);
}

// ---- ldmatrix, stmatrix, movmatrix

constexpr unsigned kRowBytes = 16;
constexpr unsigned kRows = 8;  // of a matrix, one lane's address each

// slot[0] and those that follow are the registers, slot[5] the base of the address or kNoSlot.
// Op::immediate is its offset; Op::variant the number of matrices and flags; Op::target the space.
constexpr uint8_t kIsTransposed = 8;
constexpr uint8_t kIsWide = 16;

void rowsOf(Warp& warp, const Op* op, unsigned matrices, Access access, std::byte** rows) {
  uint64_t addresses[kLanes];
  const Slot base = op->slot[5];
  const uint32_t lanes = matrices == 4 ? kAllLanes : (uint32_t{1} << (kRows * matrices)) - 1;
  if (base == kNoSlot) {
    for (uint64_t& a : addresses) {
      a = op->immediate;
    }
  } else {
    if ((warp.state(base).undefined & lanes) != 0) [[unlikely]] {
      failAny(warp, op, warp.state(base).undefined & lanes, CUDA_ERROR_ILLEGAL_ADDRESS,
              "an address that was never set, or comes of data that was never written");
    }
    if ((op->variant & kIsWide) != 0) {
      const uint64_t* from = warp.lanesOf<uint64_t>(base);
      for (unsigned i = 0; i < kLanes; ++i) {
        addresses[i] = from[i] + op->immediate;
      }
    } else {
      const uint32_t* from = warp.lanesOf<uint32_t>(base);
      for (unsigned i = 0; i < kLanes; ++i) {
        addresses[i] = static_cast<uint32_t>(from[i] + op->immediate);
      }
    }
  }
  const auto space = static_cast<Space>(op->target);
  checkLanes(warp, op, lanes, space, addresses, kRowBytes, access, base, rows);
  countAccess(warp, op, lanes, space, false, rows, kRowBytes);
}

// The element of row r and column c is that of row c and column r of the other.
[[gnu::always_inline]] inline void transpose(uint16_t* to, const uint16_t* from) {
  for (unsigned r = 0; r < kRows; ++r) {
    for (unsigned c = 0; c < kRows; ++c) {
      to[r * kRows + c] = from[c * kRows + r];
    }
  }
}

// What of a register's lanes is undefined, from a bit for each of the 128 bytes of a matrix.
void setUndefinedLanes(Warp& warp, Slot d, const std::array<uint8_t, kLanes>& bytes) {
  SlotState& state = warp.state(d);
  state.undefined = 0;
  state.computed = 0;
  for (unsigned i = 0; i < kLanes; ++i) {
    if (bytes[i] != 0) {
      state.undefined |= uint32_t{1} << i;
      warp.undefinedBytes(d)[i] = bytes[i];
    }
  }
}

[[gnu::noinline, gnu::cold]] void markMatrix(Warp& warp, Slot d, std::byte* const* rows,
                                             bool isTransposed) {
  // Both halves of a word say which of their bytes are undefined.
  alignas(4) uint16_t halves[kRows * kRows];
  for (unsigned r = 0; r < kRows; ++r) {
    const uint32_t undefined = ~definedBytes(rows[r], kRowBytes);
    for (unsigned c = 0; c < kRows; ++c) {
      halves[r * kRows + c] = static_cast<uint16_t>(undefined >> (2 * c) & 3);
    }
  }
  alignas(4) uint16_t ordered[kRows * kRows];
  if (isTransposed) {
    transpose(ordered, halves);
  } else {
    std::memcpy(ordered, halves, sizeof ordered);
  }
  std::array<uint8_t, kLanes> bytes;
  for (unsigned i = 0; i < kLanes; ++i) {
    bytes[i] = static_cast<uint8_t>(ordered[2 * i] | ordered[2 * i + 1] << 2);
  }
  setUndefinedLanes(warp, d, bytes);
}

const Op* loadMatrices(Warp& warp, const Op* op, uint32_t active) {
  if (!warp.converge(op, active)) {
    return nullptr;
  }
  const unsigned matrices = op->variant & 7;
  const bool isTransposed = (op->variant & kIsTransposed) != 0;
  std::byte* rows[kLanes];
  rowsOf(warp, op, matrices, Access::kRead, rows);
  for (unsigned m = 0; m < matrices; ++m) {
    std::byte* const* const first = rows + kRows * m;
    alignas(64) uint16_t matrix[kRows * kRows];
    bool defined = true;
    for (unsigned r = 0; r < kRows; ++r) {
      std::memcpy(matrix + kRows * r, first[r], kRowBytes);
      defined &= definedBytes(first[r], kRowBytes) == 0xffff;
    }
    const Slot d = op->slot[m];
    if (!defined) [[unlikely]] {
      markMatrix(warp, d, first, isTransposed);
    } else {
      setDefined(warp, d, kAllLanes);
    }
    auto* to = warp.lanesOf<uint16_t>(d);
    if (isTransposed) {
      transpose(to, matrix);
    } else {
      std::memcpy(to, matrix, sizeof matrix);
    }
  }
  return op + 1;
}

const Op* storeMatrices(Warp& warp, const Op* op, uint32_t active) {
  if (!warp.converge(op, active)) {
    return nullptr;
  }
  const unsigned matrices = op->variant & 7;
  std::byte* rows[kLanes];
  rowsOf(warp, op, matrices, Access::kWrite, rows);
  for (unsigned m = 0; m < matrices; ++m) {
    const Slot s = op->slot[m];
    alignas(64) uint16_t matrix[kRows * kRows];
    const auto* from = warp.lanesOf<uint16_t>(s);
    const bool isTransposed = (op->variant & kIsTransposed) != 0;
    if (isTransposed) {
      transpose(matrix, from);
    } else {
      std::memcpy(matrix, from, sizeof matrix);
    }
    const SlotState& state = warp.state(s);
    for (unsigned r = 0; r < kRows; ++r) {
      std::byte* const row = rows[kRows * m + r];
      std::memcpy(row, matrix + kRows * r, kRowBytes);
      machine::setDefined(row, kRowBytes);
      if (state.undefined != 0) [[unlikely]] {
        for (unsigned c = 0; c < kRows; ++c) {
          const unsigned at = isTransposed ? c * kRows + r : r * kRows + c;
          const unsigned lane = at / 2;
          if ((state.undefined >> lane & 1) != 0 &&
              (warp.undefinedBytes(s)[lane] >> (at % 2 * 2) & 3) != 0) {
            setUndefined(row + 2 * c, 2);
          }
        }
      }
    }
  }
  return op + 1;
}

template <bool IsStore>
void lowerMatrices(Lowering& l) {
  l.take("aligned");
  const bool isKnown = l.take("m8n8");
  const int count = l.takeOneOf({"x1", "x2", "x4"});
  const bool isTransposed = l.take("trans");
  const Space space = l.spaceIf().value_or(Space::kGeneric);
  const Type type = l.type();
  l.finish();
  if (!isKnown || count < 0 || type != Type::kB16) {
    l.fail("has a shape that this device does not know: it takes m8n8 of b16");
  }
  const unsigned matrices = 1u << count;
  const size_t pointer = IsStore ? 0 : 1;
  const size_t value = IsStore ? 1 : 0;
  Op& op = l.emit(IsStore ? storeMatrices : loadMatrices,
                  IsStore ? OpClass::kStoreShared : OpClass::kLoadShared);
  const Address address = l.address(pointer, space);
  const std::vector<Slot> slots =
      IsStore ? l.sources(value, Type::kB32) : l.destinations(value, Type::kB32);
  if (slots.size() != matrices) {
    l.fail("has " + std::to_string(slots.size()) + " registers for " + std::to_string(matrices) +
           " matrices");
  }
  for (size_t i = 0; i < matrices; ++i) {
    op.slot[i] = slots[i];
  }
  op.slot[5] = address.base;
  op.immediate = static_cast<uint64_t>(address.offset);
  op.variant = static_cast<uint8_t>(matrices | (isTransposed ? kIsTransposed : 0) |
                                    (address.isWide ? kIsWide : 0));
  op.target = static_cast<uint32_t>(space);
}

// movmatrix: the transposed matrix in the same lanes.
const Op* transposeMatrix(Warp& warp, const Op* op, uint32_t active) {
  if (!warp.converge(op, active)) {
    return nullptr;
  }
  alignas(64) uint16_t matrix[kRows * kRows];
  std::memcpy(matrix, warp.lanesOf<uint16_t>(op->slot[1]), sizeof matrix);
  const SlotState state = warp.state(op->slot[1]);
  if (state.undefined != 0) [[unlikely]] {
    alignas(4) uint16_t halves[kRows * kRows];
    for (unsigned i = 0; i < kRows * kRows; ++i) {
      const bool undefined = (state.undefined >> (i / 2) & 1) != 0;
      const unsigned bytes = warp.undefinedBytes(op->slot[1])[i / 2] >> (i % 2 * 2) & 3;
      halves[i] = static_cast<uint16_t>(undefined ? bytes : 0);
    }
    alignas(4) uint16_t ordered[kRows * kRows];
    transpose(ordered, halves);
    std::array<uint8_t, kLanes> bytes;
    for (unsigned i = 0; i < kLanes; ++i) {
      bytes[i] = static_cast<uint8_t>(ordered[2 * i] | ordered[2 * i + 1] << 2);
    }
    setUndefinedLanes(warp, op->slot[0], bytes);
  } else {
    setDefined(warp, op->slot[0], kAllLanes);
  }
  transpose(warp.lanesOf<uint16_t>(op->slot[0]), matrix);
  return op + 1;
}

void lowerTranspose(Lowering& l) {
  l.take("aligned");
  l.take("m8n8");
  l.take("trans");
  l.type();
  l.finish();
  Op& op = l.emit(transposeMatrix, OpClass::kWarp);
  op.slot[1] = l.source(1, Type::kB32);
  op.slot[0] = l.destination(0, Type::kB32);
}

}  // namespace

void registerMatrix(OpcodeTable& table) {
  table.add("mma.sync", lowerProduct);
  table.add("ldmatrix.sync", lowerMatrices<false>);
  table.add("stmatrix.sync", lowerMatrices<true>);
  table.add("movmatrix.sync", lowerTranspose);
}

}  // namespace gramian::machine::GRAMIAN_LANES
