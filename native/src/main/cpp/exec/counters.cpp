#include "exec/counters.h"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

namespace gramian::machine {

namespace {

constexpr size_t kClasses = static_cast<size_t>(OpClass::kCount);

// Of one line of the source in one kernel.
struct LineCount {
  uint64_t instructions = 0;
  uint64_t threads = 0;
  std::array<uint64_t, kClasses> ofClass{};
  OpCount global;
  OpCount shared;
  uint64_t tensorOperations = 0;
  uint64_t branches = 0;
  uint64_t divergentBranches = 0;
  uint64_t barriers = 0;
  uint64_t barrierWaits = 0;
};

using Line = std::tuple<std::string, uint32_t, std::string>;  // file, line, function

bool isShared(OpClass c) { return c == OpClass::kLoadShared || c == OpClass::kStoreShared; }

void add(LineCount& line, const OpInfo& info, const OpCount& count) {
  line.instructions += count.issued;
  line.threads += count.lanes;
  line.ofClass[static_cast<size_t>(info.opClass)] += count.issued;
  (isShared(info.opClass) ? line.shared : line.global) += count;
  line.tensorOperations += count.issued * info.operations;
  if (info.opClass == OpClass::kControl && info.reconvergence != 0) {
    line.branches += count.issued;
    line.divergentBranches += count.events;
  } else if (info.opClass == OpClass::kBarrier) {
    line.barriers += count.issued;
    line.barrierWaits += count.events;
  }
}

Line placeOf(const Kernel& kernel, const OpInfo& info) {
  if (info.sourceLine == 0 || info.sourceLine >= kernel.sourceLines.size()) {
    return {};
  }
  const ptx::SourceLine& line = kernel.sourceLines[info.sourceLine];
  return {line.file < kernel.files.size() ? kernel.files[line.file] : "", line.line,
          std::string(line.function)};
}

class Row {
 public:
  explicit Row(std::string& text) : text_(text) {}
  ~Row() { text_.back() = '\n'; }
  Row& operator<<(const std::string& field) {
    text_ += field;
    text_ += '\t';
    return *this;
  }
  Row& operator<<(uint64_t field) { return *this << std::to_string(field); }

 private:
  std::string& text_;
};

}  // namespace

const char* nameOf(OpClass c) {
  constexpr const char* kNames[] = {
      "other",       "integer",    "float16",     "float32", "float64",  "conversion", "special",
      "tensor",      "move",       "predicate",   "control", "barrier",  "warp",       "loadGlobal",
      "storeGlobal", "loadShared", "storeShared", "local",   "constant", "atomic",     "async"};
  static_assert(std::size(kNames) == kClasses);
  return c < OpClass::kCount ? kNames[static_cast<size_t>(c)] : "?";
}

OpCount& OpCount::operator+=(const OpCount& other) {
  issued += other.issued;
  lanes += other.lanes;
  transactions += other.transactions;
  idealTransactions += other.idealTransactions;
  bytes += other.bytes;
  events += other.events;
  return *this;
}

std::string kernelTable(const std::vector<KernelCounters>& counters) {
  std::string text = "kernel\ttarget\tlaunches\tblocks\tthreads\tdynamicShared\twaveSlots\n";
  for (const KernelCounters& k : counters) {
    Row(text) << k.kernel->name << k.target << k.launches << k.blocks << k.threads
              << k.dynamicShared << k.waveSlots;
  }
  return text;
}

std::string lineTable(const std::vector<KernelCounters>& counters) {
  std::string text;
  {
    Row row(text);
    for (const char* name : {"kernel", "file", "line", "function", "instructions", "threads"}) {
      row << std::string(name);
    }
    for (size_t c = 0; c < kClasses; ++c) {
      row << std::string(nameOf(static_cast<OpClass>(c)));
    }
    for (const char* name :
         {"sectors", "idealSectors", "globalBytes", "wavefronts", "idealWavefronts", "sharedBytes",
          "tensorOperations", "branches", "divergentBranches", "barriers", "barrierWaits"}) {
      row << std::string(name);
    }
  }
  for (const KernelCounters& k : counters) {
    std::map<Line, LineCount> lines;
    for (size_t i = 0; i < k.ops.size(); ++i) {
      add(lines[placeOf(*k.kernel, k.kernel->infos[i])], k.kernel->infos[i], k.ops[i]);
    }
    for (const auto& [line, count] : lines) {
      Row row(text);
      row << k.kernel->name << std::get<0>(line) << std::get<1>(line) << std::get<2>(line)
          << count.instructions << count.threads;
      for (const uint64_t ofClass : count.ofClass) {
        row << ofClass;
      }
      row << count.global.transactions << count.global.idealTransactions << count.global.bytes
          << count.shared.transactions << count.shared.idealTransactions << count.shared.bytes
          << count.tensorOperations << count.branches << count.divergentBranches << count.barriers
          << count.barrierWaits;
    }
  }
  return text;
}

}  // namespace gramian::machine
