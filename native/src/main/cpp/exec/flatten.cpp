#include "exec/flatten.h"

#include <algorithm>
#include <unordered_set>

namespace gramian::machine {

namespace {

using Kind = FlatInstruction::Kind;

constexpr uint64_t kFirstFunctionAddress = uint64_t{0xf} << 40;
constexpr size_t kMaxInstructions = 4u << 20;

uint64_t alignUp(uint64_t value, uint64_t align) { return (value + align - 1) / align * align; }

std::string_view opcodeOf(const ptx::Instruction& instruction) {
  return instruction.name.substr(0, instruction.name.find('.'));
}

class Flattener {
 public:
  Flattener(ptx::Module& module, ptx::Function& kernel)
      : module_(module), kernel_(kernel), flat_(std::make_shared<FlatKernel>()) {}

  std::shared_ptr<FlatKernel> run() {
    flat_->sourceLines.emplace_back();
    append(addFrame(kernel_, nullptr, 0));
    return flat_;
  }

 private:
  // ---- frames

  Frame& addFrame(ptx::Function& function, const Frame* caller, uint32_t callLine) {
    module_.parseBody(function);
    Frame& frame = flat_->frames.emplace_back();
    frame.function = &function;
    frame.caller = caller;
    frame.callLine = callLine;
    frame.firstRegister = static_cast<uint32_t>(flat_->registers.size());
    for (const ptx::Register& r : function.registers) {
      flat_->registers.push_back(r.type);
    }
    frame.firstLabel = addLabels(function.labels.size());
    frame.firstSourceLine = static_cast<uint32_t>(flat_->sourceLines.size());
    for (size_t i = 0; i < function.sourceLines.size(); ++i) {
      ptx::SourceLine line = function.sourceLines[i];
      line.inlinedAt =
          line.inlinedAt != 0 ? frame.firstSourceLine + line.inlinedAt : frame.callLine;
      if (line.function.empty() && caller != nullptr) {
        line.function = function.name;
      }
      flat_->sourceLines.push_back(line);
    }
    frame.localEnd = caller != nullptr ? caller->localEnd : 0;
    for (const ptx::Variable& v : function.variables) {
      const bool isLocal = v.space == ptx::Space::kLocal || v.space == ptx::Space::kParam;
      frame.variables.push_back(isLocal ? addLocal(frame, v) : 0);
    }
    return frame;
  }

  uint64_t addLocal(Frame& frame, const ptx::Variable& variable) {
    const uint64_t at = alignUp(frame.localEnd, std::max(variable.align, 1u));
    frame.localEnd = at + variable.bytes();
    flat_->localBytes = std::max(flat_->localBytes, alignUp(frame.localEnd, 16));
    return at;
  }

  uint32_t addLabels(size_t count) {
    const size_t first = flat_->labels.size();
    flat_->labels.resize(first + count, kNone);
    return static_cast<uint32_t>(first);
  }

  void placeLabel(uint32_t label) {
    flat_->labels[label] = static_cast<uint32_t>(flat_->instructions.size());
  }

  // ---- bodies

  void append(const Frame& frame) {
    const ptx::Function& function = *frame.function;
    size_t label = 0;
    const auto placeUpTo = [&](size_t instruction) {
      for (; label < function.labels.size() && function.labels[label].instruction <= instruction;
           ++label) {
        placeLabel(frame.firstLabel + static_cast<uint32_t>(label));
      }
    };
    for (size_t i = 0; i < function.instructions.size(); ++i) {
      placeUpTo(i);
      appendOne(frame, function.instructions[i], i + 1 == function.instructions.size());
    }
    placeUpTo(function.instructions.size());
    if (frame.caller == nullptr) {
      ptx::Instruction& end = flat_->made.emplace_back();
      end.name = "exit";
      if (!function.instructions.empty()) {
        end.textLine = function.instructions.back().textLine;
        end.sourceLine = function.instructions.back().sourceLine;
      }
      add(frame, end, Kind::kExit);
    }
    if (flat_->instructions.size() > kMaxInstructions) {
      throw ptx::Error{"kernel " + std::string(kernel_.name) + " has more than " +
                       std::to_string(kMaxInstructions) + " instructions with those it calls"};
    }
  }

