// The instructions that came with Hopper, by what they do.
#pragma once

namespace gramian::machine {

class OpcodeTable;

// All of those of this folder.
void registerHopper(OpcodeTable& table);

}  // namespace gramian::machine
