#include "driver/settings.h"

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

const machine::DeviceModel* findModel(unsigned capability) {
  static constexpr machine::DeviceModel kModels[] = {
      {"A100", 80, 108, 80, 163 << 10, 164 << 10},
      {"H100", 90, 132, 90, 227 << 10, 228 << 10},
      {"B200", 100, 148, 100, 227 << 10, 228 << 10},
  };
  for (const machine::DeviceModel& m : kModels) {
    if (m.capability == capability) {
      return &m;
    }
  }
  return nullptr;
}

}  // namespace

bool isKnownCapability(unsigned capability) { return findModel(capability) != nullptr; }

const machine::DeviceModel& modelOf(unsigned capability) { return *findModel(capability); }

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
