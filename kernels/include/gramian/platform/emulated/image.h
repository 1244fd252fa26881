// The image's side of the interface: its description, the way to the device's functions, and the
// functions that the compiler's -fsanitize=thread instrumentation calls at each memory access.
// Included once per image, by language.cuh.
#pragma once

#include "gramian/platform/emulated/abi.h"

// These functions are not instrumented themselves, and never inlined into code that is.
#define GRAMIAN_EMULATED_OWN                                                   \
  __attribute__((no_sanitize_thread, no_profile_instrument_function, noinline, \
                 visibility("hidden"), unused))

extern "C" {

__attribute__((visibility("hidden"))) const GramianEmulatedFunctions* gramianEmulatedFunctions =
    nullptr;

__attribute__((visibility("default"), used)) GramianEmulatedImage gramian_image = {
    GRAMIAN_EMULATED_ABI, GRAMIAN_ARCH, &gramianEmulatedFunctions};

// A thread's place in the grid and its shared memory are the same in all its life.
GramianEmulatedIndex gramianEmulated_threadIdx() __attribute__((const));
GramianEmulatedIndex gramianEmulated_blockIdx() __attribute__((const));
GramianEmulatedIndex gramianEmulated_blockDim() __attribute__((const));
GramianEmulatedIndex gramianEmulated_gridDim() __attribute__((const));
void* gramianEmulated_dynamicShared() __attribute__((const));

#define GRAMIAN_EMULATED_FORWARD(result, name, parameters, arguments) \
  GRAMIAN_EMULATED_OWN result gramianEmulated_##name parameters {     \
    return gramianEmulatedFunctions->name arguments;                  \
  }
GRAMIAN_EMULATED_FUNCTIONS(GRAMIAN_EMULATED_FORWARD)
#undef GRAMIAN_EMULATED_FORWARD

#define GRAMIAN_EMULATED_ACCESS(size)                               \
  GRAMIAN_EMULATED_OWN void __tsan_read##size(void* p) {            \
    gramianEmulatedFunctions->read##size(p);                        \
  }                                                                 \
  GRAMIAN_EMULATED_OWN void __tsan_write##size(void* p) {           \
    gramianEmulatedFunctions->write##size(p);                       \
  }                                                                 \
  GRAMIAN_EMULATED_OWN void __tsan_unaligned_read##size(void* p) {  \
    gramianEmulatedFunctions->readRange(p, size);                   \
  }                                                                 \
  GRAMIAN_EMULATED_OWN void __tsan_unaligned_write##size(void* p) { \
    gramianEmulatedFunctions->writeRange(p, size);                  \
  }
GRAMIAN_EMULATED_ACCESS(1)
GRAMIAN_EMULATED_ACCESS(2)
GRAMIAN_EMULATED_ACCESS(4)
GRAMIAN_EMULATED_ACCESS(8)
GRAMIAN_EMULATED_ACCESS(16)
#undef GRAMIAN_EMULATED_ACCESS

GRAMIAN_EMULATED_OWN void __tsan_read_range(void* p, unsigned long bytes) {
  gramianEmulatedFunctions->readRange(p, bytes);
}
GRAMIAN_EMULATED_OWN void __tsan_write_range(void* p, unsigned long bytes) {
  gramianEmulatedFunctions->writeRange(p, bytes);
}
// The counters of a coverage build, which are no memory of the kernel.
GRAMIAN_EMULATED_OWN long __tsan_atomic64_fetch_add(volatile long* p, long v, int) {
  return __atomic_fetch_add(p, v, __ATOMIC_RELAXED);
}
GRAMIAN_EMULATED_OWN void __tsan_init() {}
GRAMIAN_EMULATED_OWN void __tsan_func_entry(void*) {}
GRAMIAN_EMULATED_OWN void __tsan_func_exit() {}

}  // extern "C"
