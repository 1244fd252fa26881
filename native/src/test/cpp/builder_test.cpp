// What the builder makes of a kernel: places of registers, calls, branches and variables.
#include "exec/builder.h"

#include <algorithm>
#include <string>

#include "check.h"
#include "exec/jumps.h"

namespace {

using namespace gramian::machine;
namespace ptx = gramian::ptx;

std::shared_ptr<const Kernel> build(const std::string& text) {
  const std::shared_ptr<ptx::Module> module =
      ptx::Module::parse(".version 8.8\n.target sm_80\n.address_size 64\n" + text);
  return buildKernel(module, *module->find("k"), [](const ptx::Variable&) {
    return VariablePlace{0x1000, 7};
  });
}

std::string messageOf(const std::string& text) {
  try {
    build(text);
  } catch (const ptx::Error& e) {
    return e.message;
  }
  return "";
}

bool contains(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}

size_t opAt(const Kernel& kernel, const char* name, size_t which = 0) {
  for (size_t i = 0; i < kernel.ops.size(); ++i) {
    if (kernel.infos[i].text == name && which-- == 0) {
      return i;
    }
  }
  return kernel.ops.size();
}

}  // namespace

TEST(registersShareSlotsWhenTheyAreNotAliveTogether) {
  const auto kernel = build(R"(
.entry k(.param .u32 p) {
  .reg .b32 %r<9>;
  ld.param.u32 %r1, [p];
  add.u32 %r2, %r1, %r1;
  add.u32 %r3, %r2, %r2;
  add.u32 %r4, %r3, %r3;
  add.u32 %r5, %r4, %r4;
  st.local.u32 [0], %r5;
  ret;
})");
  CHECK(kernel->slots == 2, "%u slots", kernel->slots);
  CHECK(kernel->undefinedAtStart.empty(), "all are written first");
}

// A lane that goes round the loop again needs what was there before it.
TEST(registersStayAliveAroundLoops) {
  const auto kernel = build(R"(
.entry k() {
  .reg .b32 %r<9>;
  .reg .pred %p1;
  mov.u32 %r1, 5;
  mov.u32 %r2, 0;
again:
  add.u32 %r2, %r2, %r1;
  add.u32 %r3, %r2, 1;
  setp.lt.u32 %p1, %r3, 100;
  @%p1 bra again;
  ret;
})");
  const Slot five = kernel->ops[opAt(*kernel, "mov.u32")].slot[0];
  for (size_t i = 1; i < kernel->ops.size(); ++i) {
    CHECK(kernel->infos[i].text == "ret" || kernel->ops[i].slot[0] != five, "op %zu", i);
  }
}

TEST(registersThatMayBeReadBeforeTheyAreWritten) {
  const auto kernel = build(R"(
.entry k() {
  .reg .b32 %r<4>;
  .reg .pred %p1;
  mov.u32 %r1, 1;
  setp.eq.u32 %p1, %r1, 2;
  @%p1 mov.u32 %r2, 3;
  add.u32 %r3, %r2, %r1;
  ret;
})");
  CHECK(kernel->undefinedAtStart.size() == 1, "%zu", kernel->undefinedAtStart.size());
  CHECK(kernel->undefinedAtStart.size() == 1 &&
            kernel->undefinedAtStart[0] == kernel->ops[opAt(*kernel, "mov.u32", 1)].slot[0],
        "%s", "the guarded one");
}

TEST(branchesKnowWhereTheirSidesMeet) {
  const auto kernel = build(R"(
.entry k() {
  .reg .b32 %r<4>;
  .reg .pred %p1;
  mov.u32 %r1, %tid.x;
  setp.eq.u32 %p1, %r1, 2;
  @%p1 bra other;
  mov.u32 %r2, 1;
  bra end;
other:
  mov.u32 %r2, 2;
end:
  add.u32 %r3, %r2, %r1;
  @%p1 exit;
  ret;
})");
  const size_t branch = opAt(*kernel, "bra");
  CHECK(kernel->ops[branch].target == opAt(*kernel, "mov.u32", 2), "target");
  CHECK(kernel->infos[branch].reconvergence == opAt(*kernel, "add.u32"), "meeting");
  CHECK(static_cast<int64_t>(kernel->ops[branch].immediate) == 3, "distance");
}

