// The instructions that touch memory, by what they do.
#pragma once

namespace gramian::machine {

class OpcodeTable;

// All of those below.
void registerMemory(OpcodeTable& table);

void registerLoads(OpcodeTable& table);        // ld, ldu
void registerStores(OpcodeTable& table);       // st
void registerAtomics(OpcodeTable& table);      // atom, red
void registerAsyncCopies(OpcodeTable& table);  // cp.async, its groups and waits
void registerFences(OpcodeTable& table);       // fence, membar
void registerAddresses(OpcodeTable& table);    // cvta, isspacep
void registerHints(OpcodeTable& table);        // prefetch, createpolicy, discard, applypriority
void registerDeviceCalls(OpcodeTable& table);  // vprintf, __assertfail, malloc, free

}  // namespace gramian::machine
