// Video instructions: operations on the bytes or halves of words, each by itself, without masks and
// selectors.
#include <algorithm>

#include "exec/opcodes.h"
#include "lanes/apply.h"
#include "lanes/arithmetic.h"

namespace gramian::machine::GRAMIAN_LANES {

namespace {

using ptx::Type;

enum class Video : uint8_t { kAdd, kSub, kAverage, kDifference, kMin, kMax };
enum class Further : uint8_t { kNone, kAdd, kMin, kMax };  // with the third operand

struct VideoOperation {
  Video operation;
  unsigned bits;  // of a part
  bool signedA;
  bool signedB;
  bool signedD;
  bool saturate;
  Further further;
};

int64_t partOf(uint32_t word, unsigned bits, unsigned i, bool isSigned) {
  const uint32_t part = bits == 32 ? word : word >> (bits * i) & ((uint32_t{1} << bits) - 1);
  const unsigned shift = 64 - bits;
  return isSigned ? static_cast<int64_t>(uint64_t{part} << shift) >> shift : int64_t{part};
}

int64_t resultOf(const VideoOperation& v, int64_t a, int64_t b) {
  int64_t r = 0;
  switch (v.operation) {
    case Video::kAdd:
      r = a + b;
      break;
    case Video::kSub:
      r = a - b;
      break;
    case Video::kAverage:
      // Halves are rounded away from zero.
      r = (a + b + (a + b < 0 ? -1 : 1)) / 2;
      break;
    case Video::kDifference:
      r = a < b ? b - a : a - b;
      break;
    case Video::kMin:
      r = std::min(a, b);
      break;
    case Video::kMax:
      r = std::max(a, b);
      break;
  }
  if (v.saturate) {
    const int64_t top = int64_t{1} << (v.signedD ? v.bits - 1 : v.bits);
    r = std::clamp<int64_t>(r, v.signedD ? -top : 0, top - 1);
  }
  return r;
}

uint32_t operate(const VideoOperation& v, uint32_t a, uint32_t b, uint32_t c) {
  const unsigned parts = 32 / v.bits;
  const uint32_t mask = v.bits == 32 ? ~uint32_t{0} : (uint32_t{1} << v.bits) - 1;
  uint32_t word = 0;
  uint32_t sum = c;
  for (unsigned i = 0; i < parts; ++i) {
    const auto r = static_cast<uint32_t>(
        resultOf(v, partOf(a, v.bits, i, v.signedA), partOf(b, v.bits, i, v.signedB)));
    word |= (r & mask) << (v.bits * i);
    sum += v.bits == 32 ? r : static_cast<uint32_t>(partOf(r & mask, v.bits, 0, v.signedD));
  }
  switch (v.further) {
    case Further::kNone:
      return word;
    case Further::kAdd:
      return sum;
    case Further::kMin:
      return v.signedD ? static_cast<uint32_t>(
                             std::min(static_cast<int32_t>(word), static_cast<int32_t>(c)))
                       : std::min(word, c);
    default:
      return v.signedD ? static_cast<uint32_t>(
                             std::max(static_cast<int32_t>(word), static_cast<int32_t>(c)))
                       : std::max(word, c);
  }
}

const Op* video(Warp& warp, const Op* op, uint32_t active) {
  noteComputed<3>(warp, op, active);
  const auto& v = *static_cast<const VideoOperation*>(op->more);
  eachLane<uint32_t, uint32_t, uint32_t, uint32_t>(
      warp, op, active, [&v](uint32_t a, uint32_t b, uint32_t c) { return operate(v, a, b, c); });
  return op + 1;
}

template <Video Operation, unsigned Bits>
void lower(Lowering& l) {
  VideoOperation v{Operation, Bits, false, false, false, false, Further::kNone};
  v.signedD = ptx::isSigned(l.type());
  v.signedA = ptx::isSigned(l.type());
  v.signedB = ptx::isSigned(l.type());
  v.saturate = l.take("sat");
  v.further = static_cast<Further>(l.takeOneOf({"add", "min", "max"}) + 1);
  l.finish();
  Op& op = l.emit(video, OpClass::kInteger);
  op.slot[1] = l.source(1, Type::kB32);
  op.slot[2] = l.source(2, Type::kB32);
  op.slot[3] = l.operandCount() > 3 ? l.source(3, Type::kB32) : l.constant(Type::kB32, 0);
  op.slot[0] = l.destination(0, Type::kB32);
  op.more = l.keep(v);
}

}  // namespace

void registerVideo(OpcodeTable& table) {
  table.add("vadd", lower<Video::kAdd, 32>);
  table.add("vsub", lower<Video::kSub, 32>);
  table.add("vabsdiff", lower<Video::kDifference, 32>);
  table.add("vmin", lower<Video::kMin, 32>);
  table.add("vmax", lower<Video::kMax, 32>);
  table.add("vadd2", lower<Video::kAdd, 16>);
  table.add("vsub2", lower<Video::kSub, 16>);
  table.add("vavrg2", lower<Video::kAverage, 16>);
  table.add("vabsdiff2", lower<Video::kDifference, 16>);
  table.add("vmin2", lower<Video::kMin, 16>);
  table.add("vmax2", lower<Video::kMax, 16>);
  table.add("vadd4", lower<Video::kAdd, 8>);
  table.add("vsub4", lower<Video::kSub, 8>);
  table.add("vavrg4", lower<Video::kAverage, 8>);
  table.add("vabsdiff4", lower<Video::kDifference, 8>);
  table.add("vmin4", lower<Video::kMin, 8>);
  table.add("vmax4", lower<Video::kMax, 8>);
}

}  // namespace gramian::machine::GRAMIAN_LANES
