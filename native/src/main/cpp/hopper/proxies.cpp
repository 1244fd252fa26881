// Fences between proxies, and instructions that tell the hardware how to go on.
#include "check/order.h"
#include "exec/opcodes.h"
#include "hopper/hopper.h"
#include "hopper/operands.h"

namespace gramian::machine {

namespace {

const Op* fenceAsync(Warp& warp, const Op* op, uint32_t active) {
  fenceProxy(warp, active);
  return op + 1;
}

const Op* fencePlain(Warp& warp, const Op* op, uint32_t active) {
  fence(warp, active);
  return op + 1;
}

const Op* nothing(Warp&, const Op* op, uint32_t) { return op + 1; }

const Op* nothingAligned(Warp& warp, const Op* op, uint32_t active) {
  return warp.converge(op, active) ? op + 1 : nullptr;
}

void lowerAsyncFence(Lowering& l) {
  l.spaceIf();
  l.finish();
  l.emit(fenceAsync, OpClass::kBarrier);
}

// Between aliases of memory, and between tensor maps and the code that wrote them.
void lowerOtherFence(Lowering& l) {
  while (!l.peek().empty()) {
    l.skip();
  }
  l.emit(fencePlain, OpClass::kBarrier);
}

void lowerInitFence(Lowering& l) {
  l.take("release");
  l.take("cluster");
  l.finish();
  l.emit(fencePlain, OpClass::kBarrier);
}

void lowerRegisters(Lowering& l) {
  if (l.takeOneOf({"inc", "dec"}) < 0) {
    l.fail("expected .inc or .dec");
  }
  l.take("sync");
  l.take("aligned");
  l.take("u32");
  l.finish();
  const uint64_t count = l.immediate(0, ptx::Type::kU32);
  if (count < 24 || count > 256 || count % 8 != 0) {
    l.fail("a warp may have 24 to 256 registers, a multiple of 8");
  }
  l.emit(nothingAligned, OpClass::kOther);
}

// Grids run one after the other here: the one before has ended.
void lowerGridControl(Lowering& l) {
  if (l.takeOneOf({"wait", "launch_dependents"}) < 0) {
    l.fail("expected .wait or .launch_dependents");
  }
  l.finish();
  l.emit(nothing, OpClass::kOther);
}

}  // namespace

void registerProxies(OpcodeTable& table) {
  table.add("fence.proxy.async", lowerAsyncFence);
  table.add("fence.proxy.alias", lowerOtherFence);
  table.add("fence.proxy.tensormap::generic", lowerOtherFence);
  table.add("fence.mbarrier_init", lowerInitFence);
  table.add("setmaxnreg", lowerRegisters);
  table.add("griddepcontrol", lowerGridControl);
}

}  // namespace gramian::machine
