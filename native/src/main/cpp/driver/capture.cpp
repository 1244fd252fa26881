#include "driver/capture.h"

namespace gramian::emulated {

namespace {

CUresult invalidate(Capture& capture, CUresult code, const std::string& why) {
  capture.invalidated = true;
  return refuse(code, why);
}

template <typename Function>
void forCaptures(Context& context, Function function) {
  for (const auto& stream : context.streams) {
    if (stream->capture) {
      function(*stream, *stream->capture);
    }
  }
}

}  // namespace

Fault GraphExec::run() const {
  for (const auto& node : nodes) {
    if (Fault fault = node(); fault.code != CUDA_SUCCESS) {
      return fault;
    }
  }
  return {};
}

CUresult submit(Context& context, const std::shared_ptr<Stream>& stream,
                std::function<Fault()> work) {
  if (stream->capture) {
    Capture& capture = *stream->capture;
    if (capture.invalidated) {
      return refuse(CUDA_ERROR_STREAM_CAPTURE_INVALIDATED,
                    "the capture of the stream has failed before; cuStreamEndCapture ends it");
    }
    capture.graph->nodes.push_back(std::move(work));
    return CUDA_SUCCESS;
  }
  if (stream->legacy) {
    CUresult result = CUDA_SUCCESS;
    forCaptures(context, [&](const Stream& s, Capture& capture) {
      if (s.blocking()) {
        result = invalidate(capture, CUDA_ERROR_STREAM_CAPTURE_IMPLICIT,
                            "work on the legacy stream would wait for a blocking stream that is "
                            "being captured");
      }
    });
    if (result != CUDA_SUCCESS) {
      return result;
    }
  }
  context.enqueue(stream, std::move(work));
  return CUDA_SUCCESS;
}

CUresult requireNotCaptured(Stream& stream, const char* call) {
  return stream.capture ? invalidate(*stream.capture, CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED,
                                     std::string(call) + ": the stream is being captured")
                        : CUDA_SUCCESS;
}

CUresult requireNothingCaptured(Context& context, const char* call) {
  CUresult result = CUDA_SUCCESS;
  forCaptures(context, [&](const Stream&, Capture& capture) {
    result = invalidate(capture, CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED,
                        std::string(call) + ": a stream of the context is being captured");
  });
  return result;
}

CUresult requireSafeCall(Context& context, const char* call) {
  const CUstreamCaptureMode mode = threadCaptureMode();
  const std::thread::id self = std::this_thread::get_id();
  CUresult result = CUDA_SUCCESS;
  forCaptures(context, [&](const Stream&, Capture& capture) {
    const bool forbids =
        mode != CU_STREAM_CAPTURE_MODE_RELAXED &&
        ((capture.thread == self && capture.mode != CU_STREAM_CAPTURE_MODE_RELAXED) ||
         (mode == CU_STREAM_CAPTURE_MODE_GLOBAL && capture.mode == CU_STREAM_CAPTURE_MODE_GLOBAL));
    if (forbids) {
      result = invalidate(capture, CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED,
                          std::string(call) +
                              ": not while a stream is captured, except in relaxed "
                              "mode");
    }
  });
  return result;
}

}  // namespace gramian::emulated
