// Entry points: launches.
#include <cstring>

#include "api.h"
#include "capture.h"

namespace gramian::emulated {

namespace {

void* const kEnd = nullptr;
void* const kBufferPointer = reinterpret_cast<void*>(1);
void* const kBufferSize = reinterpret_cast<void*>(2);

std::string text(const GramianEmulatedIndex& i) {
  return std::to_string(i.x) + " x " + std::to_string(i.y) + " x " + std::to_string(i.z);
}

// Says what is wrong with a launch's dimensions; empty if nothing.
std::string wrongDimensions(const GramianEmulatedIndex& grid, const GramianEmulatedIndex& block) {
  const auto zero = [](const GramianEmulatedIndex& i) { return i.x == 0 || i.y == 0 || i.z == 0; };
  if (zero(grid) || zero(block)) {
    return "a dimension is 0: grid " + text(grid) + ", block " + text(block);
  }
  if (grid.x > 0x7fffffffu || grid.y > 65535 || grid.z > 65535) {
    return "grid " + text(grid) + "; at most 2147483647 x 65535 x 65535";
  }
  if (block.x > kMaxThreads || block.y > kMaxThreads || block.z > 64 ||
      uint64_t{block.x} * block.y * block.z > kMaxThreads) {
    return "block " + text(block) + "; at most 1024 threads, 64 in z";
  }
  return {};
}

// Copies the kernel's parameter out of the program's arguments. Returns what is wrong, or nothing.
std::string readParameter(KernelCall& launch, void** parameters, void** extra) {
  const size_t bytes = launch.kernel->parameterBytes;
  const void* source = nullptr;
  if ((parameters != nullptr) == (extra != nullptr)) {
    return "either kernelParams or extra is needed";
  }
  if (parameters != nullptr) {
    source = parameters[0];
  } else {
    size_t given = 0;
    for (size_t i = 0; extra[i] != kEnd; i += 2) {
      if (extra[i] == kBufferPointer) {
        source = extra[i + 1];
      } else if (extra[i] == kBufferSize && extra[i + 1] != nullptr) {
        std::memcpy(&given, extra[i + 1], sizeof given);
      } else {
        return "unknown entry in extra";
      }
    }
    if (given != bytes) {
      return std::to_string(given) + " bytes of parameters; the kernel takes " +
             std::to_string(bytes);
    }
  }
  if (source == nullptr) {
    return "the kernel's parameter is missing";
  }
  launch.parameter.resize((bytes + 7) / 8);
  std::memcpy(launch.parameter.data(), source, bytes);
  return {};
}

CUresult launch(CUfunction function, GramianEmulatedIndex grid, GramianEmulatedIndex block,
                unsigned shared, CUstream stream, void** parameters, void** extra) {
  return withContext([&](Device& d, Context& c) {
    const auto f = d.functions.find(function);
    if (!f) {
      return refuse(CUDA_ERROR_INVALID_HANDLE, "cuLaunchKernel: not a function");
    }
    const std::string call = std::string("cuLaunchKernel of ") + f->kernel->name + ": ";
    const auto s = findStream(d, c, stream);
    if (!s || f->context != c.number) {
      return refuse(CUDA_ERROR_INVALID_HANDLE,
                    call + "function or stream is not of the current context");
    }
    if (const std::string why = wrongDimensions(grid, block); !why.empty()) {
      return refuse(CUDA_ERROR_INVALID_VALUE, call + why);
    }
    auto work = std::make_shared<KernelCall>();
    work->image = f->image;
    work->kernel = f->kernel;
    work->grid = grid;
    work->block = block;
    work->dynamicShared = shared;
    work->maxShared = d.maxSharedOptIn();
    if (work->threads() > f->kernel->maxThreads) {
      return refuse(CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES,
                    call + "block " + text(block) + "; its launch bound is " +
                        std::to_string(f->kernel->maxThreads) + " threads");
    }
    if (work->blocks() > Stamp::kMaxRun / 2) {
      return refuse(CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES,
                    call + "grid " + text(grid) + " is more than the emulated device runs");
    }
    if (shared > f->maxDynamicShared) {
      return refuse(CUDA_ERROR_INVALID_VALUE, call + std::to_string(shared) +
                                                  " bytes of dynamic shared memory; allowed are " +
                                                  std::to_string(f->maxDynamicShared));
    }
    if (const std::string why = readParameter(*work, parameters, extra); !why.empty()) {
      return refuse(CUDA_ERROR_INVALID_VALUE, call + why);
    }
    return submit(c, s, [&d, work] { return d.execute(*work); });
  });
}

}  // namespace

GRAMIAN_EXPORT CUresult cuLaunchKernel(CUfunction function, unsigned gridX, unsigned gridY,
                                       unsigned gridZ, unsigned blockX, unsigned blockY,
                                       unsigned blockZ, unsigned shared, CUstream stream,
                                       void** parameters, void** extra) {
  return launch(function, {gridX, gridY, gridZ}, {blockX, blockY, blockZ}, shared, stream,
                parameters, extra);
}

// Without launch attributes only: clusters and the like do not exist here.
GRAMIAN_EXPORT CUresult cuLaunchKernelEx(const CUlaunchConfig* config, CUfunction function,
                                         void** parameters, void** extra) {
  if (config == nullptr) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  if (config->numAttrs != 0) {
    return CUDA_ERROR_NOT_SUPPORTED;
  }
  return launch(function, {config->gridDimX, config->gridDimY, config->gridDimZ},
                {config->blockDimX, config->blockDimY, config->blockDimZ}, config->sharedMemBytes,
                config->hStream, parameters, extra);
}

}  // namespace gramian::emulated
