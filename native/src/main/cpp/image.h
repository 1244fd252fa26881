// An image: kernels compiled by g++, loaded from the bytes of a shared object.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "cuda_api.h"
#include "gramian/platform/emulated/abi.h"

namespace gramian::emulated {

class Image {
 public:
  // Loads the x86-64 ELF shared object at `data`. Returns null and sets `error` where that fails.
  static std::shared_ptr<Image> load(const void* data, unsigned capability, CUresult& error,
                                     std::string& why);
  ~Image();
  Image(const Image&) = delete;
  Image& operator=(const Image&) = delete;

  // Null if there is none of the name.
  const GramianEmulatedKernel* kernel(const char* name) const;
  void* variable(const char* name, size_t& bytes) const;

  unsigned arch() const { return arch_; }

  // True where the image's own constants (or, to write, variables) lie at [address, address+bytes).
  bool holds(uintptr_t address, size_t bytes, bool write) const;

 private:
  struct Segment {
    uintptr_t begin;
    uintptr_t end;
    bool writable;
  };

  Image(void* handle, int fd) : handle_(handle), fd_(fd) {}
  void findSegments();

  void* handle_;
  const int fd_;
  unsigned arch_ = 0;
  std::vector<Segment> segments_;
};

}  // namespace gramian::emulated
