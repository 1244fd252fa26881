// fence and membar.
#include "check/order.h"
#include "exec/lowering.h"
#include "exec/opcodes.h"
#include "memory/opcodes.h"

namespace gramian::machine {

namespace {

const Op* fenceOp(Warp& warp, const Op* op, uint32_t active) {
  fence(warp, active);
  return op + 1;
}

// The scopes make no difference: that a fence is too narrow for what it orders is not found.
void lowerFence(Lowering& l) {
  l.takeOneOf({"sc", "acq_rel", "acquire", "release"});
  l.takeOneOf({"cta", "cluster", "gl", "gpu", "sys"});
  l.emit(fenceOp, OpClass::kBarrier);
  l.finish();
}

}  // namespace

void registerFences(OpcodeTable& table) {
  table.add("fence", lowerFence);
  table.add("membar", lowerFence);
}

}  // namespace gramian::machine
