#include "settings.h"

#include <algorithm>
#include <cstdlib>
#include <thread>

namespace gramian::emulated {

namespace {

uint64_t number(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  if (text == nullptr || *text == '\0') {
    return otherwise;
  }
  char* end = nullptr;
  const unsigned long long value = std::strtoull(text, &end, 0);
  return *end == '\0' ? value : otherwise;
}

}  // namespace

bool isKnownCapability(unsigned capability) { return capability == 80 || capability == 90; }

Settings Settings::fromEnvironment() {
  Settings s;
  s.seed = number("GRAMIAN_EMULATED_SEED", s.seed);
  const uint64_t capability = number("GRAMIAN_EMULATED_CAPABILITY", s.capability);
  if (isKnownCapability(static_cast<unsigned>(capability))) {
    s.capability = static_cast<unsigned>(capability);
  }
  s.timeLimitMs = std::max<uint64_t>(1, number("GRAMIAN_EMULATED_TIME_LIMIT_MS", s.timeLimitMs));
  const uint64_t cores = std::clamp(std::thread::hardware_concurrency(), 1u, 4u);
  const uint64_t workers = number("GRAMIAN_EMULATED_WORKERS", cores);
  s.workers = static_cast<unsigned>(std::clamp<uint64_t>(workers, 1, kMaxWorkers));
  s.memory = number("GRAMIAN_EMULATED_MEMORY_MB", s.memory >> 20) << 20;
  s.verbose = number("GRAMIAN_EMULATED_VERBOSE", 0) != 0;
  return s;
}

}  // namespace gramian::emulated
