// Entry points: streams and events.
#include "api/api.h"
#include "driver/capture.h"

namespace gramian::emulated {

namespace {

CUresult createStream(CUstream* stream, unsigned flags, int priority) {
  return withContext([&](Device& d, Context& c) {
    if (stream == nullptr) {
      return refuse(CUDA_ERROR_INVALID_VALUE, "cuStreamCreate: null result pointer");
    }
    if ((flags & ~CU_STREAM_NON_BLOCKING) != 0) {
      return refuse(CUDA_ERROR_INVALID_VALUE, "cuStreamCreate: unknown flags");
    }
    auto s = c.createStream();
    s->flags = flags;
    s->priority = priority;
    *stream = d.streams.add<CUstream>(std::move(s));
    return CUDA_SUCCESS;
  });
}

// Calls `body` with the stream of a handle.
template <typename Body>
CUresult withStream(CUstream handle, Body body) {
  return withContext([&](Device& d, Context& c) {
    const auto stream = findStream(d, c, handle);
    return stream ? body(d, c, stream)
                  : refuse(CUDA_ERROR_INVALID_HANDLE, "not a stream of the current context");
  });
}

template <typename Body>
CUresult withEvent(CUevent handle, Body body) {
  return withContext([&](Device& d, Context& c) {
    const auto event = d.events.find(handle);
    return event ? body(d, c, event) : refuse(CUDA_ERROR_INVALID_HANDLE, "not an event");
  });
}

CUresult record(CUevent event, CUstream stream) {
  return withEvent(event, [&](Device& d, Context& c, const std::shared_ptr<Event>& e) {
    const auto s = findStream(d, c, stream);
    if (!s || e->context != c.number) {
      return refuse(CUDA_ERROR_INVALID_HANDLE, "cuEventRecord: event and stream of two contexts");
    }
    if (const CUresult r = requireNotCaptured(*s, "cuEventRecord"); r != CUDA_SUCCESS) {
      return r;
    }
    const uint64_t ticket = c.enqueue(s, [e] {
      e->time = std::chrono::steady_clock::now();
      return Fault{};
    });
    e->point = {s, ticket};
    return CUDA_SUCCESS;
  });
}

}  // namespace

std::shared_ptr<Stream> findStream(Device& d, Context& context, CUstream handle) {
  switch (reinterpret_cast<uintptr_t>(handle)) {
    case 0:
    case 1:
      return context.legacyStream;
    case 2:
      return context.perThread();
    default:
      break;
  }
  auto stream = d.streams.find(handle);
  return stream && stream->context == context.number ? stream : nullptr;
}

GRAMIAN_EXPORT CUresult cuStreamCreate(CUstream* stream, unsigned flags) {
  return createStream(stream, flags, 0);
}

GRAMIAN_EXPORT CUresult cuStreamCreateWithPriority(CUstream* stream, unsigned flags, int priority) {
  return createStream(stream, flags, priority);
}

GRAMIAN_EXPORT CUresult cuStreamDestroy_v2(CUstream stream) {
  return withContext([&](Device& d, Context& c) {
    const auto s = d.streams.find(stream);
    if (!s) {
      return refuse(CUDA_ERROR_INVALID_HANDLE, "cuStreamDestroy: not a stream");
    }
    s->destroyed = true;
    s->capture = nullptr;
    d.streams.remove(stream);
    c.dropDestroyed();
    return CUDA_SUCCESS;
  });
}

GRAMIAN_EXPORT CUresult cuStreamSynchronize(CUstream stream) {
  return withStream(stream, [](Device&, Context& c, const std::shared_ptr<Stream>& s) {
    if (const CUresult r = requireNotCaptured(*s, "cuStreamSynchronize"); r != CUDA_SUCCESS) {
      return r;
    }
    c.runUntil(*s, s->enqueued);
    return c.fault.code;
  });
}

// A query of unfinished work makes the work go on by one step, so that polling comes to an end.
GRAMIAN_EXPORT CUresult cuStreamQuery(CUstream stream) {
  return withStream(stream, [](Device&, Context& c, const std::shared_ptr<Stream>& s) {
    if (const CUresult r = requireNotCaptured(*s, "cuStreamQuery"); r != CUDA_SUCCESS) {
      return r;
    }
    if (s->idle()) {
      return CUDA_SUCCESS;
    }
    c.runNext(*s);
    return c.fault.code != CUDA_SUCCESS ? c.fault.code : CUDA_ERROR_NOT_READY;
  });
}

GRAMIAN_EXPORT CUresult cuStreamWaitEvent(CUstream stream, CUevent event, unsigned flags) {
  return withEvent(event, [&](Device& d, Context& c, const std::shared_ptr<Event>& e) {
    const auto s = findStream(d, c, stream);
    if (!s) {
      return refuse(CUDA_ERROR_INVALID_HANDLE, "cuStreamWaitEvent: not a stream");
    }
    if (flags != 0) {
      return refuse(CUDA_ERROR_INVALID_VALUE, "cuStreamWaitEvent: unknown flags");
    }
    if (const CUresult r = requireNotCaptured(*s, "cuStreamWaitEvent"); r != CUDA_SUCCESS) {
      return r;
    }
    if (!e->completed()) {
      c.enqueue(s, [] { return Fault{}; }, {e->point});
    }
    return CUDA_SUCCESS;
  });
}

GRAMIAN_EXPORT CUresult cuStreamGetFlags(CUstream stream, unsigned* flags) {
  return withStream(stream, [&](Device&, Context&, const std::shared_ptr<Stream>& s) {
    if (flags == nullptr) {
      return refuse(CUDA_ERROR_INVALID_VALUE, "cuStreamGetFlags: null result pointer");
    }
    *flags = s->flags;
    return CUDA_SUCCESS;
  });
}

GRAMIAN_EXPORT CUresult cuStreamGetPriority(CUstream stream, int* priority) {
  return withStream(stream, [&](Device&, Context&, const std::shared_ptr<Stream>& s) {
    if (priority == nullptr) {
      return refuse(CUDA_ERROR_INVALID_VALUE, "cuStreamGetPriority: null result pointer");
    }
    *priority = s->priority;
    return CUDA_SUCCESS;
  });
}

GRAMIAN_EXPORT CUresult cuStreamGetId(CUstream stream, unsigned long long* id) {
  return withStream(stream, [&](Device&, Context&, const std::shared_ptr<Stream>& s) {
    if (id == nullptr) {
      return refuse(CUDA_ERROR_INVALID_VALUE, "cuStreamGetId: null result pointer");
    }
    *id = s->id;
    return CUDA_SUCCESS;
  });
}

GRAMIAN_EXPORT CUresult cuStreamGetCtx(CUstream stream, CUcontext* context) {
  return withStream(stream, [&](Device& d, Context& c, const std::shared_ptr<Stream>&) {
    if (context == nullptr) {
      return refuse(CUDA_ERROR_INVALID_VALUE, "cuStreamGetCtx: null result pointer");
    }
    *context =
        d.contexts.handleWhere<CUcontext>([&](const Context& other) { return &other == &c; });
    return CUDA_SUCCESS;
  });
}

GRAMIAN_EXPORT CUresult cuEventCreate(CUevent* event, unsigned flags) {
  return withContext([&](Device& d, Context& c) {
    if (event == nullptr) {
      return refuse(CUDA_ERROR_INVALID_VALUE, "cuEventCreate: null result pointer");
    }
    if ((flags & ~(CU_EVENT_BLOCKING_SYNC | CU_EVENT_DISABLE_TIMING)) != 0) {
      return refuse(CUDA_ERROR_INVALID_VALUE, "cuEventCreate: unknown flags");
    }
    auto e = std::make_shared<Event>();
    e->context = c.number;
    e->flags = flags;
    *event = d.events.add<CUevent>(std::move(e));
    return CUDA_SUCCESS;
  });
}

GRAMIAN_EXPORT CUresult cuEventDestroy_v2(CUevent event) {
  return withContext([&](Device& d, Context&) {
    return d.events.remove(event)
               ? CUDA_SUCCESS
               : refuse(CUDA_ERROR_INVALID_HANDLE, "cuEventDestroy: not an event");
  });
}

GRAMIAN_EXPORT CUresult cuEventRecord(CUevent event, CUstream stream) {
  return record(event, stream);
}

GRAMIAN_EXPORT CUresult cuEventRecordWithFlags(CUevent event, CUstream stream, unsigned flags) {
  return flags == 0 ? record(event, stream) : CUDA_ERROR_NOT_SUPPORTED;
}

GRAMIAN_EXPORT CUresult cuEventSynchronize(CUevent event) {
  return withEvent(event, [](Device&, Context& c, const std::shared_ptr<Event>& e) {
    if (e->point.stream) {
      c.runUntil(*e->point.stream, e->point.ticket);
    }
    return c.fault.code;
  });
}

// Makes unfinished work go on by one step, like cuStreamQuery.
GRAMIAN_EXPORT CUresult cuEventQuery(CUevent event) {
  return withEvent(event, [](Device&, Context& c, const std::shared_ptr<Event>& e) {
    if (e->completed()) {
      return CUDA_SUCCESS;
    }
    c.runNext(*e->point.stream);
    return c.fault.code != CUDA_SUCCESS ? c.fault.code : CUDA_ERROR_NOT_READY;
  });
}

GRAMIAN_EXPORT CUresult cuEventElapsedTime(float* milliseconds, CUevent start, CUevent end) {
  return withEvent(start, [&](Device& d, Context&, const std::shared_ptr<Event>& a) {
    const auto b = d.events.find(end);
    if (!b || !a->point.stream || !b->point.stream ||
        ((a->flags | b->flags) & CU_EVENT_DISABLE_TIMING) != 0) {
      return refuse(CUDA_ERROR_INVALID_HANDLE,
                    "cuEventElapsedTime: two recorded events with timing are needed");
    }
    if (milliseconds == nullptr) {
      return refuse(CUDA_ERROR_INVALID_VALUE, "cuEventElapsedTime: null result pointer");
    }
    if (!a->completed() || !b->completed()) {
      return CUDA_ERROR_NOT_READY;
    }
    *milliseconds = std::chrono::duration<float, std::milli>(b->time - a->time).count();
    return CUDA_SUCCESS;
  });
}

}  // namespace gramian::emulated