  FlatInstruction& add(const Frame& frame, const ptx::Instruction& instruction, Kind kind) {
    FlatInstruction& flat = flat_->instructions.emplace_back();
    flat.kind = kind;
    flat.instruction = &instruction;
    flat.frame = &frame;
    if (instruction.guard != ptx::Instruction::kNoGuard) {
      flat.guard = frame.firstRegister + instruction.guard;
      flat.guardNegated = instruction.guardNegated;
    }
    return flat;
  }

  void appendOne(const Frame& frame, const ptx::Instruction& instruction, bool isLast) {
    const std::string_view opcode = opcodeOf(instruction);
    if (opcode == "bra") {
      const bool isKnown = instruction.operands.size() == 1 &&
                           instruction.operands[0].kind == ptx::Operand::Kind::kLabel;
      if (!isKnown) {
        fail(instruction, "expected a label");
      }
      add(frame, instruction, Kind::kJump).target =
          frame.firstLabel + instruction.operands[0].index;
    } else if (opcode == "brx") {
      appendTable(frame, instruction);
    } else if (opcode == "exit" || (opcode == "ret" && frame.caller == nullptr)) {
      add(frame, instruction, Kind::kExit);
    } else if (opcode == "ret") {
      if (!isLast || instruction.guard != ptx::Instruction::kNoGuard) {
        add(frame, instruction, Kind::kJump).target = frame.returnLabel;
      }
    } else if (opcode == "call") {
      appendCall(frame, instruction);
    } else {
      add(frame, instruction, Kind::kPlain);
    }
  }

  void appendTable(const Frame& frame, const ptx::Instruction& instruction) {
    const ptx::Function& function = *frame.function;
    const bool isKnown = instruction.operands.size() == 2 &&
                         instruction.operands[0].kind == ptx::Operand::Kind::kRegister;
    const auto targets = isKnown ? function.branchTargets.find(instruction.operands[1].text)
                                 : function.branchTargets.end();
    if (targets == function.branchTargets.end()) {
      fail(instruction, "expected a register and the label of .branchtargets");
    }
    std::vector<uint32_t> table;
    for (const std::string_view name : targets->second) {
      const auto label =
          std::find_if(function.labels.begin(), function.labels.end(),
                       [&](const ptx::Label& candidate) { return candidate.name == name; });
      if (label == function.labels.end()) {
        fail(instruction, "there is no label '" + std::string(name) + "'");
      }
      table.push_back(frame.firstLabel + static_cast<uint32_t>(label - function.labels.begin()));
    }
    FlatInstruction& flat = add(frame, instruction, Kind::kJumpTable);
    flat.table = std::move(table);
    flat.address = frame.firstRegister + instruction.operands[0].index;
  }

  // ---- calls

  void appendCall(const Frame& frame, const ptx::Instruction& instruction) {
    const ptx::Operand& target = instruction.operands[1];
    const uint32_t behind = addLabels(1);
    if (instruction.guard != ptx::Instruction::kNoGuard) {
      FlatInstruction& skip = add(frame, instruction, Kind::kJump);
      skip.guardNegated = !skip.guardNegated;
      skip.target = behind;
    }
    if (target.kind == ptx::Operand::Kind::kRegister) {
      appendIndirectCall(frame, instruction, behind);
    } else {
      ptx::Function* function =
          target.kind == ptx::Operand::Kind::kSymbol ? module_.find(target.text) : nullptr;
      if (function == nullptr) {
        fail(instruction, "there is no function '" + std::string(target.text) + "'");
      }
      if (function->isDeclaration) {
        appendBuiltin(frame, instruction, *function);
      } else {
        if (isCalling(frame, *function)) {
          fail(instruction, "function " + std::string(function->name) +
                                " calls itself, which this device does not execute");
        }
        appendInlined(frame, instruction, *function);
      }
    }
    placeLabel(behind);
  }

