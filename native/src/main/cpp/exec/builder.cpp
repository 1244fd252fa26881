#include "exec/builder.h"

#include <algorithm>
#include <array>

#include "exec/jumps.h"
#include "exec/opcodes.h"

namespace gramian::machine {

namespace {

using Kind = FlatInstruction::Kind;

// Before, between and behind static variables lies memory that nobody may touch.
constexpr uint32_t kSharedGuard = 128;
constexpr uint32_t kDynamicAlign = 1024;
constexpr uint32_t kMaxSharedBytes = 1u << 24;

uint32_t alignUp(uint32_t value, uint32_t align) { return (value + align - 1) / align * align; }

std::vector<std::string_view> split(std::string_view modifiers) {
  std::vector<std::string_view> parts;
  while (!modifiers.empty()) {
    modifiers.remove_prefix(1);  // the dot
    const size_t end = std::min(modifiers.find('.'), modifiers.size());
    parts.push_back(modifiers.substr(0, end));
    modifiers.remove_prefix(end);
  }
  return parts;
}

// Whether the blocks of a grid can tell their order by it.
bool ordersBlocks(std::string_view name) {
  if (name.find(".shared") != std::string_view::npos) {
    return false;
  }
  if (name.starts_with("atom.") || name.starts_with("red.")) {
    return true;
  }
  return (name.starts_with("ld.") || name.starts_with("st.")) &&
         (name.find(".volatile") != std::string_view::npos ||
          name.find(".relaxed") != std::string_view::npos ||
          name.find(".acquire") != std::string_view::npos ||
          name.find(".release") != std::string_view::npos);
}

}  // namespace

KernelBuilder::KernelBuilder(std::shared_ptr<ptx::Module> module, ptx::Function& function,
                             const PlaceOfVariable& placeOf)
    : module_(std::move(module)), function_(function), placeOf_(placeOf) {}

std::shared_ptr<const Kernel> KernelBuilder::run() {
  kernel_->name = function_.name;
  flat_ = flatten(*module_, function_);
  types_ = flat_->registers;
  sharedEnd_ = kSharedGuard;
  layOutParameters();
  lowerAll();
  planRegisters();
  layOutShared();
  isFirstPass_ = false;
  lowerAll();
  linkJumps();
  finish();
  return kernel_;
}

void KernelBuilder::layOutParameters() {
  uint32_t end = 0;
  for (const ptx::Variable& v : function_.parameters) {
    const uint32_t at = alignUp(end, std::max(v.align, 1u));
    kernel_->parameters.push_back({v.name, at, static_cast<uint32_t>(v.bytes()), v.align});
    end = at + static_cast<uint32_t>(v.bytes());
  }
  kernel_->parameterBytes = end;
}

void KernelBuilder::lowerAll() {
  nextTemporary_ = 0;
  for (current_ = 0; current_ < flat_->instructions.size(); ++current_) {
    firstOp_.push_back(static_cast<uint32_t>(ops_.size()));
    lower(flat_->instructions[current_]);
  }
  if (isFirstPass()) {
    firstOp_.clear();
    ops_.clear();
    infos_.clear();
    jumps_.clear();
    constants_.clear();
    kernel_->kept.clear();
    kernel_->constants.clear();
  }
}

void KernelBuilder::lower(const FlatInstruction& flat) {
  if (flat.guard != kNone) {
    read(flat.guard);
  }
  if (flat.kind == Kind::kPlain || flat.kind == Kind::kBuiltin) {
    lowerOpcode(flat);
  } else {
    lowerJump(flat);
  }
}

std::string_view KernelBuilder::nameOf(const FlatInstruction& flat) {
  const ptx::Instruction& instruction = *flat.instruction;
  const size_t at = instruction.name.find(".param");
  if (at == std::string_view::npos) {
    return instruction.name;
  }
  // Parameters of called functions lie in local memory; only those of the kernel are apart.
  bool isLocal = flat.frame->caller != nullptr;
  for (const ptx::Operand& o : instruction.operands) {
    Symbol symbol;
    if (o.kind == ptx::Operand::Kind::kAddress && find(o, symbol)) {
      isLocal = symbol.space == ptx::Space::kLocal;
    }
  }
  if (!isLocal) {
    return instruction.name;
  }
  std::string name(instruction.name.substr(0, at));
  name += ".local";
  std::string_view rest = instruction.name.substr(at + 6);
  if (rest.starts_with("::")) {
    rest.remove_prefix(std::min(rest.find('.'), rest.size()));
  }
  name += rest;
  return flat_->texts.emplace_back(std::move(name));
}

void KernelBuilder::lowerOpcode(const FlatInstruction& flat) {
  const std::string_view name = nameOf(flat);
  kernel_->ordersBlocks |= ordersBlocks(name);
  size_t length = 0;
  const Lower lower = opcodes().find(name, length);
  const bool isBuiltin = flat.kind == Kind::kBuiltin;
  if (lower == nullptr || (isBuiltin && length != name.size())) {
    Lowering(*this, *flat.instruction, {})
        .fail(isBuiltin ? "no function of this name has a body, here or on the device"
                        : "this device does not know the instruction");
  }
  Lowering lowering(*this, *flat.instruction, split(name.substr(length)));
  lower(lowering);
}

void KernelBuilder::lowerJump(const FlatInstruction& flat) {
  const auto jumpTo = [&](uint32_t label) {
    jumps_.push_back({static_cast<uint32_t>(ops_.size() - 1), flat_->labels[label]});
  };
  switch (flat.kind) {
    case Kind::kJump:
      emit(jump, OpClass::kControl);
      jumpTo(flat.target);
      return;
    case Kind::kJumpIfEqual: {
      const Slot address = read(flat.address);
      const Slot function = constant(8, flat.value);
      Op& op = emit(jumpIfEqual, OpClass::kControl);
      op.slot[0] = address;
      op.slot[1] = function;
      jumpTo(flat.target);
      return;
    }
    case Kind::kJumpTable: {
      const Slot index = read(flat.address);
      emit(jumpByTable, OpClass::kControl).slot[0] = index;
      return;
    }
    case Kind::kBadCall: {
      const Slot address = read(flat.address);
      emit(failCall, OpClass::kControl).slot[0] = address;
      return;
    }
    case Kind::kExit:
      emit(leaveKernel, OpClass::kControl);
      return;
    case Kind::kPlain:
    case Kind::kBuiltin:
      return;
  }
}

void KernelBuilder::planRegisters() {
  flow_ = std::make_unique<Flow>(*flat_);
  intervals_ = findIntervals(*flat_, *flow_, use_);
  for (const uint32_t at : temporaryAt_) {
    intervals_.push_back({at, at, false});
  }
  plan_ = planSlots(types_, intervals_);
}

void KernelBuilder::layOutShared() {
  const uint32_t guarded = kernel_->shared.empty() ? 0 : sharedEnd_ + kSharedGuard;
  kernel_->sharedWindow =
      alignUp(std::max(guarded, kDynamicAlign), std::max(dynamicAlign_, kDynamicAlign));
  if (kernel_->sharedWindow > kMaxSharedBytes) {
    throw ptx::Error{"kernel " + kernel_->name + " has more than 16 MiB of shared variables"};
  }
}

uint64_t KernelBuilder::sharedOffset(const ptx::Variable& variable) {
  if (variable.isExtern || variable.elements == 0) {
    dynamicAlign_ = std::max(dynamicAlign_, variable.align);
    return kernel_->sharedWindow;
  }
  const auto [found, isNew] = sharedOffsets_.try_emplace(&variable, 0);
  if (isNew) {
    const auto bytes = static_cast<uint32_t>(variable.bytes());
    const uint32_t align = std::max(variable.align, 1u);
    found->second = alignUp(sharedEnd_, std::max(align, 16u));
    sharedEnd_ = alignUp(found->second + bytes, 16) + kSharedGuard;
    kernel_->shared.push_back({variable.name, found->second, bytes});
    kernel_->staticShared = alignUp(kernel_->staticShared, align) + bytes;
  }
  return found->second;
}

// ---- for Lowering

Slot KernelBuilder::read(uint32_t reg) {
  if (isFirstPass()) {
    use_.reads.push_back({current_, reg});
    return 0;
  }
  return static_cast<Slot>(plan_.slots[reg]);
}

Slot KernelBuilder::write(uint32_t reg) {
  if (isFirstPass()) {
    use_.writes.push_back({current_, reg});
    return 0;
  }
  return static_cast<Slot>(plan_.slots[reg]);
}

Slot KernelBuilder::temporary(ptx::Type type) {
  if (isFirstPass()) {
    types_.push_back(type);
    temporaryAt_.push_back(current_);
    return 0;
  }
  return static_cast<Slot>(plan_.slots[flat_->registers.size() + nextTemporary_++]);
}

Slot KernelBuilder::constant(uint32_t bytes, uint64_t value, uint32_t origin) {
  if (isFirstPass()) {
    return 0;
  }
  const auto [found, isNew] = constants_.try_emplace({bytes, value, origin}, Slot{});
  if (isNew) {
    found->second = static_cast<Slot>(plan_.count);
    plan_.count += bytes == 8 ? 2 : 1;
    Kernel::Constant& c = kernel_->constants.emplace_back();
    c.slot = found->second;
    c.bytes = bytes;
    c.value = value;
    c.origin = origin;
  }
  return found->second;
}

bool KernelBuilder::find(const ptx::Operand& operand, Symbol& symbol) {
  if (operand.hasRegister || operand.text.empty()) {
    return false;
  }
  const Frame& frame = *flat_->instructions[current_].frame;
  const ptx::Function& f = *frame.function;
  const ptx::Variable* variable = nullptr;
  const auto isName = [&](const ptx::Variable& v) { return v.name == operand.text; };
  if (operand.index != 0) {
    variable = &f.variables[operand.index - 1];
    if (variable->space == ptx::Space::kLocal || variable->space == ptx::Space::kParam) {
      symbol = {ptx::Space::kLocal, frame.variables[operand.index - 1], 0};
      return true;
    }
  } else {
    const auto parameter = std::find_if(f.parameters.begin(), f.parameters.end(), isName);
    if (parameter != f.parameters.end()) {
      const auto i = static_cast<size_t>(parameter - f.parameters.begin());
      symbol = frame.caller == nullptr
                   ? Symbol{ptx::Space::kParam, kernel_->parameters[i].offset, 0}
                   : Symbol{ptx::Space::kLocal, frame.parameters[i], 0};
      return true;
    }
    const auto result = std::find_if(f.results.begin(), f.results.end(), isName);
    if (result != f.results.end() && frame.caller != nullptr) {
      symbol = {ptx::Space::kLocal, frame.results[static_cast<size_t>(result - f.results.begin())],
                0};
      return true;
    }
    variable = module_->findVariable(operand.text);
  }
  if (variable != nullptr) {
    if (variable->space == ptx::Space::kShared) {
      symbol = {ptx::Space::kShared, sharedOffset(*variable), 0};
    } else {
      const VariablePlace place = placeOf_(*variable);
      symbol = {variable->space, place.address, place.origin};
    }
    return true;
  }
  const ptx::Function* const function = module_->find(operand.text);
  if (function == nullptr) {
    return false;
  }
  symbol = {ptx::Space::kGlobal, addressOf(*module_, *function), 0};
  return true;
}

Op& KernelBuilder::emit(Handler handler, OpClass opClass) {
  const FlatInstruction& flat = flat_->instructions[current_];
  Op& op = ops_.emplace_back();
  op.run = handler;
  std::fill(std::begin(op.slot), std::end(op.slot), kNoSlot);
  if (flat.guard != kNone) {
    op.guard = isFirstPass() ? Slot{0} : static_cast<Slot>(plan_.slots[flat.guard]);
    op.guardNegated = flat.guardNegated;
  }
  OpInfo& info = infos_.emplace_back();
  info.text = flat.instruction->name;
  info.textLine = flat.instruction->textLine;
  const uint32_t line = flat.instruction->sourceLine;
  info.sourceLine = line == 0 ? flat.frame->callLine : flat.frame->firstSourceLine + line;
  info.opClass = opClass;
  return op;
}

OpInfo& KernelBuilder::info() { return infos_.back(); }

void KernelBuilder::keep(std::shared_ptr<void> object) {
  kernel_->kept.push_back(std::move(object));
}

// ---- the end

void KernelBuilder::linkJumps() {
  firstOp_.push_back(static_cast<uint32_t>(ops_.size()));
  for (const Jump& j : jumps_) {
    ops_[j.op].target = firstOp_[j.instruction];
    ops_[j.op].immediate = static_cast<uint64_t>(int64_t{ops_[j.op].target} - int64_t{j.op});
  }
  for (uint32_t i = 0; i < flat_->instructions.size(); ++i) {
    const FlatInstruction& flat = flat_->instructions[i];
    if (flat.target == kNone && flat.table.empty()) {
      continue;
    }
    const uint32_t op = firstOp_[i + 1] - 1;
    if (flat.kind == Kind::kJumpTable) {
      JumpTable table;
      for (const uint32_t label : flat.table) {
        table.distances.push_back(int64_t{firstOp_[flat_->labels[label]]} - int64_t{op});
      }
      auto kept = std::make_shared<JumpTable>(std::move(table));
      ops_[op].more = kept.get();
      keep(std::move(kept));
    }
    const uint32_t meeting = flow_->blocks[flow_->blockOf[i]].postDominator;
    infos_[op].reconvergence = meeting == kNone ? 0 : firstOp_[flow_->blocks[meeting].begin];
  }
}

void KernelBuilder::finish() {
  if (plan_.count >= kNoSlot) {
    throw ptx::Error{"kernel " + kernel_->name + " needs " + std::to_string(plan_.count) +
                     " registers and constants, more than this device has"};
  }
  kernel_->slots = plan_.count;
  for (uint32_t r = 0; r < flat_->registers.size(); ++r) {
    if (intervals_[r].isUndefinedAtStart) {
      kernel_->undefinedAtStart.push_back(static_cast<Slot>(plan_.slots[r]));
    }
  }
  kernel_->ops.assign(ops_.begin(), ops_.end());
  kernel_->infos.assign(infos_.begin(), infos_.end());
  kernel_->sourceLines = flat_->sourceLines;
  kernel_->files = module_->files;
  kernel_->localBytes = static_cast<uint32_t>(flat_->localBytes);
  const uint32_t* const required = function_.requiredThreads;
  std::copy_n(required, 3, kernel_->requiredThreads);
  std::copy_n(function_.clusterSize, 3, kernel_->clusterSize);
  if (required[0] != 0) {
    kernel_->maxThreads = required[0] * required[1] * required[2];
  } else if (function_.maxThreads != 0) {
    kernel_->maxThreads = function_.maxThreads;
  }
  keep(module_);
  keep(flat_);  // the texts of made instructions
}

std::shared_ptr<const Kernel> buildKernel(std::shared_ptr<ptx::Module> module,
                                          ptx::Function& function, const PlaceOfVariable& placeOf) {
  return KernelBuilder(std::move(module), function, placeOf).run();
}

}  // namespace gramian::machine
