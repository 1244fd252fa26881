// How an op ends a kernel: a mistake of the program that it runs.
#pragma once

#include <string>

#include "cuda_api.h"
#include "exec/op.h"

namespace gramian::machine {

class Block;
struct Kernel;

struct Fault {
  CUresult code = CUDA_SUCCESS;
  std::string message;
};

// Throws a Fault that names kernel, source line, block and thread (the lane's). `what` goes on from
// there: "write of 4 bytes at 0x..., 8 bytes past the end of allocation 3".
[[noreturn, gnu::cold, gnu::noinline]] void fail(const Warp& warp, const Op* op, unsigned lane,
                                                 CUresult code, const std::string& what);

// The same for the first lane of a set.
[[noreturn, gnu::cold, gnu::noinline]] void failAny(const Warp& warp, const Op* op, uint32_t lanes,
                                                    CUresult code, const std::string& what);

// An op and where it stands: "bar.sync at pair.cu:12, inlined at gemm.cu:7".
std::string describe(const Kernel& kernel, const Op* op);
// "block (1,0,0)".
std::string describe(const Block& block);
// "thread (3,0,0)": by its number in the block.
std::string describeThread(const Block& block, uint32_t thread);

}  // namespace gramian::machine
