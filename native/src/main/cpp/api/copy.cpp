// Entry points: copies and fills. All of them are work of a stream; the blocking ones then wait for
// the legacy stream. Host memory is read and written when the work runs.
#include <cstring>

#include "api/api.h"
#include "driver/capture.h"
#include "memory/arena.h"
#include "memory/defined.h"

namespace gramian::emulated {

using machine::Allocation;
using machine::Arena;
using machine::arena;
using machine::MemoryKind;

namespace {

enum class Side { kDevice, kHost, kAny };

bool isHostMemory(uintptr_t p, size_t bytes) {
  if (p == 0) {
    return false;
  }
  if (!arena().contains(p)) {
    return true;
  }
  const Allocation* a = arena().find(p, bytes);
  return a != nullptr && a->kind == MemoryKind::kHostPinned;
}

bool isMemory(Device& d, uintptr_t p, size_t bytes, Side side) {
  switch (side) {
    case Side::kDevice:
      return d.isDeviceMemory(p, bytes);
    case Side::kHost:
      return isHostMemory(p, bytes);
    case Side::kAny:
      break;
  }
  return d.isDeviceMemory(p, bytes) || isHostMemory(p, bytes);
}

std::string explainPointer(const char* call, const char* role, uintptr_t p, size_t bytes,
                           Side side) {
  std::string text = std::string(call) + ": the " + role + " of " + std::to_string(bytes) +
                     " bytes is not " + (side == Side::kHost ? "host" : "device") + " memory: ";
  if (p == 0) {
    return text + "a null pointer";
  }
  if (!arena().contains(p)) {
    return text + "a pointer that is not the device's";
  }
  const Allocation& a = arena().owner(p);
  const bool startsInside = !a.freed && p >= a.begin && p < a.end;
  return text + arena().describe(startsInside && bytes > a.end - p ? p + bytes - 1 : p);
}

struct Range {
  uintptr_t address;
  Side side;
};

// Copies bytes, and between places of the device also which of them were ever written.
void move(uintptr_t to, uintptr_t from, size_t bytes) {
  auto* const target = reinterpret_cast<std::byte*>(to);
  const auto* const source = reinterpret_cast<const std::byte*>(from);
  if (!arena().contains(to)) {
    std::memmove(target, source, bytes);
  } else if (arena().contains(from)) {
    machine::copyWithDefined(target, source, bytes);
  } else {
    std::memmove(target, source, bytes);
    machine::setDefined(target, bytes);
  }
}

// Gives work, if there is any, to a stream; a blocking call waits for it and all before it.
CUresult give(Context& c, const std::shared_ptr<Stream>& s, const char* call, bool async,
              std::function<Fault()> work) {
  if (!async) {
    if (const CUresult r = requireSafeCall(c, call); r != CUDA_SUCCESS) {
      return r;
    }
  }
  if (work) {
    if (const CUresult r = submit(c, s, std::move(work)); r != CUDA_SUCCESS) {
      return r;
    }
  }
  if (!async) {
    c.runUntil(*s, s->enqueued);
  }
  return c.fault.code;
}

CUresult copy(const char* call, Range to, Range from, size_t bytes, bool async, CUstream stream) {
  return withContext([&](Device& d, Context& c) -> CUresult {
    const auto s = async ? findStream(d, c, stream) : c.legacyStream;
    if (!s) {
      return refuse(CUDA_ERROR_INVALID_HANDLE, std::string(call) + ": not a stream");
    }
    std::function<Fault()> work;
    if (bytes > 0) {
      if (!isMemory(d, to.address, bytes, to.side)) {
        return refuse(CUDA_ERROR_INVALID_VALUE,
                      explainPointer(call, "destination", to.address, bytes, to.side));
      }
      if (!isMemory(d, from.address, bytes, from.side)) {
        return refuse(CUDA_ERROR_INVALID_VALUE,
                      explainPointer(call, "source", from.address, bytes, from.side));
      }
      work = [&d, call, to, from, bytes]() -> Fault {
        for (const Range& r : {to, from}) {
          if (!isMemory(d, r.address, bytes, r.side)) {
            const std::string why =
                explainPointer(call, "memory", r.address, bytes, r.side) + " by the time it runs";
            d.explain(why);
            return {CUDA_ERROR_ILLEGAL_ADDRESS, why};
          }
        }
        move(to.address, from.address, bytes);
        return {};
      };
    }
    return give(c, s, call, async, std::move(work));
  });
}

template <typename T>
CUresult fill(const char* call, CUdeviceptr p, T value, size_t count, bool async, CUstream stream) {
  return withContext([&](Device& d, Context& c) -> CUresult {
    const auto s = async ? findStream(d, c, stream) : c.legacyStream;
    if (!s) {
      return refuse(CUDA_ERROR_INVALID_HANDLE, std::string(call) + ": not a stream");
    }
    if (count > Arena::kBytes || p % sizeof(T) != 0 ||
        (count > 0 && !d.isDeviceMemory(p, count * sizeof(T)))) {
      return refuse(CUDA_ERROR_INVALID_VALUE,
                    explainPointer(call, "memory", p, count * sizeof(T), Side::kDevice));
    }
    std::function<Fault()> work;
    if (count > 0) {
      work = [&d, call, p, value, count]() -> Fault {
        if (!d.isDeviceMemory(p, count * sizeof(T))) {
          const std::string why =
              explainPointer(call, "memory", p, count * sizeof(T), Side::kDevice) +
              " by the time it runs";
          d.explain(why);
          return {CUDA_ERROR_ILLEGAL_ADDRESS, why};
        }
        std::fill_n(reinterpret_cast<T*>(p), count, value);
        machine::setDefined(reinterpret_cast<std::byte*>(p), count * sizeof(T));
        return {};
      };
    }
    return give(c, s, call, async, std::move(work));
  });
}

Range hostRange(const void* p) { return {reinterpret_cast<uintptr_t>(p), Side::kHost}; }
Range deviceRange(CUdeviceptr p) { return {static_cast<uintptr_t>(p), Side::kDevice}; }
Range anyRange(CUdeviceptr p) { return {static_cast<uintptr_t>(p), Side::kAny}; }

}  // namespace

GRAMIAN_EXPORT CUresult cuMemcpy(CUdeviceptr to, CUdeviceptr from, size_t bytes) {
  return copy("cuMemcpy", anyRange(to), anyRange(from), bytes, false, nullptr);
}

GRAMIAN_EXPORT CUresult cuMemcpyAsync(CUdeviceptr to, CUdeviceptr from, size_t bytes,
                                      CUstream stream) {
  return copy("cuMemcpyAsync", anyRange(to), anyRange(from), bytes, true, stream);
}

GRAMIAN_EXPORT CUresult cuMemcpyHtoD_v2(CUdeviceptr to, const void* from, size_t bytes) {
  return copy("cuMemcpyHtoD", deviceRange(to), hostRange(from), bytes, false, nullptr);
}

GRAMIAN_EXPORT CUresult cuMemcpyHtoDAsync_v2(CUdeviceptr to, const void* from, size_t bytes,
                                             CUstream stream) {
  return copy("cuMemcpyHtoDAsync", deviceRange(to), hostRange(from), bytes, true, stream);
}

GRAMIAN_EXPORT CUresult cuMemcpyDtoH_v2(void* to, CUdeviceptr from, size_t bytes) {
  return copy("cuMemcpyDtoH", hostRange(to), deviceRange(from), bytes, false, nullptr);
}

GRAMIAN_EXPORT CUresult cuMemcpyDtoHAsync_v2(void* to, CUdeviceptr from, size_t bytes,
                                             CUstream stream) {
  return copy("cuMemcpyDtoHAsync", hostRange(to), deviceRange(from), bytes, true, stream);
}

GRAMIAN_EXPORT CUresult cuMemcpyDtoD_v2(CUdeviceptr to, CUdeviceptr from, size_t bytes) {
  return copy("cuMemcpyDtoD", deviceRange(to), deviceRange(from), bytes, false, nullptr);
}

GRAMIAN_EXPORT CUresult cuMemcpyDtoDAsync_v2(CUdeviceptr to, CUdeviceptr from, size_t bytes,
                                             CUstream stream) {
  return copy("cuMemcpyDtoDAsync", deviceRange(to), deviceRange(from), bytes, true, stream);
}

GRAMIAN_EXPORT CUresult cuMemsetD8_v2(CUdeviceptr p, uint8_t value, size_t count) {
  return fill("cuMemsetD8", p, value, count, false, nullptr);
}

GRAMIAN_EXPORT CUresult cuMemsetD16_v2(CUdeviceptr p, uint16_t value, size_t count) {
  return fill("cuMemsetD16", p, value, count, false, nullptr);
}

GRAMIAN_EXPORT CUresult cuMemsetD32_v2(CUdeviceptr p, uint32_t value, size_t count) {
  return fill("cuMemsetD32", p, value, count, false, nullptr);
}

GRAMIAN_EXPORT CUresult cuMemsetD8Async(CUdeviceptr p, uint8_t value, size_t count,
                                        CUstream stream) {
  return fill("cuMemsetD8Async", p, value, count, true, stream);
}

GRAMIAN_EXPORT CUresult cuMemsetD16Async(CUdeviceptr p, uint16_t value, size_t count,
                                         CUstream stream) {
  return fill("cuMemsetD16Async", p, value, count, true, stream);
}

GRAMIAN_EXPORT CUresult cuMemsetD32Async(CUdeviceptr p, uint32_t value, size_t count,
                                         CUstream stream) {
  return fill("cuMemsetD32Async", p, value, count, true, stream);
}

}  // namespace gramian::emulated
