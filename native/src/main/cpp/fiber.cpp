#include "fiber.h"

#include <sys/mman.h>

#include <new>

// Callee-saved registers of the System V x86-64 ABI; kernels do not change the rounding modes.
asm(R"(
.text
.globl gramianFiberSwitch
.hidden gramianFiberSwitch
.type gramianFiberSwitch, @function
gramianFiberSwitch:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
.size gramianFiberSwitch, .-gramianFiberSwitch
)");

namespace gramian::emulated {

namespace {
constexpr size_t kStride = Stacks::kBytes + Stacks::kGuard;
}

Stacks::Stacks(size_t count) : count_(count) {
  void* p = mmap(nullptr, count * kStride, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (p == MAP_FAILED) {
    throw std::bad_alloc();
  }
  madvise(p, count * kStride, MADV_NOHUGEPAGE);
  base_ = reinterpret_cast<uintptr_t>(p);
  for (size_t i = 0; i < count; ++i) {
    mprotect(reinterpret_cast<void*>(base_ + i * kStride), kGuard, PROT_NONE);
  }
}

Stacks::~Stacks() { munmap(reinterpret_cast<void*>(base_), count_ * kStride); }

StackRange Stacks::range(size_t i) const {
  const uintptr_t low = base_ + i * kStride + kGuard;
  return {low, low + kBytes};
}

void* Stacks::prepare(size_t i, void (*entry)()) {
  // Tops at different offsets within a page, so that stacks do not share their cache sets.
  const uintptr_t top = range(i).high - (i * 192) % 4096 / 16 * 16;
  auto* sp = reinterpret_cast<uintptr_t*>(top);
  *--sp = 0;  // where a caller's return address would be: entry starts as if called
  *--sp = reinterpret_cast<uintptr_t>(entry);
  for (int r = 0; r < 6; ++r) {
    *--sp = 0;
  }
  return sp;
}

bool Stacks::isGuard(uintptr_t address) const {
  return address - base_ < count_ * kStride && (address - base_) % kStride < kGuard;
}

}  // namespace gramian::emulated
