#include "hopper/hopper.h"

namespace gramian::machine {

void registerHopper(OpcodeTable& table) {
  registerMbarriers(table);
  registerClusters(table);
  registerBulkCopies(table);
  registerTensorCopies(table);
  registerWarpgroups(table);
  registerProxies(table);
}

}  // namespace gramian::machine