TEST(functionsAreInlined) {
  const auto kernel = build(R"(
.func (.param .b32 r) twice(.param .b32 x) {
  .reg .b32 %r<3>;
  .loc 1 3 1
  ld.param.u32 %r1, [x];
  add.u32 %r2, %r1, %r1;
  st.param.b32 [r+0], %r2;
  ret;
}
.entry k() {
  .reg .b32 %r<4>;
  .loc 1 9 1
  { .param .b32 param0; st.param.b32 [param0+0], 4; .param .b32 retval0;
    call.uni (retval0), twice, (param0);
    ld.param.b32 %r1, [retval0+0]; }
  ret;
}
.file 1 "a.cu")");
  const size_t add = opAt(*kernel, "add.u32");
  CHECK(add < kernel->ops.size(), "inlined");
  CHECK(kernel->localBytes == 16, "%u bytes", kernel->localBytes);
  const ptx::SourceLine& line = kernel->sourceLines[kernel->infos[add].sourceLine];
  CHECK(line.line == 3 && line.function == "twice", "line %u", line.line);
  CHECK(kernel->sourceLines[line.inlinedAt].line == 9, "call at %u",
        kernel->sourceLines[line.inlinedAt].line);
}

TEST(callsOfAnAddressTryTheFunctionsThatFit) {
  const auto kernel = build(R"(
.func (.param .b32 r) one(.param .b32 x) { .reg .b32 %r1; mov.u32 %r1, 1; st.param.b32 [r], %r1; ret; }
.func (.param .b32 r) two(.param .b32 x) { .reg .b32 %r1; mov.u32 %r1, 2; st.param.b32 [r], %r1; ret; }
.func (.param .b32 r) wide(.param .b64 x) { .reg .b32 %r1; mov.u32 %r1, 3; st.param.b32 [r], %r1; ret; }
.func (.param .b32 r) unused(.param .b32 x) { .reg .b32 %r1; mov.u32 %r1, 4; st.param.b32 [r], %r1; ret; }
.global .u64 functions[3] = {one, two, wide};
.entry k() {
  .reg .b64 %rd<2>;
  mov.u64 %rd1, one;
  { .param .b32 param0; .param .b32 retval0;
    call (retval0), %rd1, (param0), prototype; }
  ret;
})");
  const auto count = [&](Handler handler) {
    return std::count_if(kernel->ops.begin(), kernel->ops.end(),
                         [&](const Op& op) { return op.run == handler; });
  };
  CHECK(count(jumpIfEqual) == 2, "%td candidates", count(jumpIfEqual));
  CHECK(count(failCall) == 1, "an address of none");
}

TEST(sharedVariablesLieApart) {
  const auto kernel = build(R"(
.shared .align 4 .b8 a[12];
.shared .align 16 .b8 unused[4096];
.extern .shared .align 16 .b8 dynamic[];
.entry k() {
  .reg .b32 %r<4>;
  .shared .align 8 .b8 b[8];
  mov.u32 %r1, a; mov.u32 %r2, b; mov.u32 %r3, dynamic+4;
  ret;
})");
  CHECK(kernel->shared.size() == 2 && kernel->staticShared == 24, "%u bytes", kernel->staticShared);
  CHECK(kernel->shared[1].offset >= kernel->shared[0].offset + 12 + 64, "a guard zone");
  CHECK(kernel->sharedWindow % 1024 == 0, "alignment");
  bool found = false;
  for (const Kernel::Constant& c : kernel->constants) {
    found |= c.value == kernel->sharedWindow + 4;
  }
  CHECK(found, "address of the dynamic part");
}

TEST(whatTheDeviceDoesNotKnowFailsAtLoad) {
  const std::string unknown = messageOf(".entry k()\n{\n  frobnicate.u32 %r1;\n}\n");
  CHECK(contains(unknown, "kernel k, PTX line 6") && contains(unknown, "frobnicate.u32"), "%s",
        unknown.c_str());
  const std::string modifier =
      messageOf(".entry k() { .reg .b32 %r1; add.strange.u32 %r1, %r1, %r1; }");
  CHECK(contains(modifier, "strange"), "%s", modifier.c_str());
  const std::string width =
      messageOf(".entry k() { .reg .b32 %r1; .reg .b64 %rd1; add.u32 %r1, %rd1, %r1; }");
  CHECK(contains(width, "type b64"), "%s", width.c_str());
  const std::string recursion = messageOf(
      ".func f();\n.func g() { call f; ret; }\n.func f() { call g; ret; }\n.entry k() { call f; }");
  CHECK(contains(recursion, "function f calls itself"), "%s", recursion.c_str());
  const std::string missing = messageOf(".extern .func h();\n.entry k() { call h; }");
  CHECK(contains(missing, "no function of this name has a body"), "%s", missing.c_str());
}
