#include "image.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "functions.h"

namespace gramian::emulated {

namespace {

// The size of the ELF file at `header`, which cuModuleLoadData is not told: the end of its section
// headers or of its last section.
size_t elfBytes(const Elf64_Ehdr& header) {
  const char* base = reinterpret_cast<const char*>(&header);
  size_t end = header.e_shoff + size_t{header.e_shnum} * header.e_shentsize;
  for (unsigned i = 0; i < header.e_shnum; ++i) {
    Elf64_Shdr section;
    std::memcpy(&section, base + header.e_shoff + size_t{i} * header.e_shentsize, sizeof section);
    if (section.sh_type != SHT_NOBITS) {
      end = std::max<size_t>(end, section.sh_offset + section.sh_size);
    }
  }
  return end;
}

bool writeAll(int fd, const char* data, size_t bytes) {
  while (bytes > 0) {
    const ssize_t n = write(fd, data, bytes);
    if (n <= 0) {
      return false;
    }
    data += n;
    bytes -= static_cast<size_t>(n);
  }
  return true;
}

// An anonymous file keeps two loads of the same bytes apart and leaves nothing behind. `fd` stays
// open as long as the image: dlopen takes a path it has seen before for the image it has loaded, so
// that no two images may have had the same descriptor.
void* open(const void* data, size_t bytes, int& fd, std::string& why) {
  fd = memfd_create("gramian-image", MFD_CLOEXEC);
  if (fd < 0 || !writeAll(fd, static_cast<const char*>(data), bytes)) {
    why = "the image could not be stored in memory";
    if (fd >= 0) {
      close(fd);
    }
    return nullptr;
  }
  const std::string path = "/proc/self/fd/" + std::to_string(fd);
  void* handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    why = dlerror();
    close(fd);
  }
  return handle;
}

}  // namespace

std::shared_ptr<Image> Image::load(const void* data, unsigned capability, CUresult& error,
                                   std::string& why) {
  error = CUDA_ERROR_INVALID_IMAGE;
  Elf64_Ehdr header;
  if (std::memcmp(data, ELFMAG, SELFMAG) != 0) {
    why = "the image is no ELF file; the emulated device runs kernels compiled by g++ only";
    // PTX and fat binaries hold code, but none for this device.
    error = CUDA_ERROR_NO_BINARY_FOR_GPU;
    return nullptr;
  }
  std::memcpy(&header, data, sizeof header);
  if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_machine != EM_X86_64) {
    why = "the image is for another machine (ELF machine " + std::to_string(header.e_machine) +
          "); the emulated device runs x86-64 images";
    error = CUDA_ERROR_NO_BINARY_FOR_GPU;
    return nullptr;
  }
  if (header.e_type != ET_DYN || header.e_shentsize != sizeof(Elf64_Shdr)) {
    why = "the image is no shared object";
    return nullptr;
  }
  int fd = -1;
  void* handle = open(data, elfBytes(*static_cast<const Elf64_Ehdr*>(data)), fd, why);
  if (handle == nullptr) {
    return nullptr;
  }
  std::shared_ptr<Image> image(new Image(handle, fd));
  const auto* description = static_cast<GramianEmulatedImage*>(dlsym(handle, "gramian_image"));
  if (description == nullptr || description->abi != GRAMIAN_EMULATED_ABI) {
    why = "the image was not compiled with this version of gramian/platform";
    return nullptr;
  }
  if (description->arch > capability * 10) {
    why = "the image is for compute capability " + std::to_string(description->arch / 100) + "." +
          std::to_string(description->arch / 10 % 10) + ", the device has " +
          std::to_string(capability / 10) + "." + std::to_string(capability % 10);
    error = CUDA_ERROR_NO_BINARY_FOR_GPU;
    return nullptr;
  }
  image->arch_ = description->arch;
  *description->functions = &deviceFunctions();
  image->findSegments();
  error = CUDA_SUCCESS;
  return image;
}

Image::~Image() {
  dlclose(handle_);
  close(fd_);
}

const GramianEmulatedKernel* Image::kernel(const char* name) const {
  const std::string symbol = std::string("gramian_kernel_") + name;
  return static_cast<const GramianEmulatedKernel*>(dlsym(handle_, symbol.c_str()));
}

void* Image::variable(const char* name, size_t& bytes) const {
  void* address = dlsym(handle_, name);
  Dl_info info;
  void* extra = nullptr;
  if (address == nullptr || dladdr1(address, &info, &extra, RTLD_DL_SYMENT) == 0 ||
      extra == nullptr || !holds(reinterpret_cast<uintptr_t>(address), 1, false)) {
    return nullptr;
  }
  bytes = static_cast<const ElfW(Sym)*>(extra)->st_size;
  return address;
}

bool Image::holds(uintptr_t address, size_t bytes, bool write) const {
  for (const Segment& s : segments_) {
    if (address >= s.begin && address + bytes <= s.end) {
      return s.writable || !write;
    }
  }
  return false;
}

void Image::findSegments() {
  link_map* map = nullptr;
  dlinfo(handle_, RTLD_DI_LINKMAP, &map);
  struct Search {
    const link_map* map;
    std::vector<Segment>* segments;
  } search{map, &segments_};
  dl_iterate_phdr(
      [](dl_phdr_info* info, size_t, void* data) {
        const auto* s = static_cast<Search*>(data);
        if (info->dlpi_addr != s->map->l_addr) {
          return 0;
        }
        for (int i = 0; i < info->dlpi_phnum; ++i) {
          const auto& h = info->dlpi_phdr[i];
          if (h.p_type == PT_LOAD) {
            const uintptr_t begin = info->dlpi_addr + h.p_vaddr;
            s->segments->push_back({begin, begin + h.p_memsz, (h.p_flags & PF_W) != 0});
          }
        }
        return 1;
      },
      &search);
}

}  // namespace gramian::emulated