  static bool isCalling(const Frame& frame, const ptx::Function& function) {
    for (const Frame* f = &frame; f != nullptr; f = f->caller) {
      if (f->function == &function) {
        return true;
      }
    }
    return false;
  }

  // As an instruction of the opcode "call.name".
  void appendBuiltin(const Frame& frame, const ptx::Instruction& instruction,
                     const ptx::Function& function) {
    ptx::Instruction& made = flat_->made.emplace_back(instruction);
    made.guard = ptx::Instruction::kNoGuard;
    made.name = flat_->texts.emplace_back("call." + std::string(function.name));
    std::vector<ptx::Operand> operands;
    for (const size_t list : {0, 2}) {
      for (const ptx::Operand& o : instruction.operands[list].parts) {
        operands.push_back(o);
        if (o.kind == ptx::Operand::Kind::kSymbol) {
          operands.back().kind = ptx::Operand::Kind::kAddress;
        }
      }
    }
    made.operands = std::move(operands);
    add(frame, made, Kind::kBuiltin);
  }

  void appendInlined(const Frame& caller, const ptx::Instruction& call, ptx::Function& function) {
    Frame& frame = addFrame(function, &caller, caller.firstSourceLine + call.sourceLine);
    frame.returnLabel = addLabels(1);
    passArguments(frame, call);
    append(frame);
    placeLabel(frame.returnLabel);
    takeResults(frame, call);
  }

  void fitCount(const ptx::Instruction& call, size_t actual, size_t formal, const char* what) {
    if (actual != formal) {
      fail(call, "the function has " + std::to_string(formal) + " " + what + ", not " +
                     std::to_string(actual));
    }
  }

  // A variable in the caller's parameter space is the callee's; a value is moved.
  void passArguments(Frame& frame, const ptx::Instruction& call) {
    const std::vector<ptx::Operand>& arguments = call.operands[2].parts;
    const ptx::Function& f = *frame.function;
    fitCount(call, arguments.size(), f.parameters.size() + f.parameterRegisters.size(),
             "parameters");
    for (size_t i = 0; i < arguments.size(); ++i) {
      if (i < f.parameterRegisters.size()) {
        move(*frame.caller, call, frame.firstRegister + f.parameterRegisters[i], *frame.caller,
             arguments[i]);
        continue;
      }
      const ptx::Variable& formal = f.parameters[i - f.parameterRegisters.size()];
      if (const uint64_t* at = variableOf(*frame.caller, arguments[i])) {
        frame.parameters.push_back(*at);
      } else {
        frame.parameters.push_back(addLocal(frame, formal));
        store(*frame.caller, call, formal.type, frame.parameters.back(), arguments[i]);
      }
    }
    const std::vector<ptx::Operand>& results = call.operands[0].parts;
    fitCount(call, results.size(), f.results.size() + f.resultRegisters.size(), "results");
    for (size_t i = f.resultRegisters.size(); i < results.size(); ++i) {
      const uint64_t* at = variableOf(*frame.caller, results[i]);
      frame.results.push_back(
          at != nullptr ? *at : addLocal(frame, f.results[i - f.resultRegisters.size()]));
    }
  }

