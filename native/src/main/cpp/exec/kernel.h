// A kernel, decoded: its ops, its registers' places and its variables.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "exec/op.h"
#include "ptx/program.h"

namespace gramian::machine {

// What an op is counted as.
enum class OpClass : uint8_t {
  kOther,
  kInteger,
  kFloat16,
  kFloat32,
  kFloat64,
  kConversion,
  kSpecial,  // ex2, lg2, sin, cos, rcp, rsqrt, sqrt, tanh in their approximate forms
  kTensor,
  kMove,  // mov, selp, prmt, cvta
  kPredicate,
  kControl,
  kBarrier,
  kWarp,  // shuffles, votes, reductions of a warp
  kLoadGlobal,
  kStoreGlobal,
  kLoadShared,
  kStoreShared,
  kLocal,
  kConstant,  // .const and .param
  kAtomic,
  kAsync,  // cp.async, bulk copies
  kCount,
};
const char* nameOf(OpClass c);

// What is static about an op and not needed to execute it.
struct OpInfo {
  std::string_view text;  // its name, as in the PTX
  uint32_t textLine = 0;
  uint32_t sourceLine = 0;  // of Kernel::sourceLines
  OpClass opClass = OpClass::kOther;
  uint32_t operations = 0;     // of a tensor core op: multiplications and additions of the warp
  uint32_t reconvergence = 0;  // of a branch: the op where its sides meet
};

struct Parameter {
  std::string_view name;
  uint32_t offset = 0;
  uint32_t bytes = 0;
  uint32_t align = 1;
};

struct SharedVariable {
  std::string_view name;
  uint32_t offset = 0;  // in the window of shared memory
  uint32_t bytes = 0;
};

struct Kernel {
  std::string name;
  std::vector<Op> ops;
  std::vector<OpInfo> infos;  // of each op
  std::vector<ptx::SourceLine> sourceLines;
  std::vector<std::string> files;

  std::vector<Parameter> parameters;
  uint32_t parameterBytes = 0;
  uint32_t slots = 0;                  // of a warp's register file
  std::vector<Slot> undefinedAtStart;  // registers that may be read before they are written
  struct Constant {
    Slot slot;
    uint32_t bytes;  // of a lane: 2, 4 or 8; 0 for a predicate
    uint64_t value;
    uint32_t origin = 0;  // of an address: its allocation, for SlotState
  };
  std::vector<Constant> constants;

  std::vector<SharedVariable> shared;
  uint32_t staticShared = 0;   // bytes as a GPU would count them
  uint32_t sharedWindow = 0;   // up to where the dynamic part begins, guard zones included
  uint32_t localBytes = 0;     // of a thread
  uint32_t maxThreads = 1024;  // by .maxntid or .reqntid
  uint32_t requiredThreads[3] = {};
  uint32_t clusterSize[3] = {};
  bool ordersBlocks = false;  // has atomics or flags by which blocks can tell their order
  bool isWholeWarps = false;

  std::deque<std::shared_ptr<void>> kept;  // what ops point to

  const OpInfo& infoOf(const Op* op) const { return infos[static_cast<size_t>(op - ops.data())]; }
};

}  // namespace gramian::machine
