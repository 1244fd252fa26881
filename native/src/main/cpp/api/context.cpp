// Entry points: contexts.
#include <algorithm>

#include "api/api.h"
#include "driver/capture.h"
#include "memory/arena.h"

namespace gramian::emulated {

namespace {

// The calling thread's stack of contexts; the last is current.
thread_local std::vector<CUcontext> contextStack;

CUresult create(CUcontext* context, unsigned flags, CUdevice ordinal) {
  return withDevice([&](Device& d) {
    if (context == nullptr) {
      return refuse(CUDA_ERROR_INVALID_VALUE, "cuCtxCreate: null result pointer");
    }
    if (ordinal != 0) {
      return refuse(CUDA_ERROR_INVALID_DEVICE, "there is one device, 0");
    }
    *context = d.createContext(flags);
    contextStack.push_back(*context);
    return CUDA_SUCCESS;
  });
}

CUresult checkDevice(CUdevice ordinal) {
  return ordinal == 0 ? CUDA_SUCCESS : refuse(CUDA_ERROR_INVALID_DEVICE, "there is one device, 0");
}

CUresult releasePrimary(CUdevice ordinal) {
  return withDevice([&](Device& d) {
    if (const CUresult r = checkDevice(ordinal); r != CUDA_SUCCESS) {
      return r;
    }
    if (d.primaryRetained == 0) {
      return refuse(CUDA_ERROR_INVALID_CONTEXT, "the primary context is not retained");
    }
    if (--d.primaryRetained == 0) {
      d.clear(*d.contexts.find(d.primary));
      d.contexts.remove(d.primary);
      d.primary = nullptr;
    }
    return CUDA_SUCCESS;
  });
}

CUresult setPrimaryFlags(CUdevice ordinal, unsigned flags) {
  return withDevice([&](Device& d) {
    if (const CUresult r = checkDevice(ordinal); r != CUDA_SUCCESS) {
      return r;
    }
    d.primaryFlags = flags;
    return CUDA_SUCCESS;
  });
}

// Clears the primary context, its fault too. Whoever has retained it may go on to use it.
CUresult resetPrimary(CUdevice ordinal) {
  return withDevice([&](Device& d) {
    if (const CUresult r = checkDevice(ordinal); r != CUDA_SUCCESS) {
      return r;
    }
    if (d.primary != nullptr) {
      d.clear(*d.contexts.find(d.primary));
    }
    return CUDA_SUCCESS;
  });
}

}  // namespace

std::shared_ptr<Context> currentContext() {
  return contextStack.empty() ? nullptr : device().contexts.find(contextStack.back());
}

CUresult refuse(CUresult code, const std::string& why) {
  device().explain(why);
  return code;
}

GRAMIAN_EXPORT CUresult cuCtxCreate_v2(CUcontext* context, unsigned flags, CUdevice ordinal) {
  return create(context, flags, ordinal);
}

GRAMIAN_EXPORT CUresult cuCtxDestroy_v2(CUcontext context) {
  return withDevice([&](Device& d) {
    const auto c = d.contexts.find(context);
    if (!c || context == d.primary) {
      return refuse(CUDA_ERROR_INVALID_CONTEXT, "cuCtxDestroy: no context made by cuCtxCreate");
    }
    if (c->fault.code == CUDA_SUCCESS) {
      c->runAll(d.drawSeed());
    }
    d.clear(*c);
    d.contexts.remove(context);
    if (!contextStack.empty() && contextStack.back() == context) {
      contextStack.pop_back();
    }
    return CUDA_SUCCESS;
  });
}

GRAMIAN_EXPORT CUresult cuCtxPushCurrent_v2(CUcontext context) {
  return withDevice([&](Device& d) {
    if (!d.contexts.find(context)) {
      return refuse(CUDA_ERROR_INVALID_CONTEXT, "cuCtxPushCurrent: not a context");
    }
    contextStack.push_back(context);
    return CUDA_SUCCESS;
  });
}

GRAMIAN_EXPORT CUresult cuCtxPopCurrent_v2(CUcontext* context) {
  return withDevice([&](Device&) {
    if (contextStack.empty()) {
      return refuse(CUDA_ERROR_INVALID_CONTEXT, "cuCtxPopCurrent: no context is current");
    }
    if (context != nullptr) {
      *context = contextStack.back();
    }
    contextStack.pop_back();
    return CUDA_SUCCESS;
  });
}

GRAMIAN_EXPORT CUresult cuCtxSetCurrent(CUcontext context) {
  return withDevice([&](Device& d) {
    if (context != nullptr && !d.contexts.find(context)) {
      return refuse(CUDA_ERROR_INVALID_CONTEXT, "cuCtxSetCurrent: not a context");
    }
    if (!contextStack.empty()) {
      contextStack.pop_back();
    }
    if (context != nullptr) {
      contextStack.push_back(context);
    }
    return CUDA_SUCCESS;
  });
}

GRAMIAN_EXPORT CUresult cuCtxGetCurrent(CUcontext* context) {
  return withDevice([&](Device&) {
    if (context == nullptr) {
      return refuse(CUDA_ERROR_INVALID_VALUE, "cuCtxGetCurrent: null result pointer");
    }
    *context = currentContext() ? contextStack.back() : nullptr;
    return CUDA_SUCCESS;
  });
}

GRAMIAN_EXPORT CUresult cuCtxGetDevice(CUdevice* ordinal) {
  return withContext([&](Device&, Context&) {
    if (ordinal == nullptr) {
      return refuse(CUDA_ERROR_INVALID_VALUE, "cuCtxGetDevice: null result pointer");
    }
    *ordinal = 0;
    return CUDA_SUCCESS;
  });
}

GRAMIAN_EXPORT CUresult cuCtxGetFlags(unsigned* flags) {
  return withContext([&](Device&, Context& c) {
    if (flags == nullptr) {
      return refuse(CUDA_ERROR_INVALID_VALUE, "cuCtxGetFlags: null result pointer");
    }
    *flags = c.flags;
    return CUDA_SUCCESS;
  });
}

GRAMIAN_EXPORT CUresult cuCtxGetApiVersion(CUcontext context, unsigned* version) {
  return withDevice([&](Device& d) {
    if (context != nullptr ? !d.contexts.find(context) : !currentContext()) {
      return refuse(CUDA_ERROR_INVALID_CONTEXT, "cuCtxGetApiVersion: not a context");
    }
    if (version == nullptr) {
      return refuse(CUDA_ERROR_INVALID_VALUE, "cuCtxGetApiVersion: null result pointer");
    }
    *version = 3020;
    return CUDA_SUCCESS;
  });
}

GRAMIAN_EXPORT CUresult cuCtxGetStreamPriorityRange(int* least, int* greatest) {
  return withContext([&](Device&, Context&) {
    if (least != nullptr) {
      *least = 0;
    }
    if (greatest != nullptr) {
      *greatest = -5;
    }
    return CUDA_SUCCESS;
  });
}

GRAMIAN_EXPORT CUresult cuCtxSynchronize() {
  return withContext([&](Device& d, Context& c) {
    if (const CUresult r = requireNothingCaptured(c, "cuCtxSynchronize"); r != CUDA_SUCCESS) {
      return r;
    }
    c.runAll(d.drawSeed());
    return c.fault.code;
  });
}

GRAMIAN_EXPORT CUresult cuDevicePrimaryCtxRetain(CUcontext* context, CUdevice ordinal) {
  return withDevice([&](Device& d) {
    if (context == nullptr) {
      return refuse(CUDA_ERROR_INVALID_VALUE, "cuDevicePrimaryCtxRetain: null result pointer");
    }
    if (const CUresult r = checkDevice(ordinal); r != CUDA_SUCCESS) {
      return r;
    }
    if (d.primary == nullptr) {
      d.primary = d.createContext(d.primaryFlags);
    }
    ++d.primaryRetained;
    *context = d.primary;
    return CUDA_SUCCESS;
  });
}

GRAMIAN_EXPORT CUresult cuDevicePrimaryCtxRelease(CUdevice ordinal) {
  return releasePrimary(ordinal);
}

GRAMIAN_EXPORT CUresult cuDevicePrimaryCtxRelease_v2(CUdevice ordinal) {
  return releasePrimary(ordinal);
}

GRAMIAN_EXPORT CUresult cuDevicePrimaryCtxReset(CUdevice ordinal) { return resetPrimary(ordinal); }

GRAMIAN_EXPORT CUresult cuDevicePrimaryCtxReset_v2(CUdevice ordinal) {
  return resetPrimary(ordinal);
}

GRAMIAN_EXPORT CUresult cuDevicePrimaryCtxSetFlags(CUdevice ordinal, unsigned flags) {
  return setPrimaryFlags(ordinal, flags);
}

GRAMIAN_EXPORT CUresult cuDevicePrimaryCtxSetFlags_v2(CUdevice ordinal, unsigned flags) {
  return setPrimaryFlags(ordinal, flags);
}

GRAMIAN_EXPORT CUresult cuDevicePrimaryCtxGetState(CUdevice ordinal, unsigned* flags, int* active) {
  return withDevice([&](Device& d) {
    if (const CUresult r = checkDevice(ordinal); r != CUDA_SUCCESS) {
      return r;
    }
    if (flags == nullptr || active == nullptr) {
      return refuse(CUDA_ERROR_INVALID_VALUE, "cuDevicePrimaryCtxGetState: null result pointer");
    }
    *flags = d.primaryFlags;
    *active = d.primary != nullptr;
    return CUDA_SUCCESS;
  });
}

}  // namespace gramian::emulated
