#include "signals.h"

#include <signal.h>
#include <ucontext.h>

#include <mutex>

#include "workers.h"

namespace gramian::emulated {

namespace {

constinit thread_local Worker* current __attribute__((tls_model("initial-exec"))) = nullptr;

constexpr int kFaultSignals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL};
struct sigaction previous[NSIG];

void passOn(int signal, siginfo_t* info, void* context) {
  const struct sigaction& old = previous[signal];
  if ((old.sa_flags & SA_SIGINFO) != 0) {
    old.sa_sigaction(signal, info, context);
  } else if (old.sa_handler == SIG_DFL) {
    // The default action: the instruction faults again, or the signal is sent again.
    sigaction(signal, &old, nullptr);
    if (info->si_code <= 0) {
      raise(signal);
    }
  } else if (old.sa_handler != SIG_IGN) {
    old.sa_handler(signal);
  }
}

// Runs on the landing stack in place of the fiber that the signal ended.
[[noreturn]] void land() {
  Worker& worker = *current;
  Block& block = worker.block;
  if (worker.signal == expirySignal()) {
    block.failExpired();
  }
  switch (worker.signal) {
    case SIGFPE:
      block.fail(CUDA_ERROR_LAUNCH_FAILED, "divides an integer by zero");
    case SIGILL:
      block.fail(CUDA_ERROR_LAUNCH_FAILED, "reaches code that must not be reached");
    default:
      break;
  }
  if (block.stacks().isGuard(worker.signalAddress)) {
    block.fail(CUDA_ERROR_LAUNCH_FAILED,
               "needs more than " + std::to_string(Stacks::kBytes >> 10) + " KiB of local memory");
  }
  block.fail(CUDA_ERROR_ILLEGAL_ADDRESS,
             "accesses address " + std::to_string(worker.signalAddress) + ", no mapped memory");
}

void handle(int signal, siginfo_t* info, void* context) {
  Worker* worker = current;
  if (worker == nullptr || running == nullptr) {
    if (signal != expirySignal()) {
      passOn(signal, info, context);
    }
    return;
  }
  auto& registers = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
  if (signal == expirySignal()) {
    const Launch& launch = worker->block.launch();
    const auto at = static_cast<uintptr_t>(registers[REG_RIP]);
    if (!launch.expired || !launch.image->holds(at, 1, false)) {
      return;
    }
  }
  worker->signal = signal;
  worker->signalAddress =
      signal == SIGSEGV || signal == SIGBUS ? reinterpret_cast<uintptr_t>(info->si_addr) : 0;
  // As after a call: the stack pointer is 8 below a multiple of 16.
  const auto top =
      reinterpret_cast<uintptr_t>(worker->landingStack.get() + kSignalStackBytes) & ~uintptr_t{15};
  registers[REG_RSP] = static_cast<greg_t>(top - 8);
  registers[REG_RIP] = reinterpret_cast<greg_t>(&land);
}

}  // namespace

int expirySignal() { return SIGRTMIN + 7; }

void installSignalHandlers() {
  static std::once_flag once;
  std::call_once(once, [] {
    struct sigaction action {};
    action.sa_sigaction = handle;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
    sigemptyset(&action.sa_mask);
    for (const int signal : kFaultSignals) {
      // Read first: a fault of another thread may come as soon as the handler is there.
      sigaction(signal, nullptr, &previous[signal]);
      sigaction(signal, &action, nullptr);
    }
    sigaction(expirySignal(), &action, nullptr);
  });
}

void enterWorker(Worker& worker) {
  current = &worker;
  stack_t stack{};
  stack.ss_sp = worker.signalStack.get();
  stack.ss_size = kSignalStackBytes;
  sigaltstack(&stack, nullptr);
  sigset_t mask;
  sigfillset(&mask);
  for (const int signal : kFaultSignals) {
    sigdelset(&mask, signal);
  }
  sigdelset(&mask, expirySignal());
  pthread_sigmask(SIG_SETMASK, &mask, nullptr);
}

}  // namespace gramian::emulated
