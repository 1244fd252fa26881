#include "exec/lowering.h"

#include <bit>

#include "exec/builder.h"

namespace gramian::machine {

namespace {

using OperandKind = ptx::Operand::Kind;

// Of a lane's value in its slot: narrower values lie in two bytes.
uint32_t laneBytes(ptx::Type type) { return std::max(2u, ptx::bytesOf(type)); }

std::string textOf(const ptx::Operand& operand, const KernelBuilder& builder) {
  switch (operand.kind) {
    case OperandKind::kRegister:
    case OperandKind::kPredicate:
      return std::string("a register of type ") + ptx::nameOf(builder.typeOf(operand.index));
    case OperandKind::kInteger:
      return "an integer";
    case OperandKind::kFloat:
      return "a floating-point number";
    case OperandKind::kSpecial:
    case OperandKind::kSymbol:
    case OperandKind::kLabel:
      return "'" + std::string(operand.text) + "'";
    case OperandKind::kAddress:
      return "an address";
    case OperandKind::kVector:
      return "a vector";
    case OperandKind::kSink:
      return "'_'";
  }
  return "";
}

const ptx::Operand& operandAt(const Lowering& lowering, size_t i) {
  if (i >= lowering.operandCount()) {
    lowering.fail("expected more operands than " + std::to_string(lowering.operandCount()));
  }
  return lowering.operand(i);
}

uint64_t immediateOf(const Lowering& lowering, const ptx::Operand& operand, ptx::Type type,
                     const KernelBuilder& builder) {
  const unsigned bits = ptx::bitsOf(type);
  if (operand.kind == OperandKind::kInteger) {
    if (type == ptx::Type::kPred) {
      return operand.bits != 0 ? kAllLanes : 0;
    }
    return bits < 64 ? operand.bits & ((uint64_t{1} << bits) - 1) : operand.bits;
  }
  if (operand.kind == OperandKind::kFloat) {
    if (bits == 32) {
      return operand.isSingle
                 ? operand.bits
                 : std::bit_cast<uint32_t>(static_cast<float>(std::bit_cast<double>(operand.bits)));
    }
    if (bits == 64) {
      return operand.isSingle ? std::bit_cast<uint64_t>(static_cast<double>(
                                    std::bit_cast<float>(static_cast<uint32_t>(operand.bits))))
                              : operand.bits;
    }
  }
  lowering.fail(std::string("expected a constant of type ") + ptx::nameOf(type) + ", not " +
                textOf(operand, builder));
}

void requireWidth(const Lowering& lowering, ptx::Type declared, ptx::Type type, bool mayBeWider) {
  const unsigned has = ptx::bitsOf(declared);
  const unsigned needs = ptx::bitsOf(type);
  const bool isPredicate = declared == ptx::Type::kPred;
  if (isPredicate != (type == ptx::Type::kPred) || has < needs || (has > needs && !mayBeWider)) {
    lowering.fail(std::string("a register of type ") + ptx::nameOf(declared) +
                  " stands where the instruction has " + ptx::nameOf(type));
  }
}

}  // namespace

// Slots of one operand.
class OperandReader {
 public:
  OperandReader(const Lowering& lowering, KernelBuilder& builder)
      : lowering_(lowering), builder_(builder) {}

  Slot source(const ptx::Operand& operand, ptx::Type type, bool mayBeWider) {
    switch (operand.kind) {
      case OperandKind::kRegister:
        requireWidth(lowering_, builder_.typeOf(operand.index), type, mayBeWider);
        return builder_.read(builder_.registerOf(operand.index));
      case OperandKind::kSymbol: {
        KernelBuilder::Symbol symbol;
        if (!builder_.find(operand, symbol)) {
          lowering_.fail("there is no variable or function '" + std::string(operand.text) + "'");
        }
        return builder_.constant(
            laneBytes(type), symbol.address + static_cast<uint64_t>(operand.offset), symbol.origin);
      }
      case OperandKind::kInteger:
      case OperandKind::kFloat: {
        const uint64_t value = immediateOf(lowering_, operand, type, builder_);
        return builder_.constant(type == ptx::Type::kPred ? 0 : laneBytes(type), value);
      }
      default:
        lowering_.fail(std::string("expected a value of type ") + ptx::nameOf(type) + ", not " +
                       textOf(operand, builder_));
    }
  }

