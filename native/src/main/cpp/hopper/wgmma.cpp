// wgmma: products by the four warps of a warpgroup, whose operands lie in shared memory.
#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <string>
#include <vector>

#include "arith/mma.h"
#include "exec/fault.h"
#include "exec/launch.h"
#include "exec/opcodes.h"
#include "hopper/descriptor.h"
#include "hopper/hopper.h"
#include "hopper/operands.h"
#include "hopper/warpgroup.h"
#include "memory/windows.h"

namespace gramian::machine {

namespace {

using arith::Accumulator;
using arith::OperandFormat;
using ptx::Type;

constexpr uint32_t kRows = 16;  // of a warp

// In place of which bytes are undefined: accumulators under way. Their values are there already.
constexpr uint8_t kUnderWay = 0x8f;

struct Multiply {
  uint32_t n = 0;
  bool isInteger = false;
  OperandFormat formatA{};
  OperandFormat formatB{};
  Accumulator accumulator = Accumulator::kF32;
  arith::IntegerMma integer{};
  std::vector<Slot> d;
  std::vector<Slot> a;  // registers, or none where a descriptor is
  Slot descriptorA = kNoSlot;
  Slot descriptorB = kNoSlot;
  Slot accumulates = kNoSlot;  // a predicate
  bool accumulatesNegated = false;
  bool isTransposedA = false;
  bool isTransposedB = false;
  uint32_t signsA = 0;  // to flip
  uint32_t signsB = 0;
};

Warpgroup& warpgroupOf(Warp& warp) {
  return warpgroupsOf(*warp.block).of[warp.number / kWarpgroupWarps];
}

bool isUnderWay(Warp& warp, Slot slot) {
  const SlotState& s = warp.state(slot);
  return s.computed != 0 && warp.undefinedBytes(slot)[std::countr_zero(s.computed)] == kUnderWay;
}

// ---- what the warps of a warpgroup do alike

MatrixStep& stepOf(Warp& warp, const Op* op, const Multiply& m, uint64_t a, uint64_t b) {
  Warpgroup& group = warpgroupOf(warp);
  const uint32_t index = warp.number % kWarpgroupWarps;
  const uint64_t number = group.issued[index]++ - group.firstStep;
  if (number == group.steps.size()) {
    MatrixStep& made = group.steps.emplace_back();
    made.op = op;
    made.a = a;
    made.b = b;
    made.rowsOfB.resize(size_t{m.n} * kDepthBytes);
    gatherMatrix(warp, op, b, m.isTransposedB, 0, m.n, made.rowsOfB.data());
  }
  MatrixStep& step = group.steps[number];
  if (step.op != op || step.a != a || step.b != b) {
    failAny(warp, op, kAllLanes, CUDA_ERROR_LAUNCH_FAILED,
            "multiplies other matrices than another warp of the warpgroup does at this point");
  }
  step.warps |= 1u << index;
  return step;
}

void forgetSteps(Warpgroup& group) {
  while (!group.steps.empty() && group.steps.front().warps == (1u << kWarpgroupWarps) - 1) {
    group.steps.pop_front();
    ++group.firstStep;
  }
}

// From the first to the last byte of a matrix.
Warpgroup::Reading readingOf(const Warp& warp, const Op* op, uint64_t bits, bool isTransposed,
                             uint32_t rows, uint32_t group) {
  const MatrixDescriptor d(bits);
  uint64_t first = ~uint64_t{0};
  uint64_t last = 0;
  const auto cover = [&](uint64_t chunk) {
    first = std::min(first, chunk);
    last = std::max(last, chunk + 16);
  };
  if (isTransposed) {
    for (uint32_t r = 0; r < rows / 8; ++r) {
      cover(d.transposedChunk(r, 0));
      cover(d.transposedChunk(r, kDepthBytes / 2 - 1));
    }
  } else {
    for (uint32_t r = 0; r < rows; ++r) {
      cover(d.chunk(r, 0));
      cover(d.chunk(r, 1));
    }
  }
  return {group, op, warp.block->shared + first, warp.block->shared + last};
}

// ---- the product

// The words of a fragment: lane 4 r + q has those of row r of 8.
void fragment(const std::byte* rows, uint32_t at, uint32_t* lanes, uint32_t signs) {
  for (uint32_t lane = 0; lane < kLanes; ++lane) {
    uint32_t word;
    std::memcpy(&word, rows + lane / 4 * kDepthBytes + at + lane % 4 * 4, sizeof word);
    lanes[lane] = word ^ signs;
  }
}

void loadA(Warp& warp, const Op* op, const Multiply& m, uint64_t descriptor,
           uint32_t (*words)[kLanes]) {
  if (m.a.empty()) {
    std::byte rows[kRows * kDepthBytes];
    gatherMatrix(warp, op, descriptor, m.isTransposedA, warp.number % kWarpgroupWarps * kRows,
                 kRows, rows);
    for (uint32_t i = 0; i < 4; ++i) {
      fragment(rows + i % 2 * 8 * kDepthBytes, i / 2 * 16, words[i], m.signsA);
    }
    return;
  }
  for (uint32_t i = 0; i < 4; ++i) {
    requireDefined(warp, op, m.a[i], kAllLanes, "a register of the matrix A");
    const auto* const from = warp.lanesOf<uint32_t>(m.a[i]);
    for (uint32_t lane = 0; lane < kLanes; ++lane) {
      words[i][lane] = from[lane] ^ m.signsA;
    }
  }
}

void multiplyAll(Warp& warp, const Multiply& m, const uint32_t (*a)[kLanes],
                 const std::byte* rowsOfB, bool accumulates) {
  const uint32_t* const registersA[] = {a[0], a[1], a[2], a[3]};
  const auto capability = static_cast<int>(warp.block->launch->device->tensorCoreModel);
  const arith::DotProduct model =
      m.isInteger
          ? arith::DotProduct{}
          : arith::dotProduct(capability, m.formatA, m.accumulator, arith::MatrixUnit::kWgmma);
  arith::TileA tileA;
  if (!m.isInteger) {
    arith::decode(tileA, m.formatA, 4, registersA);
  }
  const size_t perTile = m.d.size() * 8 / m.n;
  for (uint32_t j = 0; j < m.n / 8; ++j) {
    uint32_t b[2][kLanes];
    fragment(rowsOfB + size_t{j} * 8 * kDepthBytes, 0, b[0], m.signsB);
    fragment(rowsOfB + size_t{j} * 8 * kDepthBytes, 16, b[1], m.signsB);
    const uint32_t* const registersB[] = {b[0], b[1]};
    uint32_t* d[4];
    for (size_t i = 0; i < perTile; ++i) {
      d[i] = warp.lanesOf<uint32_t>(m.d[j * perTile + i]);
      if (!accumulates) {
        std::fill_n(d[i], kLanes, 0u);
      }
    }
    if (m.isInteger) {
      arith::execute(m.integer, d, registersA, registersB, d);
      continue;
    }
    arith::TileB tileB;
    arith::decode(tileB, m.formatB, 2, registersB);
    arith::TileC tileC;
    arith::loadAccumulators(tileC, m.accumulator, d);
    arith::multiplyAdd(model, tileA, tileB, tileC);
    arith::storeAccumulators(tileC, m.accumulator, d);
  }
}

const Op* multiply(Warp& warp, const Op* op, uint32_t active) {
  const auto& m = *static_cast<const Multiply*>(op->more);
  if (!warp.converge(op, active)) {
    return nullptr;
  }
  Warpgroup& group = warpgroupOf(warp);
  const uint32_t index = warp.number % kWarpgroupWarps;
  if (active != kAllLanes ||
      warp.number / kWarpgroupWarps * kWarpgroupWarps + kWarpgroupWarps > warp.block->warpCount) {
    failAny(warp, op, active, CUDA_ERROR_LAUNCH_FAILED,
            "wgmma takes four whole warps, from one whose number is a multiple of four");
  }
  if (!group.hasFence[index]) {
    failAny(warp, op, active, CUDA_ERROR_LAUNCH_FAILED,
            "multiplies with no wgmma.fence before it, which orders its registers");
  }
  requireDefined(warp, op, m.descriptorA, active, "a matrix descriptor");
  requireDefined(warp, op, m.descriptorB, active, "a matrix descriptor");
  requireDefined(warp, op, m.accumulates, active, "the predicate of a wgmma");
  const bool accumulates = ((warp.predicate(m.accumulates) & 1) != 0) != m.accumulatesNegated;
  for (const Slot s : m.d) {
    if (accumulates && warp.state(s).undefined != 0 && !isUnderWay(warp, s)) {
      failAny(warp, op, warp.state(s).undefined, CUDA_ERROR_LAUNCH_FAILED,
              "accumulates onto a register that was never set, or comes of data never written");
    }
  }
  const uint64_t a = m.a.empty() ? warp.lanesOf<uint64_t>(m.descriptorA)[0] : 0;
  const uint64_t b = warp.lanesOf<uint64_t>(m.descriptorB)[0];
  const MatrixStep& step = stepOf(warp, op, m, a, b);
  uint32_t words[4][kLanes];
  loadA(warp, op, m, a, words);
  multiplyAll(warp, m, words, step.rowsOfB.data(), accumulates);
  forgetSteps(group);

  const uint32_t commit = group.commits[index];
  group.readings.push_back(readingOf(warp, op, b, m.isTransposedB, m.n, commit));
  if (m.a.empty()) {
    group.readings.push_back(
        readingOf(warp, op, a, m.isTransposedA, kRows * kWarpgroupWarps, commit));
  }
  const auto number = static_cast<uint32_t>(op - warp.kernel->ops.data());
  group.pending[index].push_back({commit, number});
  for (const Slot s : m.d) {
    SlotState& state = warp.state(s);
    state = {kAllLanes, kAllLanes, number, 0, 0};
    std::fill_n(warp.undefinedBytes(s), kLanes, kUnderWay);
  }
  return op + 1;
}

// ---- fence, commit, wait

const Op* fenceRegisters(Warp& warp, const Op* op, uint32_t active) {
  if (!warp.converge(op, active)) {
    return nullptr;
  }
  warpgroupOf(warp).hasFence[warp.number % kWarpgroupWarps] = true;
  return op + 1;
}

const Op* commit(Warp& warp, const Op* op, uint32_t active) {
  if (!warp.converge(op, active)) {
    return nullptr;
  }
  ++warpgroupOf(warp).commits[warp.number % kWarpgroupWarps];
  warp.block->wake(Waits::kMbarrier);
  return op + 1;
}

// Accumulators of no group under way become what they hold.
void releaseAccumulators(Warp& warp, const std::vector<Warpgroup::Pending>& pending) {
  for (uint32_t i = 0; i < warp.kernel->slots; ++i) {
    const auto slot = static_cast<Slot>(i);
    SlotState& s = warp.state(slot);
    if (s.computed == 0 || !isUnderWay(warp, slot)) {
      continue;
    }
    const bool isPending =
        std::any_of(pending.begin(), pending.end(),
                    [&](const Warpgroup::Pending& p) { return p.op == s.computedAt; });
    if (!isPending) {
      s.undefined = 0;
      s.computed = 0;
    }
  }
}

// immediate: how many groups may stay under way.
const Op* waitGroup(Warp& warp, const Op* op, uint32_t active) {
  if (!warp.converge(op, active)) {
    return nullptr;
  }
  Warpgroup& group = warpgroupOf(warp);
  const uint32_t index = warp.number % kWarpgroupWarps;
  const uint32_t commits = group.commits[index];
  const auto isOver = [&](uint32_t of) { return of + op->immediate < commits; };
  // The four warps multiply together: what another has not issued yet cannot be over.
  for (uint32_t i = 0; i < kWarpgroupWarps; ++i) {
    const uint32_t number = warp.number - index + i;
    if (number >= warp.block->warpCount || commits <= op->immediate ||
        group.commits[i] >= commits - op->immediate) {
      continue;
    }
    const Warp& other = *warp.block->warps[number];
    if (other.ended == other.existing) {
      failAny(warp, op, active, CUDA_ERROR_LAUNCH_FAILED,
              "waits for a wgmma that warp " + std::to_string(number) +
                  " of the block left the kernel without");
    }
    return warp.wait(op, Waits::kMbarrier);
  }
  std::erase_if(group.readings, [&](const Warpgroup::Reading& r) { return isOver(r.group); });
  std::vector<Warpgroup::Pending>& pending = group.pending[index];
  std::erase_if(pending, [&](const Warpgroup::Pending& p) { return isOver(p.group); });
  releaseAccumulators(warp, pending);
  return op + 1;
}

void lowerAligned(Lowering& l, Handler handler, uint64_t immediate) {
  l.take("sync");
  l.take("aligned");
  l.finish();
  l.emit(handler, OpClass::kBarrier).immediate = immediate;
}

// ---- mma_async

bool formatOf(Type type, OperandFormat& format) {
  static constexpr std::pair<Type, OperandFormat> kFormats[] = {
      {Type::kF16, OperandFormat::kF16},   {Type::kBf16, OperandFormat::kBf16},
      {Type::kTf32, OperandFormat::kTf32}, {Type::kE4m3, OperandFormat::kE4m3},
      {Type::kE5m2, OperandFormat::kE5m2},
  };
  for (const auto& [known, of] : kFormats) {
    if (known == type) {
      format = of;
      return true;
    }
  }
  return false;
}

// "m64n128k16"
void takeShape(Lowering& l, uint32_t& n, uint32_t& k) {
  const std::string text(l.peek());
  unsigned columns = 0;
  unsigned depth = 0;
  if (std::sscanf(text.c_str(), "m64n%uk%u", &columns, &depth) != 2 || columns % 8 != 0 ||
      columns < 8 || columns > 256) {
    l.fail("has a shape that there is not");
  }
  n = columns;
  k = depth;
  l.skip();
}

// 1, or -1 that flips the sign of every element.
uint32_t signsOf(Lowering& l, size_t operand, unsigned elementBits) {
  const auto scale = static_cast<int64_t>(l.immediate(operand, Type::kS64));
  if (scale != 1 && scale != -1) {
    l.fail("scales a matrix by something else than 1 or -1");
  }
  return scale == 1          ? 0
         : elementBits == 16 ? 0x80008000
         : elementBits == 8  ? 0x80808080
                             : 0x80000000;
}

void lowerMultiply(Lowering& l) {
  Multiply m;
  l.take("sync");
  l.take("aligned");
  if (l.take("sp")) {
    l.fail("this device does not know sparse matrices");
  }
  uint32_t depth = 0;
  takeShape(l, m.n, depth);
  const Type d = l.type();
  const Type a = l.type();
  const Type b = l.type();
  m.integer.saturate = l.take("satfinite");
  l.finish();
  const unsigned bits = a == Type::kTf32 ? 32 : ptx::bitsOf(a);
  m.isInteger = d == Type::kS32;
  const bool isByte = ptx::bitsOf(a) == 8 && ptx::bitsOf(b) == 8;
  const bool isKnown = m.isInteger ? isByte && !ptx::isFloat(a) && !ptx::isFloat(b)
                                   : formatOf(a, m.formatA) && formatOf(b, m.formatB) &&
                                         (d == Type::kF32 || d == Type::kF16) && (a == b || isByte);
  if (!isKnown || depth * bits != kDepthBytes * 8) {
    l.fail("has types or a depth that there are not");
  }
  m.integer = {ptx::isSigned(a), ptx::isSigned(b), m.integer.saturate, 4, 2};
  m.accumulator = d == Type::kF16 ? Accumulator::kF16 : Accumulator::kF32;
  const Type word = d == Type::kF16 ? Type::kB32 : d;
  l.sources(0, word);
  m.d = l.destinations(0, word);
  if (m.d.size() != m.n / (d == Type::kF16 ? 4 : 2)) {
    l.fail("has " + std::to_string(m.d.size()) + " accumulators");
  }
  const bool isInRegisters = l.isVector(1);
  if (isInRegisters) {
    m.a = l.sources(1, Type::kB32);
    if (m.a.size() != 4) {
      l.fail("has a matrix A of " + std::to_string(m.a.size()) + " registers");
    }
  } else {
    m.descriptorA = l.source(1, Type::kB64);
  }
  m.descriptorB = l.source(2, Type::kB64);
  m.accumulates = l.predicate(3, m.accumulatesNegated);
  if (!m.isInteger) {
    m.signsA = signsOf(l, 4, bits);
    m.signsB = signsOf(l, 5, bits);
    size_t operand = 6;
    if (!isInRegisters && l.operandCount() > operand) {
      m.isTransposedA = l.immediate(operand++, Type::kU32) != 0;
    }
    if (l.operandCount() > operand) {
      m.isTransposedB = l.immediate(operand, Type::kU32) != 0;
    }
    if ((m.isTransposedA || m.isTransposedB) && bits != 16) {
      l.fail("only matrices of 16-bit numbers can be transposed");
    }
  }
  const uint32_t n = m.n;
  l.emit(multiply, OpClass::kTensor).more = l.keep(std::move(m));
  l.info().operations = 2 * kRows * n * depth;
}

}  // namespace

void registerWarpgroups(OpcodeTable& table) {
  table.add("wgmma.mma_async", lowerMultiply);
  table.add("wgmma.fence", [](Lowering& l) { lowerAligned(l, fenceRegisters, 0); });
  table.add("wgmma.commit_group", [](Lowering& l) { lowerAligned(l, commit, 0); });
  table.add("wgmma.wait_group",
            [](Lowering& l) { lowerAligned(l, waitGroup, l.immediate(0, Type::kU32)); });
}

}  // namespace gramian::machine
