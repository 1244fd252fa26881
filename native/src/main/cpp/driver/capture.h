// Graphs, and the capture of a stream's work into one instead of running it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "api/api.h"

namespace gramian::emulated {

// Work in the order in which it was captured, each with its own copy of its parameters.
struct Graph {
  uint64_t context = 0;
  std::vector<std::function<Fault()>> nodes;
};

// An executable copy of a graph.
struct GraphExec {
  uint64_t context = 0;
  std::vector<std::function<Fault()>> nodes;

  Fault run() const;
};

struct Capture {
  CUstreamCaptureMode mode = CU_STREAM_CAPTURE_MODE_GLOBAL;
  std::thread::id thread;  // that began it
  uint64_t id = 0;
  bool invalidated = false;
  std::shared_ptr<Graph> graph;
};

// Gives work to a stream, or to the graph that it is captured into. The result says why not.
CUresult submit(Context& context, const std::shared_ptr<Stream>& stream,
                std::function<Fault()> work);

// For what would wait for a stream that is captured: refuses it, and ends the capture.
CUresult requireNotCaptured(Stream& stream, const char* call);
CUresult requireNothingCaptured(Context& context, const char* call);

// For calls that may wait for work that is being captured (allocation, blocking copies, loading of
// modules): refuses them and ends the captures that forbid them, going by the modes of the captures
// and of the calling thread.
CUresult requireSafeCall(Context& context, const char* call);

// Calls `body(device, context)` if a call of this name is safe.
template <typename Body>
CUresult withSafeCall(const char* call, Body body) {
  return withContext([&](Device& d, Context& c) {
    const CUresult r = requireSafeCall(c, call);
    return r == CUDA_SUCCESS ? body(d, c) : r;
  });
}

}  // namespace gramian::emulated