  void takeResults(const Frame& frame, const ptx::Instruction& call) {
    const std::vector<ptx::Operand>& results = call.operands[0].parts;
    const ptx::Function& f = *frame.function;
    for (size_t i = 0; i < results.size(); ++i) {
      if (results[i].kind != ptx::Operand::Kind::kRegister) {
        continue;
      }
      if (i < f.resultRegisters.size()) {
        ptx::Operand from;
        from.kind = ptx::Operand::Kind::kRegister;
        from.index = f.resultRegisters[i];
        move(*frame.caller, call, frame.caller->firstRegister + results[i].index, frame, from);
      } else {
        const size_t result = i - f.resultRegisters.size();
        load(*frame.caller, call, f.results[result].type, results[i], frame.results[result]);
      }
    }
  }

  // Null where the operand is no variable of the caller in local memory.
  static const uint64_t* variableOf(const Frame& frame, const ptx::Operand& operand) {
    if (operand.kind != ptx::Operand::Kind::kSymbol) {
      return nullptr;
    }
    if (operand.index != 0) {
      return &frame.variables[operand.index - 1];
    }
    for (size_t i = 0; i < frame.parameters.size(); ++i) {
      if (frame.function->parameters[i].name == operand.text) {
        return &frame.parameters[i];
      }
    }
    for (size_t i = 0; i < frame.results.size(); ++i) {
      if (frame.function->results[i].name == operand.text) {
        return &frame.results[i];
      }
    }
    return nullptr;
  }

  // ---- made instructions

  ptx::Instruction& make(const ptx::Instruction& like, const std::string& opcode, ptx::Type type) {
    ptx::Instruction& made = flat_->made.emplace_back();
    made.textLine = like.textLine;
    made.sourceLine = like.sourceLine;
    made.name = flat_->texts.emplace_back(
        opcode + "." +
        (type == ptx::Type::kPred ? "pred" : "b" + std::to_string(ptx::bitsOf(type))));
    return made;
  }

  // A frame whose registers are those of all frames, for operands out of two of them.
  const Frame& wholeFrame(const Frame& frame) {
    Frame& whole = flat_->frames.emplace_back(frame);
    whole.firstRegister = 0;
    return whole;
  }

  static ptx::Operand inWhole(const Frame& frame, ptx::Operand operand) {
    if (operand.kind == ptx::Operand::Kind::kRegister) {
      operand.index += frame.firstRegister;
    }
    return operand;
  }

  static ptx::Operand localAddress(uint64_t at) {
    ptx::Operand operand;
    operand.kind = ptx::Operand::Kind::kAddress;
    operand.offset = static_cast<int64_t>(at);
    return operand;
  }

  void move(const Frame& frame, const ptx::Instruction& call, uint32_t to, const Frame& fromFrame,
            const ptx::Operand& from) {
    ptx::Instruction& made = make(call, "mov", flat_->registers[to]);
    ptx::Operand destination;
    destination.kind = ptx::Operand::Kind::kRegister;
    destination.index = to;
    made.operands = {destination, inWhole(fromFrame, from)};
    addMade(frame, made);
  }

  void store(const Frame& frame, const ptx::Instruction& call, ptx::Type type, uint64_t at,
             const ptx::Operand& from) {
    ptx::Instruction& made = make(call, "st.local", type);
    made.operands = {localAddress(at), inWhole(frame, from)};
    addMade(frame, made);
  }

  void load(const Frame& frame, const ptx::Instruction& call, ptx::Type type,
            const ptx::Operand& to, uint64_t at) {
    ptx::Instruction& made = make(call, "ld.local", type);
    made.operands = {inWhole(frame, to), localAddress(at)};
    addMade(frame, made);
  }

  void addMade(const Frame& frame, const ptx::Instruction& made) {
    const Frame& whole = wholeFrame(frame);
    add(whole, made, Kind::kPlain);
  }

  // ---- calls of an address

