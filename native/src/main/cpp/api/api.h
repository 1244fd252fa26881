// What the driver's entry points share: locking, the checks common to all calls, and explanations.
#pragma once

#include <exception>
#include <memory>
#include <new>
#include <string>

#include "driver/device.h"

namespace gramian::emulated {

// Explains an error of a call and returns it.
CUresult refuse(CUresult code, const std::string& why);

// The calling thread's current context, or null.
std::shared_ptr<Context> currentContext();

// Calls `body(device)` under the lock once cuInit was called.
template <typename Body>
CUresult withDevice(Body body) noexcept {
  try {
    Device& d = device();
    const std::lock_guard lock(d.mutex);
    if (!d.initialised) {
      return refuse(CUDA_ERROR_NOT_INITIALIZED, "cuInit was not called");
    }
    return body(d);
  } catch (const std::bad_alloc&) {
    return CUDA_ERROR_OUT_OF_MEMORY;
  } catch (const std::exception&) {
    return CUDA_ERROR_UNKNOWN;
  }
}

// Calls `body(device, context)` if the calling thread has a context in which nothing failed.
template <typename Body>
CUresult withContext(Body body) noexcept {
  return withDevice([&](Device& d) -> CUresult {
    const std::shared_ptr<Context> context = currentContext();
    if (!context) {
      return refuse(CUDA_ERROR_INVALID_CONTEXT, "the calling thread has no current context");
    }
    if (context->fault.code != CUDA_SUCCESS) {
      return context->fault.code;
    }
    return body(d, *context);
  });
}

// The stream of a handle: null and 1 are the legacy stream, 2 the calling thread's. Null if the
// handle is none of this context.
std::shared_ptr<Stream> findStream(Device& d, Context& context, CUstream handle);

// How strictly the calling thread treats captures, by cuThreadExchangeStreamCaptureMode.
CUstreamCaptureMode threadCaptureMode();

}  // namespace gramian::emulated
