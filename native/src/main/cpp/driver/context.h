// Contexts with their streams and events. Work given to a stream is kept in its queue and runs only
// when the program synchronises with it.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "cuda_api.h"
#include "exec/fault.h"

namespace gramian::emulated {

using machine::Fault;

struct Capture;
struct Context;
struct Stream;

// A place in a stream: all work up to the ticket.
struct Point {
  std::shared_ptr<Stream> stream;
  uint64_t ticket = 0;
};

struct Task {
  std::vector<Point> after;  // work of other streams that runs first
  std::function<Fault()> work;
};

struct Stream {
  uint64_t context = 0;
  unsigned flags = 0;
  int priority = 0;
  bool legacy = false;
  bool destroyed = false;  // its handle is gone; work that it still has runs
  uint64_t id = 0;
  uint64_t enqueued = 0;   // the last ticket given out
  uint64_t completed = 0;  // the last ticket whose work ran
  std::deque<Task> tasks;
  std::shared_ptr<Capture> capture;  // while work is captured instead of enqueued

  bool blocking() const { return (flags & CU_STREAM_NON_BLOCKING) == 0; }
  bool idle() const { return completed == enqueued; }
};

struct Event {
  uint64_t context = 0;
  unsigned flags = 0;
  Point point;  // of the last record; no stream before the first
  std::chrono::steady_clock::time_point time;

  bool completed() const { return !point.stream || point.stream->completed >= point.ticket; }
};

struct Context {
  explicit Context(uint64_t number);

  // Adds work to a stream of this context; the legacy stream and blocking streams wait for each
  // other's earlier work.
  uint64_t enqueue(const std::shared_ptr<Stream>& stream, std::function<Fault()> work,
                   std::vector<Point> after = {});

  // Runs a stream's work up to a ticket, and what it waits for. Stops at a fault.
  void runUntil(Stream& stream, uint64_t ticket);
  void runNext(Stream& stream);
  // Runs all work of all streams, taking turns in an order drawn from the seed.
  void runAll(uint64_t seed);

  std::shared_ptr<Stream> perThread();
  std::shared_ptr<Stream> createStream();
  // Drops the streams that were destroyed and have no work left.
  void dropDestroyed();

  uint64_t number;
  unsigned flags = 0;
  Fault fault;  // of the first kernel or copy that failed; stays until the context is reset
  std::shared_ptr<Stream> legacyStream;
  std::map<std::thread::id, std::shared_ptr<Stream>> threadStreams;
  std::vector<std::shared_ptr<Stream>> streams;  // all but the legacy one
};

}  // namespace gramian::emulated
