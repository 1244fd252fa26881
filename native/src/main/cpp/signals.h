// Faults that the processor finds in a kernel (an access to no memory, a division by zero, a stack
// overflow) and the end of a kernel that runs too long.
//
// The handlers touch only what happens on the device's own threads while they run a kernel.
// Everything else goes to the handlers that were there before, such as the Java virtual machine's.
#pragma once

#include <cstddef>

namespace gramian::emulated {

struct Worker;

constexpr size_t kSignalStackBytes = 64 << 10;

// Installs the handlers; calls after the first do nothing.
void installSignalHandlers();

// Makes the calling thread the worker's: its signal mask, signal stack and identity.
void enterWorker(Worker& worker);

// The signal that looks whether the launch's time is up.
int expirySignal();

}  // namespace gramian::emulated
