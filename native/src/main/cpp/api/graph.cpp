// Entry points: capture of streams, and graphs.
#include "api/api.h"
#include "driver/capture.h"

namespace gramian::emulated {

namespace {

constexpr unsigned long long kAutoFreeOnLaunch = 1;
constexpr unsigned long long kUseNodePriority = 8;

thread_local CUstreamCaptureMode threadMode = CU_STREAM_CAPTURE_MODE_GLOBAL;

bool isMode(CUstreamCaptureMode mode) {
  return mode == CU_STREAM_CAPTURE_MODE_GLOBAL || mode == CU_STREAM_CAPTURE_MODE_THREAD_LOCAL ||
         mode == CU_STREAM_CAPTURE_MODE_RELAXED;
}

CUstreamCaptureStatus statusOf(const Stream& s) {
  if (!s.capture) {
    return CU_STREAM_CAPTURE_STATUS_NONE;
  }
  return s.capture->invalidated ? CU_STREAM_CAPTURE_STATUS_INVALIDATED
                                : CU_STREAM_CAPTURE_STATUS_ACTIVE;
}

CUresult instantiate(CUgraphExec* exec, CUgraph graph, unsigned long long flags) {
  return withContext([&](Device& d, Context&) {
    const auto g = d.graphs.find(graph);
    if (exec == nullptr || !g) {
      return refuse(CUDA_ERROR_INVALID_VALUE, "cuGraphInstantiate: null pointer or not a graph");
    }
    if ((flags & ~(kAutoFreeOnLaunch | kUseNodePriority)) != 0) {
      return refuse(CUDA_ERROR_NOT_SUPPORTED, "cuGraphInstantiate: flags that are not supported");
    }
    *exec =
        d.graphExecs.add<CUgraphExec>(std::make_shared<GraphExec>(GraphExec{g->context, g->nodes}));
    return CUDA_SUCCESS;
  });
}

CUresult captureInfo(CUstream stream, CUstreamCaptureStatus* status, uint64_t* id) {
  return withContext([&](Device& d, Context& c) {
    const auto s = findStream(d, c, stream);
    if (!s || status == nullptr) {
      return refuse(CUDA_ERROR_INVALID_VALUE, "capture of a stream: null pointer or not a stream");
    }
    *status = statusOf(*s);
    if (id != nullptr && *status == CU_STREAM_CAPTURE_STATUS_ACTIVE) {
      *id = s->capture->id;
    }
    return CUDA_SUCCESS;
  });
}

}  // namespace

CUstreamCaptureMode threadCaptureMode() { return threadMode; }

GRAMIAN_EXPORT CUresult cuStreamBeginCapture_v2(CUstream stream, CUstreamCaptureMode mode) {
  return withContext([&](Device& d, Context& c) {
    const auto s = findStream(d, c, stream);
    if (!s) {
      return refuse(CUDA_ERROR_INVALID_HANDLE, "cuStreamBeginCapture: not a stream");
    }
    if (!isMode(mode)) {
      return refuse(CUDA_ERROR_INVALID_VALUE, "cuStreamBeginCapture: unknown mode");
    }
    if (s->legacy) {
      return refuse(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED,
                    "cuStreamBeginCapture: the legacy stream cannot be captured");
    }
    if (s->capture) {
      return refuse(CUDA_ERROR_ILLEGAL_STATE, "cuStreamBeginCapture: it is captured already");
    }
    static uint64_t captures = 0;
    auto capture = std::make_shared<Capture>();
    capture->mode = mode;
    capture->thread = std::this_thread::get_id();
    capture->id = ++captures;
    capture->graph = std::make_shared<Graph>(Graph{c.number, {}});
    s->capture = std::move(capture);
    return CUDA_SUCCESS;
  });
}

GRAMIAN_EXPORT CUresult cuStreamBeginCapture(CUstream stream) {
  return cuStreamBeginCapture_v2(stream, CU_STREAM_CAPTURE_MODE_GLOBAL);
}

GRAMIAN_EXPORT CUresult cuStreamEndCapture(CUstream stream, CUgraph* graph) {
  return withContext([&](Device& d, Context& c) {
    const auto s = findStream(d, c, stream);
    if (!s || graph == nullptr) {
      return refuse(CUDA_ERROR_INVALID_VALUE, "cuStreamEndCapture: null pointer or not a stream");
    }
    *graph = nullptr;
    if (!s->capture) {
      return refuse(CUDA_ERROR_ILLEGAL_STATE, "cuStreamEndCapture: the stream is not captured");
    }
    if (s->capture->mode != CU_STREAM_CAPTURE_MODE_RELAXED &&
        s->capture->thread != std::this_thread::get_id()) {
      return refuse(CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD,
                    "cuStreamEndCapture: another thread began the capture");
    }
    const auto capture = std::move(s->capture);
    s->capture = nullptr;
    if (capture->invalidated) {
      return refuse(CUDA_ERROR_STREAM_CAPTURE_INVALIDATED,
                    "cuStreamEndCapture: an earlier call has ended the capture in failure");
    }
    *graph = d.graphs.add<CUgraph>(capture->graph);
    return CUDA_SUCCESS;
  });
}

GRAMIAN_EXPORT CUresult cuStreamIsCapturing(CUstream stream, CUstreamCaptureStatus* status) {
  return captureInfo(stream, status, nullptr);
}

GRAMIAN_EXPORT CUresult cuStreamGetCaptureInfo(CUstream stream, CUstreamCaptureStatus* status,
                                               uint64_t* id) {
  return captureInfo(stream, status, id);
}

// The graph under capture and its dependencies are not given out.
GRAMIAN_EXPORT CUresult cuStreamGetCaptureInfo_v2(CUstream stream, CUstreamCaptureStatus* status,
                                                  uint64_t* id, CUgraph* graph,
                                                  const void** dependencies, size_t* count) {
  if (graph != nullptr || dependencies != nullptr || count != nullptr) {
    return CUDA_ERROR_NOT_SUPPORTED;
  }
  return captureInfo(stream, status, id);
}

GRAMIAN_EXPORT CUresult cuThreadExchangeStreamCaptureMode(CUstreamCaptureMode* mode) {
  if (mode == nullptr || !isMode(*mode)) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  std::swap(*mode, threadMode);
  return CUDA_SUCCESS;
}

GRAMIAN_EXPORT CUresult cuGraphInstantiateWithFlags(CUgraphExec* exec, CUgraph graph,
                                                    unsigned long long flags) {
  return instantiate(exec, graph, flags);
}

// Of two forms, both without flags that matter here: (..., CUgraphNode* error, char* log, size_t)
// up to CUDA 11, (..., unsigned long long flags) from CUDA 12 on, by cuGetProcAddress.
GRAMIAN_EXPORT CUresult cuGraphInstantiate(CUgraphExec* exec, CUgraph graph) {
  return instantiate(exec, graph, 0);
}

GRAMIAN_EXPORT CUresult cuGraphInstantiate_v2(CUgraphExec* exec, CUgraph graph) {
  return instantiate(exec, graph, 0);
}

GRAMIAN_EXPORT CUresult cuGraphLaunch(CUgraphExec exec, CUstream stream) {
  return withContext([&](Device& d, Context& c) {
    const auto s = findStream(d, c, stream);
    const auto e = d.graphExecs.find(exec);
    if (!s || !e || e->context != c.number) {
      return refuse(CUDA_ERROR_INVALID_HANDLE,
                    "cuGraphLaunch: not an executable graph or a stream of the current context");
    }
    return submit(c, s, [e] { return e->run(); });
  });
}

GRAMIAN_EXPORT CUresult cuGraphUpload(CUgraphExec exec, CUstream stream) {
  return withContext([&](Device& d, Context& c) {
    return findStream(d, c, stream) && d.graphExecs.find(exec)
               ? CUDA_SUCCESS
               : refuse(CUDA_ERROR_INVALID_HANDLE, "cuGraphUpload: not an executable graph");
  });
}

// How many nodes there are; they have no handles.
GRAMIAN_EXPORT CUresult cuGraphGetNodes(CUgraph graph, void* nodes, size_t* count) {
  return withContext([&](Device& d, Context&) {
    const auto g = d.graphs.find(graph);
    if (!g || count == nullptr) {
      return refuse(CUDA_ERROR_INVALID_VALUE, "cuGraphGetNodes: null pointer or not a graph");
    }
    if (nodes != nullptr) {
      return refuse(CUDA_ERROR_NOT_SUPPORTED, "cuGraphGetNodes: nodes have no handles");
    }
    *count = g->nodes.size();
    return CUDA_SUCCESS;
  });
}

// A graph that was launched and has not run yet runs nevertheless.
GRAMIAN_EXPORT CUresult cuGraphExecDestroy(CUgraphExec exec) {
  return withContext([&](Device& d, Context&) {
    return d.graphExecs.remove(exec)
               ? CUDA_SUCCESS
               : refuse(CUDA_ERROR_INVALID_VALUE, "cuGraphExecDestroy: not an executable graph");
  });
}

GRAMIAN_EXPORT CUresult cuGraphDestroy(CUgraph graph) {
  return withContext([&](Device& d, Context&) {
    return d.graphs.remove(graph) ? CUDA_SUCCESS
                                  : refuse(CUDA_ERROR_INVALID_VALUE, "cuGraphDestroy: not a graph");
  });
}

}  // namespace gramian::emulated
