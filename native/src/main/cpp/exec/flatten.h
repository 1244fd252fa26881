// A kernel as one list of instructions: calls of functions are replaced by their bodies.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ptx/program.h"

namespace gramian::machine {

constexpr uint32_t kNone = 0xffffffff;

// One call of a function, or the kernel itself.
struct Frame {
  ptx::Function* function = nullptr;
  const Frame* caller = nullptr;  // null for the kernel
  uint32_t firstRegister = 0;     // of FlatKernel::registers
  uint32_t firstLabel = 0;        // of FlatKernel::labels
  uint32_t firstSourceLine = 0;   // of FlatKernel::sourceLines
  uint32_t callLine = 0;          // of FlatKernel::sourceLines
  uint32_t returnLabel = kNone;
  // Where they lie in local memory: parameters and results of a called function, and those
  // variables of the body that are in space local or param.
  std::vector<uint64_t> parameters;
  std::vector<uint64_t> results;
  std::vector<uint64_t> variables;
  uint64_t localEnd = 0;
};

struct FlatInstruction {
  enum class Kind : uint8_t {
    kPlain,
    kJump,       // to `target`
    kJumpTable,  // to one of `table`, by the register that is the first operand
    kExit,
    kBuiltin,      // a call of a function of the device
    kJumpIfEqual,  // to `target` where the register `address` holds `value`
    kBadCall,      // of an address in `address` that is no function
  };
  Kind kind = Kind::kPlain;
  bool guardNegated = false;
  uint32_t guard = kNone;   // of FlatKernel::registers
  uint32_t target = kNone;  // of FlatKernel::labels
  uint32_t address = kNone;
  uint64_t value = 0;
  const ptx::Instruction* instruction = nullptr;
  const Frame* frame = nullptr;
  std::vector<uint32_t> table;

  // Whether the instruction behind it can be the next one.
  bool goesOn() const {
    const bool leaves = kind == Kind::kJump || kind == Kind::kJumpTable || kind == Kind::kExit;
    return !leaves || guard != kNone;
  }
};

struct FlatKernel {
  std::vector<FlatInstruction> instructions;
  std::vector<uint32_t> labels;  // the instruction that each stands before
  std::vector<ptx::Type> registers;
  std::vector<ptx::SourceLine> sourceLines;
  std::deque<Frame> frames;  // the first is the kernel's
  uint64_t localBytes = 0;

  std::deque<ptx::Instruction> made;  // that are not in the text
  std::deque<std::string> texts;
};

// The address of a function, as kernels see it: no memory lies there.
uint64_t addressOf(const ptx::Module& module, const ptx::Function& function);

// Throws ptx::Error: a call of an unknown function, or a recursion.
std::shared_ptr<FlatKernel> flatten(ptx::Module& module, ptx::Function& kernel);

}  // namespace gramian::machine
