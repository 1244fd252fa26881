#include "driver/context.h"

#include <algorithm>
#include <utility>

#include "exec/random.h"

namespace gramian::emulated {

using machine::Random;

namespace {
// Names streams uniquely in a process, as cuStreamGetId does.
uint64_t nextStreamId() {
  static uint64_t id = 0;
  return ++id;
}
}  // namespace

Context::Context(uint64_t n) : number(n), legacyStream(std::make_shared<Stream>()) {
  legacyStream->context = n;
  legacyStream->legacy = true;
  legacyStream->id = nextStreamId();
}

uint64_t Context::enqueue(const std::shared_ptr<Stream>& stream, std::function<Fault()> work,
                          std::vector<Point> after) {
  if (stream->legacy) {
    for (const auto& other : streams) {
      if (other->blocking() && !other->idle()) {
        after.push_back({other, other->enqueued});
      }
    }
  } else if (stream->blocking() && !legacyStream->idle()) {
    after.push_back({legacyStream, legacyStream->enqueued});
  }
  stream->tasks.push_back({std::move(after), std::move(work)});
  return ++stream->enqueued;
}

void Context::runNext(Stream& stream) {
  if (stream.tasks.empty() || fault.code != CUDA_SUCCESS) {
    return;
  }
  const Task task = std::move(stream.tasks.front());
  stream.tasks.pop_front();
  for (const Point& p : task.after) {
    runUntil(*p.stream, p.ticket);
  }
  if (fault.code == CUDA_SUCCESS) {
    fault = task.work();
    ++stream.completed;
  }
}

void Context::runUntil(Stream& stream, uint64_t ticket) {
  while (stream.completed < ticket && !stream.tasks.empty() && fault.code == CUDA_SUCCESS) {
    runNext(stream);
  }
}

void Context::runAll(uint64_t seed) {
  Random random(seed);
  std::vector<std::shared_ptr<Stream>> busy;
  do {
    busy.clear();
    for (const auto& s : streams) {
      if (!s->idle()) {
        busy.push_back(s);
      }
    }
    if (!legacyStream->idle()) {
      busy.push_back(legacyStream);
    }
    if (!busy.empty()) {
      runNext(*busy[random.below(static_cast<uint32_t>(busy.size()))]);
    }
  } while (!busy.empty() && fault.code == CUDA_SUCCESS);
  dropDestroyed();
}

void Context::dropDestroyed() {
  std::erase_if(streams, [](const auto& s) { return s->destroyed && s->idle(); });
}

std::shared_ptr<Stream> Context::perThread() {
  std::shared_ptr<Stream>& stream = threadStreams[std::this_thread::get_id()];
  if (!stream) {
    stream = createStream();
  }
  return stream;
}

std::shared_ptr<Stream> Context::createStream() {
  auto stream = std::make_shared<Stream>();
  stream->context = number;
  stream->id = nextStreamId();
  streams.push_back(stream);
  return stream;
}

}  // namespace gramian::emulated
