// Entry points: launches.
#include <cstring>

#include "api/api.h"
#include "check/stamp.h"
#include "driver/capture.h"

namespace gramian::emulated {

using machine::Index;
using machine::Kernel;

namespace {

constexpr unsigned kMaxThreads = 1024;
constexpr unsigned kMaxClusterBlocks = 16;

void* const kEnd = nullptr;
void* const kBufferPointer = reinterpret_cast<void*>(1);
void* const kBufferSize = reinterpret_cast<void*>(2);

struct Shape {
  Index grid;
  Index block;
  Index cluster{0, 0, 0};  // zero: as the kernel says, or none
};

std::string text(const Index& i) {
  return std::to_string(i.x) + " x " + std::to_string(i.y) + " x " + std::to_string(i.z);
}

// Says what is wrong with a launch's dimensions; empty if nothing.
std::string wrongDimensions(const Index& grid, const Index& block) {
  const auto zero = [](const Index& i) { return i.x == 0 || i.y == 0 || i.z == 0; };
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

// The same of what the kernel itself demands.
std::string wrongForKernel(const Kernel& kernel, const Index& grid, const Index& block,
                           const Index& cluster, unsigned capability) {
  const uint32_t* required = kernel.requiredThreads;
  if (required[0] != 0 &&
      (block.x != required[0] || block.y != required[1] || block.z != required[2])) {
    return "block " + text(block) + "; the kernel requires " +
           text({required[0], required[1], required[2]});
  }
  const uint64_t blocks = uint64_t{cluster.x} * cluster.y * cluster.z;
  if (blocks == 1) {
    return {};
  }
  if (capability < 90) {
    return "clusters need capability 9.0";
  }
  if (blocks > kMaxClusterBlocks || grid.x % cluster.x != 0 || grid.y % cluster.y != 0 ||
      grid.z % cluster.z != 0) {
    return "clusters of " + text(cluster) + " blocks in a grid of " + text(grid) +
           ": they have to divide it, and have at most 16";
  }
  return {};
}

// Copies the kernel's parameters out of the program's arguments. Returns what is wrong, or nothing.
std::string readParameters(KernelCall& call, void** parameters, void** extra) {
  const Kernel& kernel = *call.kernel;
  const size_t bytes = kernel.parameterBytes;
  call.parameters.assign(bytes, std::byte{0});
  if (bytes == 0) {
    return {};
  }
  if ((parameters != nullptr) == (extra != nullptr)) {
    return "either kernelParams or extra is needed";
  }
  if (parameters != nullptr) {
    for (size_t i = 0; i < kernel.parameters.size(); ++i) {
      const machine::Parameter& p = kernel.parameters[i];
      if (parameters[i] == nullptr) {
        return "the kernel's parameter " + std::to_string(i) + " is missing";
      }
      std::memcpy(call.parameters.data() + p.offset, parameters[i], p.bytes);
    }
    return {};
  }
  const void* source = nullptr;
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
  if (source == nullptr) {
    return "the kernel's parameters are missing";
  }
  std::memcpy(call.parameters.data(), source, bytes);
  return {};
}

CUresult launch(CUfunction function, const Shape& shape, unsigned shared, CUstream stream,
                void** parameters, void** extra) {
  return withContext([&](Device& d, Context& c) {
    const auto f = d.functions.find(function);
    if (!f) {
      return refuse(CUDA_ERROR_INVALID_HANDLE, "cuLaunchKernel: not a function");
    }
    const Kernel& kernel = *f->kernel;
    const Index grid = shape.grid;
    const Index block = shape.block;
    const std::string call = "cuLaunchKernel of " + kernel.name + ": ";
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
    work->cluster = shape.cluster;
    if (work->cluster.x == 0) {
      const uint32_t* own = kernel.clusterSize;
      work->cluster = own[0] != 0 ? Index{own[0], own[1], own[2]} : Index{1, 1, 1};
    }
    work->dynamicShared = shared;
    if (const std::string why =
            wrongForKernel(kernel, grid, block, work->cluster, d.settings.capability);
        !why.empty()) {
      return refuse(CUDA_ERROR_INVALID_VALUE, call + why);
    }
    if (block.x * block.y * block.z > kernel.maxThreads) {
      return refuse(CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES,
                    call + "block " + text(block) + "; its launch bound is " +
                        std::to_string(kernel.maxThreads) + " threads");
    }
    if (uint64_t{grid.x} * grid.y * grid.z > machine::Stamp::kMaxRun / 2) {
      return refuse(CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES,
                    call + "grid " + text(grid) + " is more than the emulated device runs");
    }
    if (shared > f->maxDynamicShared) {
      return refuse(CUDA_ERROR_INVALID_VALUE, call + std::to_string(shared) +
                                                  " bytes of dynamic shared memory; allowed are " +
                                                  std::to_string(f->maxDynamicShared));
    }
    if (const std::string why = readParameters(*work, parameters, extra); !why.empty()) {
      return refuse(CUDA_ERROR_INVALID_VALUE, call + why);
    }
    return submit(c, s, [&d, work] { return d.execute(*work); });
  });
}

// What a launch's attributes make of it. An attribute that is none of these is refused.
CUresult readAttributes(const CUlaunchConfig& config, Shape& shape) {
  for (unsigned i = 0; i < config.numAttrs; ++i) {
    const CUlaunchAttribute& a = config.attrs[i];
    switch (a.id) {
      case CU_LAUNCH_ATTRIBUTE_CLUSTER_DIMENSION:
        shape.cluster = {a.value.clusterDim.x, a.value.clusterDim.y, a.value.clusterDim.z};
        break;
      // A launch begins when those before it have ended, and all blocks of one take turns: that
      // keeps what these promise.
      case CU_LAUNCH_ATTRIBUTE_COOPERATIVE:
      case CU_LAUNCH_ATTRIBUTE_CLUSTER_SCHEDULING_POLICY_PREFERENCE:
      case CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_STREAM_SERIALIZATION:
      case CU_LAUNCH_ATTRIBUTE_PRIORITY:
        break;
      default:
        return CUDA_ERROR_NOT_SUPPORTED;
    }
  }
  return CUDA_SUCCESS;
}

}  // namespace

GRAMIAN_EXPORT CUresult cuLaunchKernel(CUfunction function, unsigned gridX, unsigned gridY,
                                       unsigned gridZ, unsigned blockX, unsigned blockY,
                                       unsigned blockZ, unsigned shared, CUstream stream,
                                       void** parameters, void** extra) {
  return launch(function, {{gridX, gridY, gridZ}, {blockX, blockY, blockZ}}, shared, stream,
                parameters, extra);
}

GRAMIAN_EXPORT CUresult cuLaunchCooperativeKernel(CUfunction function, unsigned gridX,
                                                  unsigned gridY, unsigned gridZ, unsigned blockX,
                                                  unsigned blockY, unsigned blockZ, unsigned shared,
                                                  CUstream stream, void** parameters) {
  return launch(function, {{gridX, gridY, gridZ}, {blockX, blockY, blockZ}}, shared, stream,
                parameters, nullptr);
}

GRAMIAN_EXPORT CUresult cuLaunchKernelEx(const CUlaunchConfig* config, CUfunction function,
                                         void** parameters, void** extra) {
  if (config == nullptr) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  Shape shape{{config->gridDimX, config->gridDimY, config->gridDimZ},
              {config->blockDimX, config->blockDimY, config->blockDimZ}};
  if (const CUresult r = readAttributes(*config, shape); r != CUDA_SUCCESS) {
    return r;
  }
  return launch(function, shape, config->sharedMemBytes, config->hStream, parameters, extra);
}

}  // namespace gramian::emulated
