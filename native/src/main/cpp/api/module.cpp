// Entry points: modules and functions.
#include <algorithm>
#include <cstdio>
#include <cstring>

#include "api/api.h"
#include "driver/capture.h"

namespace gramian::emulated {

namespace {

constexpr unsigned kDefaultDynamicShared = 48u << 10;

// What cuModuleLoadDataEx is asked for beside the module: where to write what was wrong.
struct ErrorLog {
  char* text = nullptr;
  size_t bytes = 0;
};

ErrorLog errorLog(unsigned count, const CUjit_option* options, void** values) {
  ErrorLog log;
  for (unsigned i = 0; i < count && options != nullptr && values != nullptr; ++i) {
    if (options[i] == CU_JIT_ERROR_LOG_BUFFER) {
      log.text = static_cast<char*>(values[i]);
    } else if (options[i] == CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES) {
      log.bytes = reinterpret_cast<uintptr_t>(values[i]) & 0xffffffffu;
    }
  }
  return log;
}

// What is no PTX by its first bytes; null for a text.
const char* binaryKind(const char* data) {
  const auto startsWith = [data](const char* magic) { return std::strncmp(data, magic, 4) == 0; };
  if (startsWith("\x7f"
                 "ELF")) {
    return "a cubin: machine code of a GPU";
  }
  if (startsWith("\x50\xed\x55\xba") || startsWith("\xb1\x43\x62\x46")) {
    return "a fatbin: machine code of GPUs";
  }
  return nullptr;
}

// True where PTX of a target runs on a device: of a lower number, or, with a suffix, of its own.
bool runsOn(const std::string& target, unsigned arch, unsigned capability) {
  const char suffix = target.empty() ? '0' : target.back();
  switch (suffix) {
    case 'a':
      return arch == capability;
    case 'f':
      return arch / 10 == capability / 10 && arch <= capability;
    default:
      return arch <= capability;
  }
}

CUresult loadText(Device& d, Context& c, CUmodule* module, const char* text, ErrorLog log) {
  try {
    auto image = machine::Image::load(text, c.number);
    if (!runsOn(image->target(), image->arch(), d.settings.capability)) {
      return refuse(CUDA_ERROR_NO_BINARY_FOR_GPU,
                    "cuModuleLoadData: the PTX is for " + image->target() +
                        "; this device has capability " +
                        std::to_string(d.settings.capability / 10) + "." +
                        std::to_string(d.settings.capability % 10));
    }
    *module = d.modules.add<CUmodule>(std::make_shared<Module>(Module{c.number, std::move(image)}));
    return CUDA_SUCCESS;
  } catch (const ptx::Error& e) {
    if (log.text != nullptr && log.bytes > 0) {
      log.text[e.message.copy(log.text, log.bytes - 1)] = '\0';
    }
    return refuse(CUDA_ERROR_INVALID_PTX, "cuModuleLoadData: " + e.message);
  }
}

CUresult loadData(CUmodule* module, const void* data, ErrorLog log = {}) {
  return withSafeCall("cuModuleLoadData", [&](Device& d, Context& c) {
    if (module == nullptr || data == nullptr) {
      return refuse(CUDA_ERROR_INVALID_VALUE, "cuModuleLoadData: null pointer");
    }
    const auto* const text = static_cast<const char*>(data);
    if (const char* kind = binaryKind(text); kind != nullptr) {
      return refuse(CUDA_ERROR_NO_BINARY_FOR_GPU, std::string("cuModuleLoadData: this is ") + kind +
                                                      "; the emulated device runs PTX");
    }
    return loadText(d, c, module, text, log);
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

GRAMIAN_EXPORT CUresult cuModuleLoadDataEx(CUmodule* module, const void* data, unsigned count,
                                           CUjit_option* options, void** values) {
  return loadData(module, data, errorLog(count, options, values));
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
  bytes.insert(bytes.end(), 4, '\0');
  return loadData(module, bytes.data());
}

GRAMIAN_EXPORT CUresult cuModuleUnload(CUmodule module) {
  return withModule(module, [&](Device& d, Module& m) {
    // Work that waits in a stream keeps the image.
    const machine::Image* image = m.image.get();
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
    try {
      auto kernel = m.image->kernel(name);
      if (kernel == nullptr) {
        return refuse(CUDA_ERROR_NOT_FOUND,
                      std::string("cuModuleGetFunction: the module has no kernel ") + name);
      }
      CUfunction& handle = m.functions[name];
      if (handle == nullptr) {
        handle = d.functions.add<CUfunction>(std::make_shared<Function>(
            Function{m.context, m.image, std::move(kernel), kDefaultDynamicShared}));
      }
      *function = handle;
      return CUDA_SUCCESS;
    } catch (const ptx::Error& e) {
      return refuse(CUDA_ERROR_INVALID_PTX, "cuModuleGetFunction: " + e.message);
    }
  });
}

GRAMIAN_EXPORT CUresult cuModuleGetGlobal_v2(CUdeviceptr* p, size_t* bytes, CUmodule module,
                                             const char* name) {
  return withModule(module, [&](Device&, Module& m) {
    if (name == nullptr) {
      return refuse(CUDA_ERROR_INVALID_VALUE, "cuModuleGetGlobal: null name");
    }
    uint64_t address = 0;
    size_t size = 0;
    if (!m.image->variable(name, address, size)) {
      return refuse(CUDA_ERROR_NOT_FOUND,
                    std::string("cuModuleGetGlobal: the module has no variable ") + name);
    }
    if (p != nullptr) {
      *p = address;
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
        *value = static_cast<int>(f.kernel->staticShared);
        return CUDA_SUCCESS;
      case CU_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES:
        *value = static_cast<int>(f.kernel->localBytes);
        return CUDA_SUCCESS;
      case CU_FUNC_ATTRIBUTE_CONST_SIZE_BYTES:
      case CU_FUNC_ATTRIBUTE_CACHE_MODE_CA:
      case CU_FUNC_ATTRIBUTE_NON_PORTABLE_CLUSTER_SIZE_ALLOWED:
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
        if (value < 0 || static_cast<unsigned>(value) > d.model().sharedPerBlock) {
          return refuse(CUDA_ERROR_INVALID_VALUE, "cuFuncSetAttribute: " + std::to_string(value) +
                                                      " bytes of shared memory; a block may have " +
                                                      std::to_string(d.model().sharedPerBlock));
        }
        f.maxDynamicShared = static_cast<unsigned>(value);
        return CUDA_SUCCESS;
      case CU_FUNC_ATTRIBUTE_PREFERRED_SHARED_MEMORY_CARVEOUT:
        return value >= -1 && value <= 100
                   ? CUDA_SUCCESS
                   : refuse(CUDA_ERROR_INVALID_VALUE, "cuFuncSetAttribute: not a percentage");
      case CU_FUNC_ATTRIBUTE_NON_PORTABLE_CLUSTER_SIZE_ALLOWED:
        return CUDA_SUCCESS;
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
    const size_t all = shared + f.kernel->staticShared;
    const auto count = static_cast<unsigned>(threads);
    *blocks = count > f.kernel->maxThreads || all > d.model().sharedPerBlock
                  ? 0
                  : static_cast<int>(d.blocksPerMultiprocessor(count, all));
    return CUDA_SUCCESS;
  });
}

}  // namespace gramian::emulated
