#include "exec/fault.h"

#include <bit>

#include "exec/block.h"
#include "exec/kernel.h"
#include "exec/launch.h"
#include "exec/warp.h"

namespace gramian::machine {

namespace {

std::string text(const Index& i) {
  return "(" + std::to_string(i.x) + "," + std::to_string(i.y) + "," + std::to_string(i.z) + ")";
}

std::string place(const Kernel& kernel, uint32_t index) {
  if (index == 0 || index >= kernel.sourceLines.size()) {
    return {};
  }
  const ptx::SourceLine& line = kernel.sourceLines[index];
  std::string file = line.file < kernel.files.size() ? kernel.files[line.file] : "?";
  return file.substr(file.rfind('/') + 1) + ":" + std::to_string(line.line);
}

}  // namespace

std::string describe(const Kernel& kernel, const Op* op) {
  const OpInfo& info = kernel.infoOf(op);
  std::string result(info.text);
  const std::string where = place(kernel, info.sourceLine);
  if (where.empty()) {
    return result + " at line " + std::to_string(info.textLine) + " of the PTX";
  }
  result += " at " + where;
  const uint32_t call = kernel.sourceLines[info.sourceLine].inlinedAt;
  const std::string caller = place(kernel, call);
  return caller.empty() ? result : result + ", inlined at " + caller;
}

std::string describe(const Block& block) { return "block " + text(block.index); }

std::string describeThread(const Block& block, uint32_t thread) {
  const Index& size = block.launch->block;
  return "thread " + text({thread % size.x, thread / size.x % size.y, thread / size.x / size.y});
}

void fail(const Warp& warp, const Op* op, unsigned lane, CUresult code, const std::string& what) {
  const Block& block = *warp.block;
  throw Fault{code, "kernel " + warp.kernel->name + ", " + describe(block) + ", " +
                        describeThread(block, warp.number * kLanes + lane) + ": " + what + "; " +
                        describe(*warp.kernel, op)};
}

void failAny(const Warp& warp, const Op* op, uint32_t lanes, CUresult code,
             const std::string& what) {
  fail(warp, op, static_cast<unsigned>(std::countr_zero(lanes)), code, what);
}

}  // namespace gramian::machine
