// How instructions become ops. Each opcode has a lowering: a function that reads the modifiers and
// operands of one instruction and emits an op with its handler. Lowerings register themselves in
// the table of opcodes (opcodes.h).
//
// A lowering is called twice for each instruction, and has to ask for the same registers both
// times: slots are known the second time only.
//
// A call of a function that has no body, such as vprintf, is an instruction of opcode
// "call.vprintf". Its operands are the results and then the arguments: addresses in space local,
// where the values lie, or registers and constants. Parameters of functions lie in local memory:
// instructions of space param that mean them come as those of space local.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "exec/kernel.h"
#include "exec/op.h"
#include "ptx/program.h"

namespace gramian::machine {

// An address operand: the lanes of `base` (kNoSlot: zero), 4 or 8 bytes wide, plus `offset`.
struct Address {
  Slot base = kNoSlot;
  bool isWide = true;
  int64_t offset = 0;  // the address of a symbol included
};

class KernelBuilder;

class Lowering {
 public:
  Lowering(KernelBuilder& builder, const ptx::Instruction& instruction,
           std::vector<std::string_view> modifiers);

  const ptx::Instruction& instruction() const { return instruction_; }
  // 10 * major + minor of the .target, and whether it has the suffix a.
  unsigned arch() const;
  bool hasArchFeatures() const;

  // ---- modifiers: consumed from the left; what is left at the end is an error

  // True and consumed if the next modifier is this one.
  bool take(std::string_view modifier);
  // The index of the one that the next modifier is, consumed; -1 if it is none of them.
  int takeOneOf(std::initializer_list<std::string_view> choices);
  // The next modifier as a type; an error if it is none.
  ptx::Type type();
  std::optional<ptx::Type> typeIf();
  std::optional<ptx::Space> spaceIf();
  std::string_view peek() const;
  void skip() { ++next_; }

  // ---- operands

  size_t operandCount() const { return instruction_.operands.size(); }
  const ptx::Operand& operand(size_t i) const { return instruction_.operands[i]; }
  bool isImmediate(size_t i) const;
  bool isVector(size_t i) const;
  // The value of an immediate operand, as the type says; an error where it is none.
  uint64_t immediate(size_t i, ptx::Type type);

  // The slot of a register, or of an immediate's lanes. An error where the widths do not fit;
  // loads, stores and conversions allow wider registers (`mayBeWider`).
  Slot source(size_t i, ptx::Type type, bool mayBeWider = false);
  Slot destination(size_t i, ptx::Type type, bool mayBeWider = false);
  // The parts of a vector operand, or the one operand. kNoSlot stands for _ in a vector.
  std::vector<Slot> sources(size_t i, ptx::Type type, bool mayBeWider = false);
  std::vector<Slot> destinations(size_t i, ptx::Type type, bool mayBeWider = false);
  // The declared type of a register operand.
  ptx::Type registerType(size_t i, size_t part = 0) const;
  // A predicate. Where the operand is written !p, or is an immediate, `negated` or a constant slot
  // tells so.
  Slot predicate(size_t i, bool& negated);
  Slot predicateDestination(size_t i);
  Address address(size_t i, ptx::Space space);
  // What follows the comma in an address: the coordinates of a tensor, of 32 bits each.
  std::vector<Slot> coordinates(size_t i);
  // Slots of its own, which live until the end of the op.
  Slot temporary(ptx::Type type);
  // A slot with the same value in all lanes.
  Slot constant(ptx::Type type, uint64_t value);

  // ---- result

  // The op to fill in; the guard is set already. Called again it emits a further one.
  Op& emit(Handler handler, OpClass opClass);
  OpInfo& info();
  // Gives the kernel an object that an op points to by `more`.
  template <typename T>
  const std::remove_reference_t<T>* keep(T&& object) {
    auto kept = std::make_shared<std::remove_cvref_t<T>>(std::forward<T>(object));
    keepAny(kept);
    return kept.get();
  }

  // Ends the loading: the instruction is wrong, or not known. Names it, its line and its kernel.
  [[noreturn]] void fail(const std::string& what) const;
  // Checks that all modifiers were consumed.
  void finish() const;

  KernelBuilder& builder() { return builder_; }

 private:
  void keepAny(std::shared_ptr<void> object);

  KernelBuilder& builder_;
  const ptx::Instruction& instruction_;
  std::vector<std::string_view> modifiers_;
  size_t next_ = 0;
};

}  // namespace gramian::machine