  Slot destination(const ptx::Operand& operand, ptx::Type type, bool mayBeWider) {
    if (operand.kind != OperandKind::kRegister) {
      lowering_.fail(std::string("expected a register of type ") + ptx::nameOf(type) + ", not " +
                     textOf(operand, builder_));
    }
    requireWidth(lowering_, builder_.typeOf(operand.index), type, mayBeWider);
    return builder_.write(builder_.registerOf(operand.index));
  }

 private:
  const Lowering& lowering_;
  KernelBuilder& builder_;
};

Lowering::Lowering(KernelBuilder& builder, const ptx::Instruction& instruction,
                   std::vector<std::string_view> modifiers)
    : builder_(builder), instruction_(instruction), modifiers_(std::move(modifiers)) {}

unsigned Lowering::arch() const { return builder_.module().arch; }

bool Lowering::hasArchFeatures() const { return builder_.module().target.ends_with('a'); }

// ---- modifiers

std::string_view Lowering::peek() const {
  return next_ < modifiers_.size() ? modifiers_[next_] : std::string_view();
}

bool Lowering::take(std::string_view modifier) {
  if (next_ == modifiers_.size() || modifiers_[next_] != modifier) {
    return false;
  }
  ++next_;
  return true;
}

int Lowering::takeOneOf(std::initializer_list<std::string_view> choices) {
  int index = 0;
  for (const std::string_view choice : choices) {
    if (take(choice)) {
      return index;
    }
    ++index;
  }
  return -1;
}

std::optional<ptx::Type> Lowering::typeIf() {
  const std::optional<ptx::Type> type =
      next_ < modifiers_.size() ? ptx::typeOf(modifiers_[next_]) : std::nullopt;
  next_ += type.has_value();
  return type;
}

ptx::Type Lowering::type() {
  const std::optional<ptx::Type> type = typeIf();
  if (!type) {
    fail(next_ < modifiers_.size() ? "'." + std::string(peek()) + "' is no type"
                                   : "it has no type");
  }
  return *type;
}

std::optional<ptx::Space> Lowering::spaceIf() {
  const std::optional<ptx::Space> space =
      next_ < modifiers_.size() ? ptx::spaceOf(modifiers_[next_]) : std::nullopt;
  next_ += space.has_value();
  return space;
}

// ---- operands

bool Lowering::isImmediate(size_t i) const {
  const OperandKind kind = operandAt(*this, i).kind;
  return kind == OperandKind::kInteger || kind == OperandKind::kFloat;
}

bool Lowering::isVector(size_t i) const { return operandAt(*this, i).kind == OperandKind::kVector; }

uint64_t Lowering::immediate(size_t i, ptx::Type type) {
  return immediateOf(*this, operandAt(*this, i), type, builder_);
}

Slot Lowering::source(size_t i, ptx::Type type, bool mayBeWider) {
  return OperandReader(*this, builder_).source(operandAt(*this, i), type, mayBeWider);
}

Slot Lowering::destination(size_t i, ptx::Type type, bool mayBeWider) {
  const ptx::Operand& o = operandAt(*this, i);
  if (o.kind == OperandKind::kSink) {
    return temporary(type);
  }
  return OperandReader(*this, builder_).destination(o, type, mayBeWider);
}

std::vector<Slot> Lowering::sources(size_t i, ptx::Type type, bool mayBeWider) {
  const ptx::Operand& o = operandAt(*this, i);
  if (o.kind != OperandKind::kVector) {
    return {source(i, type, mayBeWider)};
  }
  std::vector<Slot> slots;
  for (const ptx::Operand& part : o.parts) {
    slots.push_back(part.kind == OperandKind::kSink
                        ? kNoSlot
                        : OperandReader(*this, builder_).source(part, type, mayBeWider));
  }
  return slots;
}

std::vector<Slot> Lowering::destinations(size_t i, ptx::Type type, bool mayBeWider) {
  const ptx::Operand& o = operandAt(*this, i);
  if (o.kind != OperandKind::kVector) {
    return {destination(i, type, mayBeWider)};
  }
  std::vector<Slot> slots;
  for (const ptx::Operand& part : o.parts) {
    slots.push_back(part.kind == OperandKind::kSink
                        ? kNoSlot
                        : OperandReader(*this, builder_).destination(part, type, mayBeWider));
  }
  return slots;
}

ptx::Type Lowering::registerType(size_t i, size_t part) const {
  const ptx::Operand* o = &operandAt(*this, i);
  if (o->kind == OperandKind::kVector) {
    if (part >= o->parts.size()) {
      return ptx::Type::kNone;
    }
    o = &o->parts[part];
  }
  return o->kind == OperandKind::kRegister || o->kind == OperandKind::kPredicate
             ? builder_.typeOf(o->index)
             : ptx::Type::kNone;
}

Slot Lowering::predicate(size_t i, bool& negated) {
  ptx::Operand o = operandAt(*this, i);
  negated = o.kind == OperandKind::kPredicate && o.negated;
  if (o.kind == OperandKind::kPredicate) {
    o.kind = OperandKind::kRegister;
  }
  return OperandReader(*this, builder_).source(o, ptx::Type::kPred, false);
}

Slot Lowering::predicateDestination(size_t i) { return destination(i, ptx::Type::kPred); }

Address Lowering::address(size_t i, ptx::Space space) {
  const ptx::Operand& o = operandAt(*this, i);
  if (o.kind != OperandKind::kAddress) {
    fail("expected an address, not " + textOf(o, builder_));
  }
  Address address;
  address.offset = o.offset;
  if (o.hasRegister) {
    const ptx::Type type = builder_.typeOf(o.index);
    const unsigned bits = ptx::bitsOf(type);
    if ((bits != 32 && bits != 64) || ptx::isFloat(type)) {
      fail(std::string("a register of type ") + ptx::nameOf(type) + " is no address");
    }
    address.isWide = bits == 64;
    address.base = builder_.read(builder_.registerOf(o.index));
  } else if (!o.text.empty()) {
    KernelBuilder::Symbol symbol;
    if (!builder_.find(o, symbol)) {
      fail("there is no variable '" + std::string(o.text) + "'");
    }
    const auto isData = [](ptx::Space s) {
      return s == ptx::Space::kGlobal || s == ptx::Space::kConst || s == ptx::Space::kGeneric;
    };
    const auto isShared = [](ptx::Space s) {
      return s == ptx::Space::kShared || s == ptx::Space::kSharedCluster;
    };
    if (symbol.space != space && !(isData(symbol.space) && space == ptx::Space::kGeneric) &&
        !(isShared(symbol.space) && isShared(space))) {
      fail("variable '" + std::string(o.text) + "' lies in space " + ptx::nameOf(symbol.space) +
           ", not " + ptx::nameOf(space));
    }
    address.offset += static_cast<int64_t>(symbol.address);
  }
  return address;
}

std::vector<Slot> Lowering::coordinates(size_t i) {
  std::vector<Slot> slots;
  for (const ptx::Operand& part : operandAt(*this, i).parts) {
    slots.push_back(OperandReader(*this, builder_).source(part, ptx::Type::kB32, false));
  }
  return slots;
}

Slot Lowering::temporary(ptx::Type type) { return builder_.temporary(type); }

Slot Lowering::constant(ptx::Type type, uint64_t value) {
  return builder_.constant(type == ptx::Type::kPred ? 0 : laneBytes(type), value);
}

// ---- result

Op& Lowering::emit(Handler handler, OpClass opClass) { return builder_.emit(handler, opClass); }

OpInfo& Lowering::info() { return builder_.info(); }

void Lowering::keepAny(std::shared_ptr<void> object) { builder_.keep(std::move(object)); }

void Lowering::fail(const std::string& what) const {
  throw ptx::Error{"kernel " + builder_.kernelName() + ", PTX line " +
                   std::to_string(instruction_.textLine) + ": " + std::string(instruction_.name) +
                   ": " + what};
}

void Lowering::finish() const {
  if (next_ != modifiers_.size()) {
    fail("this device does not know the modifier '." + std::string(peek()) + "' here");
  }
}

}  // namespace gramian::machine
