// The table of opcodes: which lowering an instruction goes to.
#pragma once

#include <string_view>
#include <unordered_map>

#include "exec/lowering.h"

namespace gramian::machine {

using Lower = void (*)(Lowering&);

class OpcodeTable {
 public:
  // `name` is an opcode, "mad", or one with leading modifiers, "cp.async.bulk": the longest that
  // an instruction begins with is taken, and its lowering sees the modifiers after it.
  void add(std::string_view name, Lower lower) { lowerings_.emplace(name, lower); }

  // Null for an unknown instruction; else `length` is that of the name found.
  Lower find(std::string_view instruction, size_t& length) const;

 private:
  std::unordered_map<std::string_view, Lower> lowerings_;
};

// Of this machine's instruction set, see lanes/lanes.h.
const OpcodeTable& opcodes();

}  // namespace gramian::machine
