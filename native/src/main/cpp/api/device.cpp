// Entry points: initialisation, the device and its attributes.
#include <cstring>

#include "api/api.h"
#include "memory/arena.h"

namespace gramian::emulated {

namespace {

constexpr int kDriverVersion = 12090;
constexpr int kMaxThreads = 1024;
constexpr int kMaxStaticShared = 48 << 10;
constexpr char kName[] = "Gramian emulated device";
constexpr char kBusId[] = "0000:00:00.0";

template <typename Body>
CUresult withOrdinal(CUdevice ordinal, Body body) {
  return withDevice([&](Device& d) {
    return ordinal == 0 ? body(d) : refuse(CUDA_ERROR_INVALID_DEVICE, "there is one device, 0");
  });
}

CUresult copyText(char* to, int length, const char* text) {
  if (to == nullptr || length <= 0) {
    return refuse(CUDA_ERROR_INVALID_VALUE, "no room for the text");
  }
  std::strncpy(to, text, static_cast<size_t>(length) - 1);
  to[length - 1] = '\0';
  return CUDA_SUCCESS;
}

// The value of an attribute; -1 for one that this device does not know.
int attributeValue(const Device& d, CUdeviceAttribute attribute) {
  switch (attribute) {
    case CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_BLOCK:
    case CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_X:
    case CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_Y:
      return kMaxThreads;
    case CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_Z:
      return 64;
    case CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_X:
      return 0x7fffffff;
    case CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_Y:
    case CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_Z:
      return 65535;
    case CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK:
      return kMaxStaticShared;
    case CU_DEVICE_ATTRIBUTE_TOTAL_CONSTANT_MEMORY:
      return 65536;
    case CU_DEVICE_ATTRIBUTE_WARP_SIZE:
      return machine::kLanes;
    case CU_DEVICE_ATTRIBUTE_MAX_REGISTERS_PER_BLOCK:
    case CU_DEVICE_ATTRIBUTE_MAX_REGISTERS_PER_MULTIPROCESSOR:
      return 65536;
    case CU_DEVICE_ATTRIBUTE_CLOCK_RATE:
    case CU_DEVICE_ATTRIBUTE_MEMORY_CLOCK_RATE:
      return 1000000;
    case CU_DEVICE_ATTRIBUTE_GLOBAL_MEMORY_BUS_WIDTH:
      return 128;
    case CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT:
      return static_cast<int>(d.model().multiprocessors);
    case CU_DEVICE_ATTRIBUTE_INTEGRATED:
      return 0;
    case CU_DEVICE_ATTRIBUTE_CAN_MAP_HOST_MEMORY:
    case CU_DEVICE_ATTRIBUTE_UNIFIED_ADDRESSING:
    case CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED:
    case CU_DEVICE_ATTRIBUTE_ASYNC_ENGINE_COUNT:
    case CU_DEVICE_ATTRIBUTE_COOPERATIVE_LAUNCH:
      return 1;
    case CU_DEVICE_ATTRIBUTE_CLUSTER_LAUNCH:
      return d.settings.capability >= 90 ? 1 : 0;
    case CU_DEVICE_ATTRIBUTE_CONCURRENT_KERNELS:
      return 0;
    case CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE:
      return 4 << 20;
    case CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_MULTIPROCESSOR:
      return 2048;
    case CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR:
      return static_cast<int>(d.settings.capability / 10);
    case CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR:
      return static_cast<int>(d.settings.capability % 10);
    case CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_MULTIPROCESSOR:
      return static_cast<int>(d.model().sharedPerMultiprocessor);
    case CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN:
      return static_cast<int>(d.model().sharedPerBlock);
    case CU_DEVICE_ATTRIBUTE_MAX_BLOCKS_PER_MULTIPROCESSOR:
      return 32;
    case CU_DEVICE_ATTRIBUTE_RESERVED_SHARED_MEMORY_PER_BLOCK:
      return 1024;
  }
  return -1;
}

}  // namespace

GRAMIAN_EXPORT CUresult cuInit(unsigned flags) {
  if (flags != 0) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  try {
    Device& d = device();
    const std::lock_guard lock(d.mutex);
    machine::createArena();
    d.initialised = true;
    return CUDA_SUCCESS;
  } catch (const std::bad_alloc&) {
    return CUDA_ERROR_OUT_OF_MEMORY;
  }
}

GRAMIAN_EXPORT CUresult cuDriverGetVersion(int* version) {
  if (version == nullptr) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  *version = kDriverVersion;
  return CUDA_SUCCESS;
}

GRAMIAN_EXPORT CUresult cuDeviceGet(CUdevice* d, int ordinal) {
  return withOrdinal(ordinal, [&](Device&) {
    if (d == nullptr) {
      return refuse(CUDA_ERROR_INVALID_VALUE, "cuDeviceGet: null result pointer");
    }
    *d = 0;
    return CUDA_SUCCESS;
  });
}

GRAMIAN_EXPORT CUresult cuDeviceGetCount(int* count) {
  return withDevice([&](Device&) {
    if (count == nullptr) {
      return refuse(CUDA_ERROR_INVALID_VALUE, "cuDeviceGetCount: null result pointer");
    }
    *count = 1;
    return CUDA_SUCCESS;
  });
}

GRAMIAN_EXPORT CUresult cuDeviceGetName(char* name, int length, CUdevice ordinal) {
  return withOrdinal(ordinal, [&](Device&) { return copyText(name, length, kName); });
}

GRAMIAN_EXPORT CUresult cuDeviceGetPCIBusId(char* id, int length, CUdevice ordinal) {
  return withOrdinal(ordinal, [&](Device&) { return copyText(id, length, kBusId); });
}

GRAMIAN_EXPORT CUresult cuDeviceGetUuid(CUuuid* uuid, CUdevice ordinal) {
  return withOrdinal(ordinal, [&](Device&) {
    if (uuid == nullptr) {
      return refuse(CUDA_ERROR_INVALID_VALUE, "cuDeviceGetUuid: null result pointer");
    }
    std::memcpy(uuid->bytes, "GramianEmulated", sizeof uuid->bytes);
    return CUDA_SUCCESS;
  });
}

GRAMIAN_EXPORT CUresult cuDeviceGetUuid_v2(CUuuid* uuid, CUdevice ordinal) {
  return cuDeviceGetUuid(uuid, ordinal);
}

GRAMIAN_EXPORT CUresult cuDeviceTotalMem_v2(size_t* bytes, CUdevice ordinal) {
  return withOrdinal(ordinal, [&](Device& d) {
    if (bytes == nullptr) {
      return refuse(CUDA_ERROR_INVALID_VALUE, "cuDeviceTotalMem: null result pointer");
    }
    *bytes = d.settings.memory;
    return CUDA_SUCCESS;
  });
}

GRAMIAN_EXPORT CUresult cuDeviceComputeCapability(int* major, int* minor, CUdevice ordinal) {
  return withOrdinal(ordinal, [&](Device& d) {
    if (major == nullptr || minor == nullptr) {
      return refuse(CUDA_ERROR_INVALID_VALUE, "cuDeviceComputeCapability: null result pointer");
    }
    *major = static_cast<int>(d.settings.capability / 10);
    *minor = static_cast<int>(d.settings.capability % 10);
    return CUDA_SUCCESS;
  });
}

// Attributes of features that this device lacks are 0, as on a GPU that lacks them.
GRAMIAN_EXPORT CUresult cuDeviceGetAttribute(int* value, CUdeviceAttribute attribute,
                                             CUdevice ordinal) {
  return withOrdinal(ordinal, [&](Device& d) {
    constexpr int kLastKnown = 200;
    if (value == nullptr || attribute < 1 || attribute > kLastKnown) {
      return refuse(CUDA_ERROR_INVALID_VALUE, "cuDeviceGetAttribute: no such attribute");
    }
    const int known = attributeValue(d, attribute);
    *value = known < 0 ? 0 : known;
    return CUDA_SUCCESS;
  });
}

}  // namespace gramian::emulated
