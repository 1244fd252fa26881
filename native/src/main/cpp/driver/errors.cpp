#include "driver/errors.h"

namespace gramian::emulated {

namespace {

#define GRAMIAN_ERROR(code, text) \
  { code, #code, text }
constexpr ErrorText kErrors[] = {
    GRAMIAN_ERROR(CUDA_SUCCESS, "no error"),
    GRAMIAN_ERROR(CUDA_ERROR_INVALID_VALUE, "invalid argument"),
    GRAMIAN_ERROR(CUDA_ERROR_OUT_OF_MEMORY, "out of memory"),
    GRAMIAN_ERROR(CUDA_ERROR_NOT_INITIALIZED, "initialization error"),
    GRAMIAN_ERROR(CUDA_ERROR_INVALID_DEVICE, "invalid device ordinal"),
    GRAMIAN_ERROR(CUDA_ERROR_INVALID_IMAGE, "device kernel image is invalid"),
    GRAMIAN_ERROR(CUDA_ERROR_INVALID_CONTEXT, "invalid device context"),
    GRAMIAN_ERROR(CUDA_ERROR_NO_BINARY_FOR_GPU,
                  "no kernel image is available for execution on the device"),
    GRAMIAN_ERROR(CUDA_ERROR_INVALID_PTX, "a PTX JIT compilation failed"),
    GRAMIAN_ERROR(CUDA_ERROR_CONTEXT_IS_DESTROYED, "context is destroyed"),
    GRAMIAN_ERROR(CUDA_ERROR_FILE_NOT_FOUND, "file not found"),
    GRAMIAN_ERROR(CUDA_ERROR_INVALID_HANDLE, "invalid resource handle"),
    GRAMIAN_ERROR(CUDA_ERROR_ILLEGAL_STATE,
                  "the operation cannot be performed in the present state"),
    GRAMIAN_ERROR(CUDA_ERROR_NOT_FOUND, "named symbol not found"),
    GRAMIAN_ERROR(CUDA_ERROR_NOT_READY, "device not ready"),
    GRAMIAN_ERROR(CUDA_ERROR_ILLEGAL_ADDRESS, "an illegal memory access was encountered"),
    GRAMIAN_ERROR(CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES, "too many resources requested for launch"),
    GRAMIAN_ERROR(CUDA_ERROR_LAUNCH_TIMEOUT, "the launch timed out and was terminated"),
    GRAMIAN_ERROR(CUDA_ERROR_PRIMARY_CONTEXT_ACTIVE, "primary context is active"),
    GRAMIAN_ERROR(CUDA_ERROR_ASSERT, "device-side assert triggered"),
    GRAMIAN_ERROR(CUDA_ERROR_MISALIGNED_ADDRESS, "misaligned address"),
    GRAMIAN_ERROR(CUDA_ERROR_LAUNCH_FAILED, "unspecified launch failure"),
    GRAMIAN_ERROR(CUDA_ERROR_NOT_SUPPORTED, "operation not supported"),
    GRAMIAN_ERROR(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED,
                  "operation not permitted when stream is capturing"),
    GRAMIAN_ERROR(CUDA_ERROR_STREAM_CAPTURE_INVALIDATED,
                  "operation failed due to a previous error during capture"),
    GRAMIAN_ERROR(CUDA_ERROR_STREAM_CAPTURE_IMPLICIT,
                  "operation would make the legacy stream depend on a capturing blocking stream"),
    GRAMIAN_ERROR(CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD,
                  "attempt to terminate a thread-local capture sequence from another thread"),
    GRAMIAN_ERROR(CUDA_ERROR_UNKNOWN, "unknown error"),
};
#undef GRAMIAN_ERROR

}  // namespace

const ErrorText* findError(CUresult code) {
  for (const ErrorText& e : kErrors) {
    if (e.code == code) {
      return &e;
    }
  }
  return nullptr;
}

}  // namespace gramian::emulated
