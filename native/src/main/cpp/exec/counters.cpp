#include "exec/counters.h"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>
#include <utility>

#include "exec/jumps.h"

namespace gramian::machine {

namespace {

constexpr size_t kClasses = static_cast<size_t>(OpClass::kCount);

constexpr uint64_t kSectorBytes = 32;

// Of one line of the source in one kernel.
struct LineCount {
  uint64_t instructions = 0;
  uint64_t threads = 0;
  std::array<uint64_t, kClasses> ofClass{};
  uint64_t mainLoop = 0;
  uint64_t tensorOperations = 0;
  AccessCount global;
  AccessCount shared;
  uint64_t branches = 0;
  uint64_t divergentBranches = 0;
  uint64_t barriers = 0;
  uint64_t barrierWaits = 0;
};

// Kernel, target, file, line, function.
using Line = std::tuple<std::string, std::string, std::string, uint32_t, std::string>;

void add(LineCount& line, const OpInfo& info, const OpCount& count, bool isInMainLoop) {
  line.instructions += count.issued;
  line.threads += count.lanes;
  line.ofClass[static_cast<size_t>(info.opClass)] += count.issued;
  line.mainLoop += isInMainLoop ? count.issued : 0;
  line.tensorOperations += count.issued * info.operations;
  line.global += count.global;
  line.shared += count.shared;
  if (info.opClass == OpClass::kControl && info.reconvergence != 0) {
    line.branches += count.issued;
    line.divergentBranches += count.events;
  } else if (info.opClass == OpClass::kBarrier) {
    line.barriers += count.issued;
    line.barrierWaits += count.events;
  }
}

// Which ops are in the innermost loops around tensor core ops, by the text: a loop is what lies
// between a jump back and its target.
std::vector<bool> mainLoopsOf(const Kernel& kernel) {
  const size_t count = kernel.ops.size();
  std::vector<size_t> tensors(count + 1, 0);  // in front of an op
  for (size_t i = 0; i < count; ++i) {
    tensors[i + 1] = tensors[i] + (kernel.infos[i].opClass == OpClass::kTensor ? 1 : 0);
  }
  std::vector<std::pair<size_t, size_t>> loops;  // from the smallest on
  for (size_t i = 0; i < count; ++i) {
    const Op& op = kernel.ops[i];
    if (op.run != jump) {
      continue;
    }
    const size_t target = i + op.immediate;  // wraps around where it goes back
    if (target <= i && tensors[i + 1] != tensors[target]) {
      loops.emplace_back(target, i + 1);
    }
  }
  std::sort(loops.begin(), loops.end(),
            [](const auto& a, const auto& b) { return a.second - a.first < b.second - b.first; });
  std::vector<bool> result(count, false);
  for (const auto& [begin, end] : loops) {
    const auto from = result.begin() + static_cast<std::ptrdiff_t>(begin);
    const auto to = result.begin() + static_cast<std::ptrdiff_t>(end);
    if (std::find(from, to, true) == to) {
      std::fill(from, to, true);
    }
  }
  return result;
}

Line placeOf(const KernelCounters& counters, const OpInfo& info) {
  const Kernel& kernel = *counters.kernel;
  if (info.sourceLine == 0 || info.sourceLine >= kernel.sourceLines.size()) {
    return {kernel.name, counters.target, "", 0, ""};
  }
  const ptx::SourceLine& line = kernel.sourceLines[info.sourceLine];
  return {kernel.name, counters.target,
          line.file < kernel.files.size() ? kernel.files[line.file] : "", line.line,
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
  Row& operator<<(const AccessCount& count) {
    return *this << count.requests << count.transactions << count.idealTransactions << count.bytes;
  }

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

AccessCount& AccessCount::operator+=(const AccessCount& other) {
  requests += other.requests;
  transactions += other.transactions;
  idealTransactions += other.idealTransactions;
  bytes += other.bytes;
  return *this;
}

OpCount& OpCount::operator+=(const OpCount& other) {
  issued += other.issued;
  lanes += other.lanes;
  global += other.global;
  shared += other.shared;
  events += other.events;
  return *this;
}

Footprint& Footprint::operator+=(const Footprint& other) {
  readSectors += other.readSectors;
  writtenSectors += other.writtenSectors;
  return *this;
}

std::string kernelTable(const std::vector<KernelCounters>& counters) {
  std::string text =
      "kernel\ttarget\tmultiprocessors\tsharedPerMultiprocessor\tblocks\tblocksOfCluster\tthreads\t"
      "staticShared\tdynamicShared\tlaunches\treadBytes\twrittenBytes\n";
  for (const KernelCounters& k : counters) {
    Row(text) << k.kernel->name << k.target << k.device->multiprocessors
              << k.device->sharedPerMultiprocessor << k.blocks << k.blocksOfCluster << k.threads
              << k.kernel->staticShared << k.dynamicShared << k.launches
              << k.footprint.readSectors * kSectorBytes
              << k.footprint.writtenSectors * kSectorBytes;
  }
  return text;
}

std::string lineTable(const std::vector<KernelCounters>& counters) {
  std::string text;
  {
    Row row(text);
    for (const char* name :
         {"kernel", "target", "file", "line", "function", "instructions", "threads"}) {
      row << std::string(name);
    }
    for (size_t c = 0; c < kClasses; ++c) {
      row << std::string(nameOf(static_cast<OpClass>(c)));
    }
    for (const char* name :
         {"mainLoop", "tensorOperations", "globalRequests", "sectors", "idealSectors",
          "globalBytes", "sharedRequests", "wavefronts", "idealWavefronts", "sharedBytes",
          "branches", "divergentBranches", "barriers", "barrierWaits"}) {
      row << std::string(name);
    }
  }
  std::map<Line, LineCount> lines;
  for (const KernelCounters& k : counters) {
    const std::vector<bool> isInMainLoop = mainLoopsOf(*k.kernel);
    for (size_t i = 0; i < k.ops.size(); ++i) {
      const OpInfo& info = k.kernel->infos[i];
      add(lines[placeOf(k, info)], info, k.ops[i], isInMainLoop[i]);
    }
  }
  for (const auto& [line, count] : lines) {
    Row row(text);
    row << std::get<0>(line) << std::get<1>(line) << std::get<2>(line) << std::get<3>(line)
        << std::get<4>(line) << count.instructions << count.threads;
    for (const uint64_t ofClass : count.ofClass) {
      row << ofClass;
    }
    row << count.mainLoop << count.tensorOperations << count.global << count.shared
        << count.branches << count.divergentBranches << count.barriers << count.barrierWaits;
  }
  return text;
}

}  // namespace gramian::machine
