// Instructions that end a kernel by a fault, and those that let time pass.
#include "exec/control.h"
#include "exec/fault.h"
#include "exec/kernel.h"
#include "exec/lowering.h"
#include "exec/opcodes.h"
#include "exec/warp.h"

namespace gramian::machine {

namespace {

const Op* trap(Warp& warp, const Op* op, uint32_t active) {
  failAny(warp, op, active, CUDA_ERROR_LAUNCH_FAILED, "executes a trap");
}

const Op* breakpoint(Warp& warp, const Op* op, uint32_t active) {
  failAny(warp, op, active, CUDA_ERROR_LAUNCH_FAILED, "comes to a breakpoint");
}

const Op* sleep(Warp& warp, const Op* op, uint32_t) { return warp.wait(op + 1, Waits::kMemory); }

const Op* nothing(Warp&, const Op* op, uint32_t) { return op + 1; }

void lowerPlain(Lowering& l, Handler handler) {
  l.finish();
  l.emit(handler, OpClass::kControl);
}

}  // namespace

void registerEnds(OpcodeTable& table) {
  table.add("trap", [](Lowering& l) { lowerPlain(l, trap); });
  table.add("brkpt", [](Lowering& l) { lowerPlain(l, breakpoint); });
  table.add("pmevent", [](Lowering& l) {
    l.take("mask");
    lowerPlain(l, nothing);
  });
  table.add("nanosleep", [](Lowering& l) {
    l.take("u32");
    l.source(0, ptx::Type::kU32);
    lowerPlain(l, sleep);
  });
}

}  // namespace gramian::machine
