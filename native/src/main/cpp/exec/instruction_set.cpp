// The machine's instruction set, in the form that suits the host.
#include "exec/control.h"
#include "exec/opcodes.h"
#if __has_include("hopper/hopper.h")
#include "hopper/hopper.h"
#define HAS_HOPPER
#endif
#include "lanes/lanes.h"
#include "memory/opcodes.h"

namespace gramian::machine {

namespace {

bool hasAvx2() {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2") &&
         __builtin_cpu_supports("fma");
}

bool hasAvx512() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vl") && hasAvx2();
}

}  // namespace

const OpcodeTable& opcodes() {
  static const OpcodeTable table = [] {
    OpcodeTable t;
    if (hasAvx512()) {
      lanes_v4::registerAll(t);
    } else if (hasAvx2()) {
      lanes_v3::registerAll(t);
    } else {
      lanes_v2::registerAll(t);
    }
    registerBarriers(t);
    registerEnds(t);
    registerMemory(t);
#ifdef HAS_HOPPER
    registerHopper(t);
#endif
    return t;
  }();
  return table;
}

}  // namespace gramian::machine
