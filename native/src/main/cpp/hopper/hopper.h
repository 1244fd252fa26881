// The instructions that came with Hopper, by what they do.
#pragma once

namespace gramian::machine {

class OpcodeTable;

// All of those below.
void registerHopper(OpcodeTable& table);

void registerMbarriers(OpcodeTable& table);     // mbarrier, cp.async.mbarrier.arrive
void registerClusters(OpcodeTable& table);      // barrier.cluster, mapa, getctarank
void registerBulkCopies(OpcodeTable& table);    // cp.async.bulk, cp.reduce.async.bulk
void registerTensorCopies(OpcodeTable& table);  // the same with tensor maps
void registerWarpgroups(OpcodeTable& table);    // wgmma
void registerProxies(OpcodeTable& table);       // fence.proxy, setmaxnreg, griddepcontrol

}  // namespace gramian::machine
