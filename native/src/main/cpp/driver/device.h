// The device: its settings, its contexts and everything that programs hold handles of.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "driver/context.h"
#include "driver/settings.h"
#include "exec/image.h"
#include "exec/workers.h"

namespace gramian::emulated {

// Objects by handle. A handle is a number that is never used again and never an address, so that a
// handle that was destroyed, or never was one, is recognised.
template <typename T>
class Registry {
 public:
  template <typename Handle>
  Handle add(std::shared_ptr<T> object) {
    const uintptr_t handle = nextHandle();
    objects_.emplace(handle, std::move(object));
    return reinterpret_cast<Handle>(handle);
  }

  std::shared_ptr<T> find(const void* handle) const {
    const auto i = objects_.find(reinterpret_cast<uintptr_t>(handle));
    return i == objects_.end() ? nullptr : i->second;
  }

  template <typename Handle, typename Predicate>
  Handle handleWhere(Predicate predicate) const {
    for (const auto& [handle, o] : objects_) {
      if (predicate(*o)) {
        return reinterpret_cast<Handle>(handle);
      }
    }
    return nullptr;
  }

  bool remove(const void* handle) {
    return objects_.erase(reinterpret_cast<uintptr_t>(handle)) > 0;
  }

  template <typename Predicate>
  void removeIf(Predicate predicate) {
    std::erase_if(objects_, [&](const auto& entry) { return predicate(*entry.second); });
  }

  template <typename Predicate>
  bool any(Predicate predicate) const {
    for (const auto& [handle, o] : objects_) {
      if (predicate(*o)) {
        return true;
      }
    }
    return false;
  }

 private:
  static uintptr_t nextHandle() {
    static uintptr_t next = 0x10000;
    return next += 16;
  }

  std::unordered_map<uintptr_t, std::shared_ptr<T>> objects_;
};

struct Graph;
struct GraphExec;

struct Module {
  uint64_t context;
  std::shared_ptr<machine::Image> image;
  std::map<std::string, CUfunction> functions = {};  // that were asked for: each has one handle
};

struct Function {
  uint64_t context;
  std::shared_ptr<machine::Image> image;
  std::shared_ptr<const machine::Kernel> kernel;
  unsigned maxDynamicShared;
};

// What a program asks for: it keeps what the kernel needs until it has run.
struct KernelCall {
  std::shared_ptr<machine::Image> image;
  std::shared_ptr<const machine::Kernel> kernel;
  std::vector<std::byte> parameters;
  machine::Index grid{};
  machine::Index block{};
  machine::Index cluster{1, 1, 1};
  unsigned dynamicShared = 0;
};

class Device {
 public:
  std::mutex mutex;  // held during every call of the driver API
  bool initialised = false;
  Settings settings = Settings::fromEnvironment();

  Registry<Context> contexts;
  Registry<Module> modules;
  Registry<Function> functions;
  Registry<Stream> streams;
  Registry<Event> events;
  Registry<Graph> graphs;
  Registry<GraphExec> graphExecs;

  CUcontext primary = nullptr;
  unsigned primaryRetained = 0;
  unsigned primaryFlags = 0;

  const machine::DeviceModel& model() const { return modelOf(settings.capability); }
  // Blocks of a kernel that one multiprocessor can hold, as far as threads and shared memory say.
  unsigned blocksPerMultiprocessor(unsigned threads, size_t shared) const;

  CUcontext createContext(unsigned flags);
  // Frees all that belongs to a context: memory, modules, streams, events, pending work, fault.
  void clear(Context& context);

  // Runs a kernel to its end.
  Fault execute(const KernelCall& call);
  void setSeed(uint64_t seed);
  uint64_t drawSeed();

  // True if [p, p + bytes) is live device memory, pinned host memory or a module's variable.
  bool isDeviceMemory(CUdeviceptr p, size_t bytes) const;

  // Counts what kernels do from now on, and forgets what was counted.
  void count(bool isOn);
  const std::vector<machine::KernelCounters>& counters() const { return counters_; }

  // The explanation of the latest error of any thread.
  void explain(std::string message);
  const char* explanation();

 private:
  void addCounts(const machine::Launch& launch, const std::string& target,
                 const machine::WorkerCounters& counts);

  machine::Workers workers_;
  bool counts_ = false;
  std::vector<machine::KernelCounters> counters_;
  uint32_t nextRun_ = 1;
  uint64_t draws_ = 0;
  uint64_t contextCount_ = 0;
  std::string explanation_;
};

// The device of this process; never destroyed, for its threads outlive static objects.
Device& device();

}  // namespace gramian::emulated
