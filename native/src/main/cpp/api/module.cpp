// Entry points: modules and functions.
#include <cstdio>

#include "api.h"
#include "capture.h"

namespace gramian::emulated {

namespace {

constexpr unsigned kDefaultDynamicShared = 48u << 10;
constexpr size_t kSmallestImage = 64;  // an ELF header

CUresult loadData(CUmodule* module, const void* data) {
  return withSafeCall("cuModuleLoadData", [&](Device& d, Context& c) {
    if (module == nullptr || data == nullptr) {
      return refuse(CUDA_ERROR_INVALID_VALUE, "cuModuleLoadData: null pointer");
    }
    CUresult error = CUDA_SUCCESS;
    std::string why;
    auto image = Image::load(data, d.settings.capability, error, why);
    if (!image) {
      return refuse(error, "cuModuleLoadData: " + why);
    }
    *module = d.modules.add<CUmodule>(std::make_shared<Module>(Module{c.number, std::move(image)}));
    return CUDA_SUCCESS;
  });
}

template <typename Body>
CUresult withModule(CUmodule handle, Body body) {
  return withContext([&](Device& d, Context&) {
    const auto module = d.modules.find(handle);
    return module ? body(d, *module) : refuse(CUDA_ERROR_INVALID_HANDLE, "not a module");
  });
}

template <typename Body>
CUresult withFunction(CUfunction handle, Body body) {
  return withContext([&](Device& d, Context&) {
    const auto function = d.functions.find(handle);
    return function ? body(d, *function) : refuse(CUDA_ERROR_INVALID_HANDLE, "not a function");
  });
}

}  // namespace

GRAMIAN_EXPORT CUresult cuModuleLoadData(CUmodule* module, const void* data) {
  return loadData(module, data);
}

GRAMIAN_EXPORT CUresult cuModuleLoadDataEx(CUmodule* module, const void* data, unsigned, int*,
                                           void**) {
  return loadData(module, data);
}

GRAMIAN_EXPORT CUresult cuModuleLoadFatBinary(CUmodule* module, const void* data) {
  return loadData(module, data);
}

GRAMIAN_EXPORT CUresult cuModuleLoad(CUmodule* module, const char* path) {
  if (path == nullptr) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  std::FILE* file = std::fopen(path, "rb");
  if (file == nullptr) {
    return CUDA_ERROR_FILE_NOT_FOUND;
  }
  std::vector<char> bytes;
  char buffer[4096];
  for (size_t n; (n = std::fread(buffer, 1, sizeof buffer, file)) > 0;) {
    bytes.insert(bytes.end(), buffer, buffer + n);
  }
  std::fclose(file);
  if (bytes.size() < kSmallestImage) {
    return CUDA_ERROR_INVALID_IMAGE;
  }
  return loadData(module, bytes.data());
}

GRAMIAN_EXPORT CUresult cuModuleUnload(CUmodule module) {
  return withModule(module, [&](Device& d, Module& m) {
    // Work that waits in a stream keeps the image.
    const Image* image = m.image.get();
    d.functions.removeIf([image](const Function& f) { return f.image.get() == image; });
    d.modules.remove(module);
    return CUDA_SUCCESS;
  });
}

GRAMIAN_EXPORT CUresult cuModuleGetFunction(CUfunction* function, CUmodule module,
                                            const char* name) {
  return withModule(module, [&](Device& d, Module& m) {
    if (function == nullptr || name == nullptr) {
      return refuse(CUDA_ERROR_INVALID_VALUE, "cuModuleGetFunction: null pointer");
    }
    const GramianEmulatedKernel* kernel = m.image->kernel(name);
    if (kernel == nullptr) {
      return refuse(CUDA_ERROR_NOT_FOUND,
                    std::string("cuModuleGetFunction: the image has no kernel ") + name);
    }
    *function = d.functions.add<CUfunction>(
        std::make_shared<Function>(Function{m.context, m.image, kernel, kDefaultDynamicShared}));
    return CUDA_SUCCESS;
  });
}

GRAMIAN_EXPORT CUresult cuModuleGetGlobal_v2(CUdeviceptr* p, size_t* bytes, CUmodule module,
                                             const char* name) {
  return withModule(module, [&](Device&, Module& m) {
    if (name == nullptr) {
      return refuse(CUDA_ERROR_INVALID_VALUE, "cuModuleGetGlobal: null name");
    }
    size_t size = 0;
    const void* variable = m.image->variable(name, size);
    if (variable == nullptr) {
      return refuse(CUDA_ERROR_NOT_FOUND,
                    std::string("cuModuleGetGlobal: the image has no variable ") + name);
    }
    if (p != nullptr) {
      *p = reinterpret_cast<uintptr_t>(variable);
    }
    if (bytes != nullptr) {
      *bytes = size;
    }
    return CUDA_SUCCESS;
  });
}

GRAMIAN_EXPORT CUresult cuFuncGetAttribute(int* value, CUfunctionAttribute attribute,
                                           CUfunction function) {
  return withFunction(function, [&](Device&, Function& f) {
    if (value == nullptr) {
      return refuse(CUDA_ERROR_INVALID_VALUE, "cuFuncGetAttribute: null result pointer");
    }
    switch (attribute) {
      case CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK:
        *value = static_cast<int>(f.kernel->maxThreads);
        return CUDA_SUCCESS;
      case CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES:
      case CU_FUNC_ATTRIBUTE_CONST_SIZE_BYTES:
      case CU_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES:
      case CU_FUNC_ATTRIBUTE_CACHE_MODE_CA:
        *value = 0;
        return CUDA_SUCCESS;
      case CU_FUNC_ATTRIBUTE_NUM_REGS:
        *value = static_cast<int>(65536 / std::max(f.kernel->maxThreads, 257u));
        return CUDA_SUCCESS;
      case CU_FUNC_ATTRIBUTE_PTX_VERSION:
      case CU_FUNC_ATTRIBUTE_BINARY_VERSION:
        *value = static_cast<int>(f.image->arch() / 10);
        return CUDA_SUCCESS;
      case CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES:
        *value = static_cast<int>(f.maxDynamicShared);
        return CUDA_SUCCESS;
      case CU_FUNC_ATTRIBUTE_PREFERRED_SHARED_MEMORY_CARVEOUT:
        *value = -1;
        return CUDA_SUCCESS;
      default:
        return refuse(CUDA_ERROR_NOT_SUPPORTED, "cuFuncGetAttribute: unknown attribute");
    }
  });
}

GRAMIAN_EXPORT CUresult cuFuncSetAttribute(CUfunction function, CUfunctionAttribute attribute,
                                           int value) {
  return withFunction(function, [&](Device& d, Function& f) {
    switch (attribute) {
      case CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES:
        if (value < 0 || static_cast<unsigned>(value) > d.maxSharedOptIn()) {
          return refuse(CUDA_ERROR_INVALID_VALUE, "cuFuncSetAttribute: " + std::to_string(value) +
                                                      " bytes of shared memory; a block may have " +
                                                      std::to_string(d.maxSharedOptIn()));
        }
        f.maxDynamicShared = static_cast<unsigned>(value);
        return CUDA_SUCCESS;
      case CU_FUNC_ATTRIBUTE_PREFERRED_SHARED_MEMORY_CARVEOUT:
        return value >= -1 && value <= 100
                   ? CUDA_SUCCESS
                   : refuse(CUDA_ERROR_INVALID_VALUE, "cuFuncSetAttribute: not a percentage");
      default:
        return refuse(CUDA_ERROR_NOT_SUPPORTED, "cuFuncSetAttribute: not an attribute to set");
    }
  });
}

GRAMIAN_EXPORT CUresult cuFuncSetCacheConfig(CUfunction function, int) {
  return withFunction(function, [](Device&, Function&) { return CUDA_SUCCESS; });
}

GRAMIAN_EXPORT CUresult cuOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks,
                                                                    CUfunction function,
                                                                    int threads, size_t shared) {
  return withFunction(function, [&](Device& d, Function& f) {
    if (blocks == nullptr || threads <= 0) {
      return refuse(CUDA_ERROR_INVALID_VALUE, "cuOccupancy...: no result pointer or no threads");
    }
    if (static_cast<unsigned>(threads) > f.kernel->maxThreads || shared > d.maxSharedOptIn()) {
      *blocks = 0;
      return CUDA_SUCCESS;
    }
    const size_t byThreads = 2048 / static_cast<size_t>(threads);
    const size_t byShared = (d.maxSharedOptIn() + 1024) / (shared + 1024);
    *blocks = static_cast<int>(std::min<size_t>({byThreads, byShared, 32}));
    return CUDA_SUCCESS;
  });
}

}  // namespace gramian::emulated
