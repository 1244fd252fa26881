// The text of a module: what the parser makes of it.
#include <cstring>
#include <string>

#include "check.h"
#include "ptx/lexer.h"
#include "ptx/program.h"

namespace {

using namespace gramian::ptx;
using Kind = Operand::Kind;

const std::string kHeader = ".version 8.8\n.target sm_90a\n.address_size 64\n";

std::string messageOf(const std::string& text) {
  try {
    const auto module = Module::parse(text);
    for (Function& f : module->functions) module->parseBody(f);
  } catch (const Error& e) {
    return e.message;
  }
  return "";
}

bool contains(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST(numbersOfPtx) {
  struct {
    const char* text;
    bool isFloat;
    bool isSingle;
    uint64_t bits;
  } const cases[] = {
      {"0", false, false, 0},
      {"12", false, false, 12},
      {"0x1fU", false, false, 31},
      {"017", false, false, 15},
      {"0b101", false, false, 5},
      {"18446744073709551615", false, false, ~uint64_t{0}},
      {"0f3F800000", true, true, 0x3f800000},
      {"0d3FF0000000000000", true, false, 0x3ff0000000000000},
      {"1.5", true, false, 0x3ff8000000000000},
      {"1e-3", true, false, 0x3f50624dd2f1a9fc},
  };
  for (const auto& c : cases) {
    Number n;
    CHECK(parseNumber(c.text, n), "%s", c.text);
    CHECK(n.isFloat == c.isFloat && n.isSingle == c.isSingle && n.bits == c.bits, "%s is %llx",
          c.text, static_cast<unsigned long long>(n.bits));
  }
  Number n;
  for (const char* text : {"0x", "0f3F8", "12a", "09", "0b2", "1.2.3"}) {
    CHECK(!parseNumber(text, n), "%s", text);
  }
}

TEST(parsesHeaderAndVariables) {
  const auto m = Module::parse(kHeader + R"(
.extern .shared .align 16 .b8 dynamic[];
.const .align 4 .f32 table[4] = {0f3F800000, 2.0, 0f40400000};
.global .align 8 .u64 pointers[2] = {generic(table)+8, f};
.global .align 1 .b8 part[2] = {0xff(table), 0xff00(table)};
.visible .global .align 4 .s32 negative = -5;
.file 1 "kernel.cu"
.func f() { ret; }
)");
  CHECK(m->versionMajor == 8 && m->versionMinor == 8 && m->arch == 90, "version");
  CHECK(m->target == "sm_90a", "target");
  CHECK(m->files.size() == 2 && m->files[1] == "kernel.cu", "files");
  const Variable* dynamic = m->findVariable("dynamic");
  CHECK(dynamic != nullptr && dynamic->isExtern && dynamic->bytes() == 0, "dynamic");
  const Variable* table = m->findVariable("table");
  float values[4];
  CHECK(table->space == Space::kConst && table->initial.size() == 16, "table");
  std::memcpy(values, table->initial.data(), 16);
  CHECK(values[0] == 1 && values[1] == 2 && values[2] == 3 && values[3] == 0, "table's values");
  const Variable* pointers = m->findVariable("pointers");
  CHECK(pointers->relocations.size() == 2 && pointers->relocations[0].generic &&
            pointers->relocations[0].addend == 8 && pointers->relocations[1].symbol == "f" &&
            pointers->relocations[1].offset == 8,
        "relocations");
  const Variable* part = m->findVariable("part");
  CHECK(part->relocations[1].shift == 8 && part->relocations[1].bytes == 1, "part of an address");
  int32_t negative;
  std::memcpy(&negative, m->findVariable("negative")->initial.data(), 4);
  CHECK(negative == -5, "%d", negative);
}

TEST(parsesInstructions) {
  const auto m = Module::parse(kHeader + R"(
.visible .entry k(.param .u64 .ptr .global .align 4 k_a, .param .align 8 .b8 k_b[24])
.maxntid 128, 2, 1
.reqnctapercluster 2, 1, 1
{
  .reg .pred %p<3>;
  .reg .b32 %r<9>;
  .reg .b64 %rd<4>, odd;
  .shared .align 4 .b8 own[8];
  // a comment with a brace }
  /* and another { */
  ld.param.u64 %rd1, [k_a];
  @!%p1 bra $end;
  setp.lt.and.s32 %p1|%p2, %r1, -3, !%p0;
  ld.global.v4.f32 {%r1, %r2, _, %r8}, [%rd1+-16];
  mma.sync.aligned.m16n8k8.row.col.f32.bf16.bf16.f32 {%r0,%r1}, {%r2}, {%r3}, {%r4,%r5};
  cp.async.bulk.tensor.2d.shared::cluster.global.tile.mbarrier::complete_tx::bytes [%r1], [%rd1, {%r2, %r3}], [%r4];
  mov.u32 %r3, %tid.x; mov.u32 %r4, own+4;
  add.f32 %r5, %r5, 0fBF800000;
$end:
  ret;
}
)");
  Function* k = m->find("k");
  CHECK(k != nullptr && k->isEntry && !k->isParsed && k->instructions.empty(), "lazy");
  CHECK(k->maxThreads == 256 && k->clusterSize[0] == 2, "directives");
  CHECK(k->parameters.size() == 2 && k->parameters[1].bytes() == 24 && k->parameters[1].align == 8,
        "parameters");
  m->parseBody(*k);
  CHECK(k->registers.size() == 3 + 9 + 4 + 1, "%zu registers", k->registers.size());
  CHECK(k->instructions.size() == 10, "%zu instructions", k->instructions.size());
  const auto& i = k->instructions;
  CHECK(i[0].operands[1].kind == Kind::kAddress && i[0].operands[1].text == "k_a", "parameter");
  CHECK(i[1].guard == 1 && i[1].guardNegated, "guard");
  CHECK(i[1].operands[0].kind == Kind::kLabel && k->labels[i[1].operands[0].index].instruction == 9,
        "label");
  CHECK(i[2].hasPairedDestination && i[2].operands.size() == 5, "pair");
  CHECK(i[2].operands[3].bits == static_cast<uint64_t>(-3), "negative");
  CHECK(i[2].operands[4].kind == Kind::kPredicate && i[2].operands[4].negated, "negated");
  CHECK(i[3].operands[0].parts[2].kind == Kind::kSink && i[3].operands[0].parts[3].index == 11,
        "vector");
  CHECK(i[3].operands[1].hasRegister && i[3].operands[1].offset == -16, "offset");
  CHECK(i[4].operands.size() == 4 && i[4].operands[3].parts.size() == 2, "mma");
  CHECK(i[5].name.ends_with("mbarrier::complete_tx::bytes"), "%s", std::string(i[5].name).c_str());
  CHECK(i[5].operands[1].parts.size() == 2 && i[5].operands[1].parts[1].index == 6, "coordinates");
  CHECK(i[6].operands[1].kind == Kind::kSpecial && i[6].operands[1].text == "%tid.x", "special");
  CHECK(i[7].operands[1].kind == Kind::kSymbol && i[7].operands[1].index == 1 &&
            i[7].operands[1].offset == 4,
        "symbol");
  CHECK(i[8].operands[2].isSingle && i[8].operands[2].bits == 0xbf800000, "float");
  CHECK(i[5].textLine == 20, "line %u", i[5].textLine);
}

TEST(scopesHaveNamesOfTheirOwn) {
  const auto m = Module::parse(kHeader + R"(
.entry k() {
  .reg .b32 a;
  { .reg .b32 a; .reg .pred p; mov.u32 a, 1;
  wait: setp.eq.u32 p, a, 1; @p bra done; bra wait;
  done: }
  { .reg .b64 a; .reg .pred p; mov.u64 a, 1;
  wait: setp.eq.u64 p, a, 1; @p bra done; bra wait;
  done: }
  mov.u32 a, 2;
  ret;
}
)");
  Function& k = *m->find("k");
  m->parseBody(k);
  const auto typeAt = [&](size_t i, size_t o) {
    return k.registers[k.instructions[i].operands[o].index].type;
  };
  CHECK(k.instructions[0].operands[0].index != k.instructions[8].operands[0].index, "shadowed");
  CHECK(typeAt(4, 0) == Type::kB64 && typeAt(8, 0) == Type::kB32, "types");
  const auto target = [&](size_t i) {
    return k.labels[k.instructions[i].operands[0].index].instruction;
  };
  CHECK(target(2) == 4 && target(3) == 1 && target(6) == 8 && target(7) == 5, "labels");
}

TEST(sourceLinesOfInlinedCode) {
  const auto m = Module::parse(kHeader + R"(
.entry k() {
  .reg .b32 %r<2>;
  .loc 1 7 1
  mov.u32 %r0, 1;
  .loc 2 40 3, function_name $name, inlined_at 1 7 1
  mov.u32 %r1, 2;
  .loc 2 0 3
  mov.u32 %r1, 3;
  .loc 1 8 1
  ret;
}
.file 1 "a.cu"
.file 2 "b.cuh"
.section .debug_str
{
$name:
.b8 95,90,49,102,105
.b8 0
}
)");
  Function& k = *m->find("k");
  m->parseBody(k);
  const auto line = [&](size_t i) { return k.sourceLines[k.instructions[i].sourceLine]; };
  CHECK(line(0).file == 1 && line(0).line == 7 && line(0).inlinedAt == 0, "plain");
  CHECK(line(1).file == 2 && line(1).line == 40 && line(1).function == "f", "inlined in %s",
        std::string(line(1).function).c_str());
  CHECK(k.sourceLines[line(1).inlinedAt].line == 7, "at");
  CHECK(line(2).line == 40 && line(3).line == 8, "code of no line");
}

TEST(calls) {
  const auto m = Module::parse(kHeader + R"(
.extern .func (.param .b32 r) vprintf (.param .b64 a, .param .b64 b) ;
.entry k() {
  .reg .b64 %rd<2>;
  { .param .b32 param0; .param .b32 retval0;
    prototype_1 : .callprototype (.param .b32 _) _ (.param .b32 _);
    call (retval0), %rd1, (param0), prototype_1; }
  call.uni vprintf, (%rd1, %rd0);
  ret;
}
)");
  Function& k = *m->find("k");
  m->parseBody(k);
  const auto& first = k.instructions[0].operands;
  CHECK(first.size() == 3 && first[0].parts.size() == 1 && first[0].parts[0].index == 2, "result");
  CHECK(first[1].kind == Kind::kRegister && first[2].parts[0].index == 1, "indirect");
  const auto& second = k.instructions[1].operands;
  CHECK(second[0].parts.empty() && second[1].text == "vprintf" && second[2].parts.size() == 2,
        "direct");
  CHECK(m->find("vprintf")->isDeclaration, "declaration");
}

TEST(mistakesInTextsNameTheirLine) {
  CHECK(contains(messageOf("hello"), "no PTX"), "no header");
  CHECK(contains(messageOf(kHeader + ".entry k() { add.u32 %r1; ret;"), "no '}'"), "brace");
  const std::string unknown = messageOf(kHeader + ".entry k()\n{\n bra nowhere;\n}\n");
  CHECK(contains(unknown, "kernel k, PTX line 6") && contains(unknown, "nowhere"), "%s",
        unknown.c_str());
  CHECK(contains(messageOf(kHeader + ".entry k() { mov.u32 %r1 %r2; }"), "expected ';'"), "comma");
  CHECK(contains(messageOf(kHeader + ".texref t;"), "PTX line 4"), "textures");
}
