#include "exec/image.h"

#include <algorithm>
#include <cstring>

#include "memory/defined.h"

namespace gramian::machine {

std::shared_ptr<Image> Image::load(std::string text, uint64_t context) {
  return std::shared_ptr<Image>(new Image(ptx::Module::parse(std::move(text)), context));
}

Image::Image(std::unique_ptr<ptx::Module> module, uint64_t context)
    : module_(std::move(module)), context_(context) {}

Image::~Image() {
  for (const Held& held : held_) {
    if (held.allocation->number == held.number && !held.allocation->freed) {
      arena().free(*held.allocation);
    }
  }
}

std::shared_ptr<const Kernel> Image::kernel(std::string_view name) {
  const auto known = kernels_.find(name);
  if (known != kernels_.end()) {
    return known->second;
  }
  ptx::Function* const function = module_->find(name);
  if (function == nullptr || !function->isEntry || function->isDeclaration) {
    return nullptr;
  }
  std::shared_ptr<const Kernel> kernel = buildKernel(
      module_, *function, [this](const ptx::Variable& variable) { return placeOf(variable); });
  kernels_.emplace(name, kernel);
  return kernel;
}

bool Image::variable(std::string_view name, uint64_t& address, size_t& bytes) {
  const ptx::Variable* const variable = module_->findVariable(name);
  if (variable == nullptr || variable->isExtern ||
      (variable->space != ptx::Space::kGlobal && variable->space != ptx::Space::kConst)) {
    return false;
  }
  address = placeOf(*variable).address;
  bytes = variable->bytes();
  return true;
}

VariablePlace Image::placeOf(const ptx::Variable& variable) {
  const auto known = places_.find(&variable);
  if (known != places_.end()) {
    return known->second;
  }
  if (variable.isExtern) {
    throw ptx::Error{"variable '" + std::string(variable.name) +
                     "' is declared and nowhere defined"};
  }
  const bool isConstant = variable.space == ptx::Space::kConst;
  Allocation* const allocation =
      arena().allocate(std::max<uint64_t>(variable.bytes(), 1),
                       isConstant ? MemoryKind::kConstant : MemoryKind::kVariable, context_);
  if (allocation == nullptr) {
    throw ptx::Error{"no memory is left for variable '" + std::string(variable.name) + "'"};
  }
  held_.push_back({allocation, allocation->number});
  const VariablePlace place{allocation->begin, arena().ownerIndex(allocation->begin)};
  places_.emplace(&variable, place);  // before its initial value, which may be its own address
  initialize(variable, reinterpret_cast<std::byte*>(allocation->begin));
  return place;
}

void Image::initialize(const ptx::Variable& variable, std::byte* memory) {
  std::memset(memory, 0, variable.bytes());
  if (!variable.initial.empty()) {
    std::memcpy(memory, variable.initial.data(), variable.initial.size());
  }
  for (const ptx::Variable::Relocation& relocation : variable.relocations) {
    uint64_t address = 0;
    if (const ptx::Variable* const target = module_->findVariable(relocation.symbol)) {
      if (target->space != ptx::Space::kGlobal && target->space != ptx::Space::kConst) {
        throw ptx::Error{"variable '" + std::string(variable.name) +
                         "' cannot hold the address of '" + std::string(target->name) +
                         "', which lies in space " + ptx::nameOf(target->space)};
      }
      address = placeOf(*target).address;
    } else if (const ptx::Function* const function = module_->find(relocation.symbol)) {
      address = addressOf(*module_, *function);
    } else {
      throw ptx::Error{"variable '" + std::string(variable.name) + "' holds the address of '" +
                       std::string(relocation.symbol) + "', which is nowhere"};
    }
    address = (address + static_cast<uint64_t>(relocation.addend)) >> relocation.shift;
    std::memcpy(memory + relocation.offset, &address, std::min(relocation.bytes, 8u));
  }
  setDefined(memory, variable.bytes());
}

}  // namespace gramian::machine
