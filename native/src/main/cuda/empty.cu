// A kernel that does nothing, for the emulated device: what is left of a launch without work. GPUs
// get theirs from PTX, which their driver compiles.
#include "gramian/platform/platform.cuh"

using namespace gramian;

namespace {

struct Arguments {
  u64 ignored[8];
};

}  // namespace

GRAMIAN_KERNEL(gramian_empty, Arguments, 1) {}
