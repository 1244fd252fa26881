// The system threads that run blocks. They belong to the device: no kernel ever runs on a thread of
// the program.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "exec/block.h"
#include "exec/counters.h"
#include "exec/fault.h"
#include "exec/launch.h"

namespace gramian::machine {

// The blocks of a cluster, which run side by side; one block where there are no clusters.
class Team {
 public:
  // `number` tells its blocks from those of other teams.
  explicit Team(uint32_t number) : number_(number) {}

  void start(Launch& launch, uint32_t cluster, uint32_t position, WorkerCounters* counters);
  // Runs about `budget` ops. True where all blocks have ended. Throws faults.
  bool run(uint64_t budget);

  uint32_t position() const { return position_; }

 private:
  Warp* pickReady();

  const uint32_t number_;
  uint32_t position_ = 0;  // in the order of the launch
  uint32_t count_ = 0;
  std::vector<std::unique_ptr<Block>> blocks_;
  Random random_{0};
};

// How far a launch is.
struct Progress {
  explicit Progress(Launch& launch);

  Launch& launch;
  std::vector<uint32_t> order;  // of the clusters
  std::atomic<uint32_t> next{0};
  // The position in the order of the first fault. What comes before it runs to its end, so that
  // which fault a launch has does not depend on the number of workers.
  std::atomic<uint32_t> faultAt{~uint32_t{0}};
  std::mutex mutex;
  Fault fault;
  WorkerCounters counts;  // of all workers; empty where nothing is counted

  void fail(uint32_t position, Fault f);
};

class Workers {
 public:
  // Runs the launch to its end, its first fault or the time limit, with `count` workers. Counts
  // what the kernel does where `counts` is not null.
  Fault run(Launch& launch, unsigned count, WorkerCounters* counts);

 private:
  struct Worker {
    uint32_t number = 0;
    std::vector<std::unique_ptr<Team>> idle;
    uint32_t teams = 0;
    WorkerCounters counters;
  };

  void add();
  void serve(Worker& worker);
  void work(Worker& worker, Progress& progress);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::unique_ptr<Worker>> workers_;
  Progress* progress_ = nullptr;
  unsigned wanted_ = 0;      // workers that take part in the launch
  uint64_t generation_ = 0;  // of launches
  unsigned busy_ = 0;
};

}  // namespace gramian::machine
