// Fibers: the threads of a block, each with its own stack, switched by hand on one system thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace gramian::emulated {

// Saves the caller's registers on its stack, stores its stack pointer in *save and continues where
// `load` was saved.
extern "C" void gramianFiberSwitch(void** save, void* load);

struct StackRange {
  uintptr_t low;
  uintptr_t high;
};

// Stacks for the fibers of one block, with a guard page below each.
class Stacks {
 public:
  static constexpr size_t kBytes = 128 << 10;
  static constexpr size_t kGuard = 4096;

  explicit Stacks(size_t count);
  ~Stacks();
  Stacks(const Stacks&) = delete;
  Stacks& operator=(const Stacks&) = delete;

  StackRange range(size_t i) const;
  // A stack pointer that, switched to, starts `entry`, which must never return.
  void* prepare(size_t i, void (*entry)());
  // True for an address in a guard page, where a stack that overflows ends up.
  bool isGuard(uintptr_t address) const;

 private:
  size_t count_;
  uintptr_t base_;
};

}  // namespace gramian::emulated
