#include "hopper/hopper.h"

#include "exec/opcodes.h"

namespace gramian::machine {

void registerHopper(OpcodeTable&) {}

}  // namespace gramian::machine
