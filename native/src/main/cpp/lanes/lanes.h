// Code that handles all lanes of a warp at once. Every file of this folder is compiled once for
// each instruction set of the host (AVX-512, AVX2, SSE4), into the namespace GRAMIAN_LANES; which
// one runs is chosen when the library is loaded. Nothing here may have static state or be called
// from elsewhere but through the table of opcodes and the functions declared below.
#pragma once

#ifndef GRAMIAN_LANES
#define GRAMIAN_LANES lanes_v3
#endif

namespace gramian::machine {

class OpcodeTable;

namespace lanes_v2 {
void registerAll(OpcodeTable& table);
}
namespace lanes_v3 {
void registerAll(OpcodeTable& table);
}
namespace lanes_v4 {
void registerAll(OpcodeTable& table);
}

}  // namespace gramian::machine
