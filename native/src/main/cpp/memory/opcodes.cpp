#include "memory/opcodes.h"

namespace gramian::machine {

void registerMemory(OpcodeTable& table) {
  registerLoads(table);
  registerStores(table);
  registerAtomics(table);
  registerAsyncCopies(table);
  registerFences(table);
  registerAddresses(table);
  registerHints(table);
  registerDeviceCalls(table);
}

}  // namespace gramian::machine