  void appendIndirectCall(const Frame& frame, const ptx::Instruction& call, uint32_t behind) {
    ptx::Instruction& made = flat_->made.emplace_back(call);
    made.guard = ptx::Instruction::kNoGuard;
    std::vector<std::pair<ptx::Function*, uint32_t>> callees;
    for (ptx::Function* function : functionsWithAddress()) {
      if (fits(frame, call, *function) && !isCalling(frame, *function)) {
        callees.emplace_back(function, addLabels(1));
        FlatInstruction& test = add(frame, made, Kind::kJumpIfEqual);
        test.address = frame.firstRegister + call.operands[1].index;
        test.value = addressOf(module_, *function);
        test.target = callees.back().second;
      }
    }
    add(frame, made, Kind::kBadCall).address = frame.firstRegister + call.operands[1].index;
    for (const auto& [function, label] : callees) {
      placeLabel(label);
      appendInlined(frame, call, *function);
      add(frame, made, Kind::kJump).target = behind;
    }
  }

  uint64_t bytesOf(const Frame& frame, const ptx::Operand& operand) const {
    if (operand.kind == ptx::Operand::Kind::kRegister) {
      return ptx::bytesOf(flat_->registers[frame.firstRegister + operand.index]);
    }
    return operand.kind == ptx::Operand::Kind::kSymbol && operand.index != 0
               ? frame.function->variables[operand.index - 1].bytes()
               : 0;
  }

  bool fits(const Frame& frame, const ptx::Instruction& call, const ptx::Function& function) const {
    const auto fitList = [&](const std::vector<ptx::Operand>& operands,
                             const std::vector<uint32_t>& registers,
                             const std::vector<ptx::Variable>& variables) {
      if (operands.size() != registers.size() + variables.size()) {
        return false;
      }
      for (size_t i = 0; i < operands.size(); ++i) {
        const uint64_t actual = bytesOf(frame, operands[i]);
        const uint64_t formal = i < registers.size()
                                    ? ptx::bytesOf(function.registers[registers[i]].type)
                                    : variables[i - registers.size()].bytes();
        if (actual != 0 && actual != formal) {
          return false;
        }
      }
      return true;
    };
    return fitList(call.operands[0].parts, function.resultRegisters, function.results) &&
           fitList(call.operands[2].parts, function.parameterRegisters, function.parameters);
  }

  const std::vector<ptx::Function*>& functionsWithAddress() {
    if (isAddressKnown_) {
      return withAddress_;
    }
    isAddressKnown_ = true;
    std::unordered_set<std::string_view> names;
    for (const ptx::Variable& v : module_.variables) {
      for (const ptx::Variable::Relocation& relocation : v.relocations) {
        names.insert(relocation.symbol);
      }
    }
    for (ptx::Function& function : module_.functions) {
      module_.parseBody(function);
      for (const ptx::Instruction& i : function.instructions) {
        for (const ptx::Operand& o : i.operands) {
          if (o.kind == ptx::Operand::Kind::kSymbol && o.index == 0 && opcodeOf(i) != "call") {
            names.insert(o.text);
          }
        }
      }
    }
    for (ptx::Function& function : module_.functions) {
      if (!function.isEntry && !function.isDeclaration && names.count(function.name) != 0) {
        withAddress_.push_back(&function);
      }
    }
    return withAddress_;
  }

  [[noreturn]] void fail(const ptx::Instruction& instruction, const std::string& what) const {
    throw ptx::Error{"kernel " + std::string(kernel_.name) + ", PTX line " +
                     std::to_string(instruction.textLine) + ": " + std::string(instruction.name) +
                     ": " + what};
  }

  ptx::Module& module_;
  ptx::Function& kernel_;
  std::shared_ptr<FlatKernel> flat_;
  std::vector<ptx::Function*> withAddress_;
  bool isAddressKnown_ = false;
};

}  // namespace

uint64_t addressOf(const ptx::Module& module, const ptx::Function& function) {
  return kFirstFunctionAddress + 16 * static_cast<uint64_t>(&function - module.functions.data());
}

std::shared_ptr<FlatKernel> flatten(ptx::Module& module, ptx::Function& kernel) {
  return Flattener(module, kernel).run();
}

}  // namespace gramian::machine
