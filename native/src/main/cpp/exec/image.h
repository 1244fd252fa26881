// A module that was loaded: its variables in device memory, and its kernels, made when they are
// first asked for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "exec/builder.h"
#include "memory/arena.h"
#include "ptx/program.h"

namespace gramian::machine {

class Image {
 public:
  // The variables belong to the context. Throws ptx::Error.
  static std::shared_ptr<Image> load(std::string text, uint64_t context);
  ~Image();
  Image(const Image&) = delete;
  Image& operator=(const Image&) = delete;

  // Null if there is none of the name. Throws ptx::Error.
  std::shared_ptr<const Kernel> kernel(std::string_view name);
  // False if there is none of the name.
  bool variable(std::string_view name, uint64_t& address, size_t& bytes);

  unsigned arch() const { return module_->arch; }
  std::string target() const { return std::string(module_->target); }

 private:
  Image(std::unique_ptr<ptx::Module> module, uint64_t context);
  // In memory from the first time on that somebody asks for it.
  VariablePlace placeOf(const ptx::Variable& variable);
  void initialize(const ptx::Variable& variable, std::byte* memory);

  // The context may have freed it: then its number is another one's.
  struct Held {
    Allocation* allocation;
    uint64_t number;
  };

  std::shared_ptr<ptx::Module> module_;
  const uint64_t context_;
  std::unordered_map<const ptx::Variable*, VariablePlace> places_;
  std::vector<Held> held_;
  std::map<std::string, std::shared_ptr<const Kernel>, std::less<>> kernels_;
};

}  // namespace gramian::machine
