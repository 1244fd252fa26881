#include "exec/opcodes.h"

namespace gramian::machine {

Lower OpcodeTable::find(std::string_view instruction, size_t& length) const {
  length = instruction.size();
  for (;;) {
    const auto found = lowerings_.find(instruction.substr(0, length));
    if (found != lowerings_.end()) {
      return found->second;
    }
    const size_t dot = instruction.substr(0, length).rfind('.');
    if (dot == std::string_view::npos) {
      return nullptr;
    }
    length = dot;
  }
}

}  // namespace gramian::machine
