// Makes a kernel out of its text. Every instruction is lowered twice: first to learn which
// registers it reads and writes, then, when the registers have their slots, to its ops.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "exec/flatten.h"
#include "exec/flow.h"
#include "exec/kernel.h"
#include "exec/liveness.h"
#include "exec/lowering.h"
#include "exec/slots.h"

namespace gramian::machine {

// Where a variable in space global or const lies, and the number of its allocation.
struct VariablePlace {
  uint64_t address = 0;
  uint32_t origin = 0;
};
using PlaceOfVariable = std::function<VariablePlace(const ptx::Variable&)>;

// Throws ptx::Error. The kernel keeps the module.
std::shared_ptr<const Kernel> buildKernel(std::shared_ptr<ptx::Module> module,
                                          ptx::Function& function, const PlaceOfVariable& placeOf);

class KernelBuilder {
 public:
  KernelBuilder(std::shared_ptr<ptx::Module> module, ptx::Function& function,
                const PlaceOfVariable& placeOf);

  std::shared_ptr<const Kernel> run();

  // ---- for Lowering: of the instruction that is lowered

  const ptx::Module& module() const { return *module_; }
  const std::string& kernelName() const { return kernel_->name; }
  // `index` is of the frame's function, `reg` of the kernel.
  ptx::Type typeOf(uint32_t index) const { return types_[registerOf(index)]; }
  uint32_t registerOf(uint32_t index) const {
    return flat_->instructions[current_].frame->firstRegister + index;
  }
  Slot read(uint32_t reg);
  Slot write(uint32_t reg);
  Slot temporary(ptx::Type type);
  // Bytes 0: a predicate.
  Slot constant(uint32_t bytes, uint64_t value, uint32_t origin = 0);

  struct Symbol {
    ptx::Space space = ptx::Space::kGlobal;
    uint64_t address = 0;
    uint32_t origin = 0;
  };
  // False where the operand names none.
  bool find(const ptx::Operand& operand, Symbol& symbol);

  Op& emit(Handler handler, OpClass opClass);
  OpInfo& info();
  void keep(std::shared_ptr<void> object);

 private:
  bool isFirstPass() const { return isFirstPass_; }
  void layOutParameters();
  void lowerAll();
  void lower(const FlatInstruction& flat);
  void lowerOpcode(const FlatInstruction& flat);
  void lowerJump(const FlatInstruction& flat);
  std::string_view nameOf(const FlatInstruction& flat);
  void planRegisters();
  void layOutShared();
  void linkJumps();
  void finish();
  uint64_t sharedOffset(const ptx::Variable& variable);

  std::shared_ptr<ptx::Module> module_;
  ptx::Function& function_;
  const PlaceOfVariable& placeOf_;
  std::shared_ptr<Kernel> kernel_ = std::make_shared<Kernel>();
  std::shared_ptr<FlatKernel> flat_;
  std::unique_ptr<Flow> flow_;

  bool isFirstPass_ = true;
  uint32_t current_ = 0;  // the flat instruction
  RegisterUse use_;
  // Temporary registers stand behind those of the text, in the order in which they are asked for.
  std::vector<ptx::Type> types_;
  std::vector<uint32_t> temporaryAt_;
  uint32_t nextTemporary_ = 0;
  std::vector<Interval> intervals_;
  SlotPlan plan_;

  std::map<std::tuple<uint32_t, uint64_t, uint32_t>, Slot> constants_;

  std::unordered_map<const ptx::Variable*, uint32_t> sharedOffsets_;
  uint32_t dynamicAlign_ = 1;
  uint32_t sharedEnd_ = 0;

  std::deque<Op> ops_;
  std::deque<OpInfo> infos_;
  std::vector<uint32_t> firstOp_;  // of each flat instruction
  struct Jump {
    uint32_t op;
    uint32_t instruction;
  };
  std::vector<Jump> jumps_;
};

}  // namespace gramian::machine
