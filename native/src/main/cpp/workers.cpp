#include "workers.h"

#include <signal.h>

#include <chrono>
#include <thread>

#include "signals.h"

namespace gramian::emulated {

Worker::Worker(uint32_t n)
    : number(n),
      block(n),
      signalStack(std::make_unique<char[]>(kSignalStackBytes)),
      landingStack(std::make_unique<char[]>(kSignalStackBytes)) {}

void Workers::add() {
  installSignalHandlers();
  workers_.push_back(std::make_unique<Worker>(static_cast<uint32_t>(workers_.size())));
  Worker& worker = *workers_.back();
  // The program's signals are not for these threads.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread thread([this, &worker] {
    enterWorker(worker);
    serve(worker);
  });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  worker.thread = thread.native_handle();
  thread.detach();
}

void Workers::serve(Worker& worker) {
  uint64_t seen = 0;
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return generation_ != seen && launch_ != nullptr; });
    seen = generation_;
    if (worker.number >= wanted_) {
      continue;
    }
    Launch& launch = *launch_;
    lock.unlock();
    for (;;) {
      const uint32_t i = launch.next.fetch_add(1);
      if (i >= launch.order.size() || launch.stop) {
        break;
      }
      worker.block.run(launch, launch.order[i]);
    }
    lock.lock();
    --busy_;
    changed_.notify_all();
  }
}

void Workers::run(Launch& launch, unsigned count, uint64_t timeLimitMs) {
  while (workers_.size() < count) {
    add();
  }
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeLimitMs);
  std::unique_lock lock(mutex_);
  launch_ = &launch;
  wanted_ = count;
  busy_ = count;
  ++generation_;
  changed_.notify_all();
  const auto done = [this] { return busy_ == 0; };
  if (!changed_.wait_until(lock, deadline, done)) {
    launch.timeLimitMs = timeLimitMs;
    launch.expired = true;
    // Again and again: a signal that meets a worker outside the kernel's own code does nothing.
    do {
      for (unsigned i = 0; i < count; ++i) {
        pthread_kill(workers_[i]->thread, expirySignal());
      }
    } while (!changed_.wait_for(lock, std::chrono::milliseconds(5), done));
  }
  launch_ = nullptr;
}

}  // namespace gramian::emulated
