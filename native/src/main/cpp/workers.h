// The system threads that run blocks. They belong to the device: no kernel ever runs on a thread of
// the program.
#pragma once

#include <pthread.h>

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "block.h"

namespace gramian::emulated {

struct Worker {
  explicit Worker(uint32_t number);

  uint32_t number;
  Block block;
  pthread_t thread{};
  std::unique_ptr<char[]> signalStack;
  std::unique_ptr<char[]> landingStack;  // where a fiber that a signal ended says so
  int signal = 0;
  uintptr_t signalAddress = 0;
};

class Workers {
 public:
  // Runs the launch to its end, its first fault or the time limit, with `count` workers.
  void run(Launch& launch, unsigned count, uint64_t timeLimitMs);

 private:
  void add();
  void serve(Worker& worker);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::unique_ptr<Worker>> workers_;
  Launch* launch_ = nullptr;
  unsigned wanted_ = 0;      // workers that take part in the launch
  uint64_t generation_ = 0;  // of launches
  unsigned busy_ = 0;
};

}  // namespace gramian::emulated
