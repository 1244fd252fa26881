// Entry points: allocation and questions about pointers.
#include <algorithm>
#include <cstring>

#include "api/api.h"
#include "driver/capture.h"
#include "memory/arena.h"
#include "memory/defined.h"

namespace gramian::emulated {

using machine::Allocation;
using machine::arena;
using machine::MemoryKind;

namespace {

CUresult outOfMemory(Device& d, size_t bytes) {
  return refuse(CUDA_ERROR_OUT_OF_MEMORY, std::to_string(bytes) + " bytes asked for, " +
                                              std::to_string(arena().used()) + " of " +
                                              std::to_string(d.settings.memory) + " in use");
}

CUresult allocate(Device& d, Context& c, size_t bytes, MemoryKind kind, uintptr_t& address) {
  if (bytes == 0) {
    return refuse(CUDA_ERROR_INVALID_VALUE, "an allocation of 0 bytes");
  }
  const size_t used = std::min(arena().used(), d.settings.memory);
  if (kind == MemoryKind::kGlobal && bytes > d.settings.memory - used) {
    return outOfMemory(d, bytes);
  }
  const Allocation* a = arena().allocate(bytes, kind, c.number);
  if (a == nullptr) {
    return outOfMemory(d, bytes);
  }
  address = a->begin;
  if (kind == MemoryKind::kHostPinned) {
    // The program writes it unseen.
    machine::setDefined(reinterpret_cast<std::byte*>(address), bytes);
  }
  return CUDA_SUCCESS;
}

CUresult allocateDevice(Device& d, Context& c, CUdeviceptr* p, size_t bytes) {
  if (p == nullptr) {
    return refuse(CUDA_ERROR_INVALID_VALUE, "cuMemAlloc: null result pointer");
  }
  uintptr_t address = 0;
  const CUresult r = allocate(d, c, bytes, MemoryKind::kGlobal, address);
  if (r == CUDA_SUCCESS) {
    *p = address;
  }
  return r;
}

CUresult allocateHost(void** p, size_t bytes) {
  return withSafeCall("cuMemHostAlloc", [&](Device& d, Context& c) {
    if (p == nullptr) {
      return refuse(CUDA_ERROR_INVALID_VALUE, "cuMemHostAlloc: null result pointer");
    }
    uintptr_t address = 0;
    const CUresult r = allocate(d, c, bytes, MemoryKind::kHostPinned, address);
    if (r == CUDA_SUCCESS) {
      *p = reinterpret_cast<void*>(address);
    }
    return r;
  });
}

// Whether programs may ask about such memory: not what belongs to running blocks.
bool isOfProgram(MemoryKind kind) {
  return kind != MemoryKind::kShared && kind != MemoryKind::kLocal;
}

// The live allocation that starts at the address, or null with an explanation.
Allocation* findStart(uintptr_t address, MemoryKind kind, const char* call) {
  const std::string name(call);
  if (!arena().contains(address)) {
    refuse(CUDA_ERROR_INVALID_VALUE, name + ": the pointer is not the device's (a host pointer?)");
    return nullptr;
  }
  Allocation& a = arena().owner(address);
  if (a.begin != address || a.freed || a.kind != kind) {
    refuse(CUDA_ERROR_INVALID_VALUE,
           name + ": not the start of a live allocation: " + arena().describe(address));
    return nullptr;
  }
  return &a;
}

CUresult pointerAttribute(void* out, CUpointerAttribute attribute, CUdeviceptr p) {
  const Allocation* a = arena().find(p, 1);
  if (a == nullptr || !isOfProgram(a->kind)) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  const auto put = [out](auto value) {
    std::memcpy(out, &value, sizeof value);
    return CUDA_SUCCESS;
  };
  const bool pinned = a->kind == MemoryKind::kHostPinned;
  switch (attribute) {
    case CU_POINTER_ATTRIBUTE_CONTEXT: {
      CUcontext context = device().contexts.handleWhere<CUcontext>(
          [&](const Context& c) { return c.number == a->context; });
      return put(context);
    }
    case CU_POINTER_ATTRIBUTE_MEMORY_TYPE:
      return put(pinned ? CU_MEMORYTYPE_HOST : CU_MEMORYTYPE_DEVICE);
    case CU_POINTER_ATTRIBUTE_DEVICE_POINTER:
      return put(p);
    case CU_POINTER_ATTRIBUTE_HOST_POINTER:
      return pinned ? put(p) : CUDA_ERROR_INVALID_VALUE;
    case CU_POINTER_ATTRIBUTE_SYNC_MEMOPS:
    case CU_POINTER_ATTRIBUTE_IS_MANAGED:
      return put(0u);
    case CU_POINTER_ATTRIBUTE_BUFFER_ID:
      return put(static_cast<unsigned long long>(a->number));
    case CU_POINTER_ATTRIBUTE_DEVICE_ORDINAL:
      return put(0);
    case CU_POINTER_ATTRIBUTE_RANGE_START_ADDR:
      return put(static_cast<CUdeviceptr>(a->begin));
    case CU_POINTER_ATTRIBUTE_RANGE_SIZE:
      return put(a->size);
    case CU_POINTER_ATTRIBUTE_MAPPED:
      return put(1u);
    default:
      return CUDA_ERROR_NOT_SUPPORTED;
  }
}

size_t pointerAttributeBytes(CUpointerAttribute attribute) {
  switch (attribute) {
    case CU_POINTER_ATTRIBUTE_MEMORY_TYPE:
    case CU_POINTER_ATTRIBUTE_SYNC_MEMOPS:
    case CU_POINTER_ATTRIBUTE_IS_MANAGED:
    case CU_POINTER_ATTRIBUTE_DEVICE_ORDINAL:
    case CU_POINTER_ATTRIBUTE_MAPPED:
      return 4;
    default:
      return 8;
  }
}

}  // namespace

GRAMIAN_EXPORT CUresult cuMemAlloc_v2(CUdeviceptr* p, size_t bytes) {
  return withSafeCall("cuMemAlloc",
                      [&](Device& d, Context& c) { return allocateDevice(d, c, p, bytes); });
}

// The address is there at once; the free of cuMemFreeAsync happens in the stream's order.
GRAMIAN_EXPORT CUresult cuMemAllocAsync(CUdeviceptr* p, size_t bytes, CUstream stream) {
  return withContext([&](Device& d, Context& c) {
    const auto s = findStream(d, c, stream);
    if (!s) {
      return refuse(CUDA_ERROR_INVALID_HANDLE, "cuMemAllocAsync: not a stream");
    }
    if (const CUresult r = requireNotCaptured(*s, "cuMemAllocAsync"); r != CUDA_SUCCESS) {
      return r;
    }
    return allocateDevice(d, c, p, bytes);
  });
}

// Frees at once: work that still waits in a stream and uses the memory is a use after free.
GRAMIAN_EXPORT CUresult cuMemFree_v2(CUdeviceptr p) {
  return withSafeCall("cuMemFree", [&](Device&, Context&) {
    Allocation* a = findStart(p, MemoryKind::kGlobal, "cuMemFree");
    if (a == nullptr) {
      return CUDA_ERROR_INVALID_VALUE;
    }
    arena().free(*a);
    return CUDA_SUCCESS;
  });
}

GRAMIAN_EXPORT CUresult cuMemFreeAsync(CUdeviceptr p, CUstream stream) {
  return withContext([&](Device& d, Context& c) {
    const auto s = findStream(d, c, stream);
    if (!s) {
      return refuse(CUDA_ERROR_INVALID_HANDLE, "cuMemFreeAsync: not a stream");
    }
    if (findStart(p, MemoryKind::kGlobal, "cuMemFreeAsync") == nullptr) {
      return CUDA_ERROR_INVALID_VALUE;
    }
    if (const CUresult r = requireNotCaptured(*s, "cuMemFreeAsync"); r != CUDA_SUCCESS) {
      return r;
    }
    c.enqueue(s, [p]() -> Fault {
      Allocation* a = findStart(p, MemoryKind::kGlobal, "cuMemFreeAsync");
      if (a == nullptr) {
        return {CUDA_ERROR_ILLEGAL_ADDRESS, "cuMemFreeAsync: freed twice"};
      }
      arena().free(*a);
      return {};
    });
    return CUDA_SUCCESS;
  });
}

GRAMIAN_EXPORT CUresult cuMemAllocHost_v2(void** p, size_t bytes) { return allocateHost(p, bytes); }

GRAMIAN_EXPORT CUresult cuMemHostAlloc(void** p, size_t bytes, unsigned) {
  return allocateHost(p, bytes);
}

GRAMIAN_EXPORT CUresult cuMemFreeHost(void* p) {
  return withSafeCall("cuMemFreeHost", [&](Device&, Context&) {
    Allocation* a =
        findStart(reinterpret_cast<uintptr_t>(p), MemoryKind::kHostPinned, "cuMemFreeHost");
    if (a == nullptr) {
      return CUDA_ERROR_INVALID_VALUE;
    }
    arena().free(*a);
    return CUDA_SUCCESS;
  });
}

GRAMIAN_EXPORT CUresult cuMemHostGetDevicePointer_v2(CUdeviceptr* p, void* host, unsigned flags) {
  return withContext([&](Device&, Context&) {
    const auto address = reinterpret_cast<uintptr_t>(host);
    const Allocation* a = arena().find(address, 1);
    if (p == nullptr || flags != 0 || a == nullptr || a->kind != MemoryKind::kHostPinned) {
      return refuse(CUDA_ERROR_INVALID_VALUE, "cuMemHostGetDevicePointer: not pinned host memory");
    }
    *p = address;
    return CUDA_SUCCESS;
  });
}

GRAMIAN_EXPORT CUresult cuMemGetInfo_v2(size_t* free, size_t* total) {
  return withContext([&](Device& d, Context&) {
    if (free == nullptr || total == nullptr) {
      return refuse(CUDA_ERROR_INVALID_VALUE, "cuMemGetInfo: null result pointer");
    }
    *total = d.settings.memory;
    *free = d.settings.memory - std::min(arena().used(), d.settings.memory);
    return CUDA_SUCCESS;
  });
}

GRAMIAN_EXPORT CUresult cuMemGetAddressRange_v2(CUdeviceptr* base, size_t* bytes, CUdeviceptr p) {
  return withContext([&](Device&, Context&) {
    const Allocation* a = arena().find(p, 1);
    if (a == nullptr || !isOfProgram(a->kind)) {
      return refuse(CUDA_ERROR_NOT_FOUND, "cuMemGetAddressRange: not device memory");
    }
    if (base != nullptr) {
      *base = a->begin;
    }
    if (bytes != nullptr) {
      *bytes = a->size;
    }
    return CUDA_SUCCESS;
  });
}

GRAMIAN_EXPORT CUresult cuPointerGetAttribute(void* data, CUpointerAttribute attribute,
                                              CUdeviceptr p) {
  return withContext([&](Device&, Context&) {
    if (data == nullptr) {
      return refuse(CUDA_ERROR_INVALID_VALUE, "cuPointerGetAttribute: null result pointer");
    }
    const CUresult r = pointerAttribute(data, attribute, p);
    return r == CUDA_SUCCESS
               ? r
               : refuse(r, "cuPointerGetAttribute: the pointer has no such attribute");
  });
}

// As in CUDA, an attribute that a pointer does not have is zero, and the call succeeds.
GRAMIAN_EXPORT CUresult cuPointerGetAttributes(unsigned count, CUpointerAttribute* attributes,
                                               void** data, CUdeviceptr p) {
  return withContext([&](Device&, Context&) {
    if (attributes == nullptr || data == nullptr) {
      return refuse(CUDA_ERROR_INVALID_VALUE, "cuPointerGetAttributes: null pointer");
    }
    for (unsigned i = 0; i < count; ++i) {
      if (data[i] == nullptr) {
        return refuse(CUDA_ERROR_INVALID_VALUE, "cuPointerGetAttributes: null result pointer");
      }
      if (pointerAttribute(data[i], attributes[i], p) != CUDA_SUCCESS) {
        std::memset(data[i], 0, pointerAttributeBytes(attributes[i]));
      }
    }
    return CUDA_SUCCESS;
  });
}

}  // namespace gramian::emulated
