// Entry points: error names, and the driver's own symbol look-up.
#include <dlfcn.h>

#include <string>

#include "cuda_api.h"
#include "driver/errors.h"

namespace gramian::emulated {

namespace {

// A handle of this very library, whatever name it was loaded by.
void* ownHandle() {
  Dl_info info;
  if (dladdr(reinterpret_cast<void*>(&findError), &info) == 0) {
    return nullptr;
  }
  return dlopen(info.dli_fname, RTLD_LAZY | RTLD_NOLOAD);
}

CUresult textOf(CUresult code, const char** text, const char* ErrorText::*field) {
  if (text == nullptr) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  const ErrorText* e = findError(code);
  *text = e == nullptr ? nullptr : e->*field;
  return e == nullptr ? CUDA_ERROR_INVALID_VALUE : CUDA_SUCCESS;
}

}  // namespace

GRAMIAN_EXPORT CUresult cuGetErrorName(CUresult code, const char** name) {
  return textOf(code, name, &ErrorText::name);
}

GRAMIAN_EXPORT CUresult cuGetErrorString(CUresult code, const char** text) {
  return textOf(code, text, &ErrorText::text);
}

// Gives the newest version of a function that there is here. `status`: 0 found, 1 not found.
GRAMIAN_EXPORT CUresult cuGetProcAddress_v2(const char* name, void** function, int, uint64_t,
                                            int* status) {
  if (name == nullptr || function == nullptr) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  static void* const self = ownHandle();
  *function = nullptr;
  if (self != nullptr && std::string(name).rfind("cu", 0) == 0) {
    for (const char* suffix : {"_v2", ""}) {
      *function = dlsym(self, (std::string(name) + suffix).c_str());
      if (*function != nullptr) {
        break;
      }
    }
  }
  if (status != nullptr) {
    *status = *function == nullptr ? 1 : 0;
  }
  return *function == nullptr ? CUDA_ERROR_NOT_FOUND : CUDA_SUCCESS;
}

GRAMIAN_EXPORT CUresult cuGetProcAddress(const char* name, void** function, int version,
                                         uint64_t flags) {
  return cuGetProcAddress_v2(name, function, version, flags, nullptr);
}

}  // namespace gramian::emulated
