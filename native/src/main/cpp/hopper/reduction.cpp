// Reductions into memory by bulk copies.
#include <algorithm>
#include <bit>
#include <cstring>
#include <mutex>

#include "arith/half.h"
#include "exec/fault.h"
#include "hopper/bulk.h"
#include "memory/defined.h"

namespace gramian::machine {

namespace {

using ptx::Type;

template <typename T>
T combineIntegers(T a, T b, Reduction reduction) {
  switch (reduction) {
    case Reduction::kAdd:
      return static_cast<T>(a + b);
    case Reduction::kMin:
      return std::min(a, b);
    case Reduction::kMax:
      return std::max(a, b);
    case Reduction::kInc:
      return a >= b ? T{0} : static_cast<T>(a + 1);
    case Reduction::kDec:
      return a == 0 || a > b ? b : static_cast<T>(a - 1);
    case Reduction::kAnd:
      return static_cast<T>(a & b);
    case Reduction::kOr:
      return static_cast<T>(a | b);
    case Reduction::kXor:
      return static_cast<T>(a ^ b);
    case Reduction::kNone:
      break;
  }
  return b;
}

template <typename T>
T combineFloats(T a, T b, Reduction reduction) {
  return reduction == Reduction::kAdd   ? a + b
         : reduction == Reduction::kMin ? std::min(a, b)
                                        : std::max(a, b);
}

template <typename T, typename Combine>
void apply(std::byte* to, const std::byte* from, Combine combine) {
  T a;
  T b;
  std::memcpy(&a, to, sizeof a);
  std::memcpy(&b, from, sizeof b);
  a = combine(a, b);
  std::memcpy(to, &a, sizeof a);
}

}  // namespace

void reduceElement(Warp& warp, const Op* op, unsigned lane, std::byte* to, const std::byte* from,
                   Reduction reduction, Type type) {
  // Blocks on other threads may add to the same element.
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  const unsigned bytes = ptx::bytesOf(type);
  if (!isDefined(to, bytes)) {
    fail(warp, op, lane, CUDA_ERROR_LAUNCH_FAILED, "reduces into memory that was never written");
  }
  const auto integers = [&]<typename T>(T) {
    apply<T>(to, from, [&](T a, T b) { return combineIntegers(a, b, reduction); });
  };
  switch (type) {
    case Type::kU32:
    case Type::kB32:
      return integers(uint32_t{});
    case Type::kS32:
      return integers(int32_t{});
    case Type::kU64:
    case Type::kB64:
      return integers(uint64_t{});
    case Type::kS64:
      return integers(int64_t{});
    case Type::kF32:
      return apply<float>(to, from,
                          [&](float a, float b) { return combineFloats(a, b, reduction); });
    case Type::kF64:
      return apply<double>(to, from,
                           [&](double a, double b) { return combineFloats(a, b, reduction); });
    case Type::kF16:
      return apply<uint16_t>(to, from, [&](uint16_t a, uint16_t b) {
        return arith::floatToHalf(
            combineFloats(arith::halfToFloat(a), arith::halfToFloat(b), reduction));
      });
    case Type::kBf16:
      return apply<uint16_t>(to, from, [&](uint16_t a, uint16_t b) {
        return arith::floatToBfloat(
            combineFloats(arith::bfloatToFloat(a), arith::bfloatToFloat(b), reduction));
      });
    default:
      fail(warp, op, lane, CUDA_ERROR_LAUNCH_FAILED,
           std::string("reduces values of type ") + ptx::nameOf(type));
  }
}

Reduction takeReduction(Lowering& l) {
  const int which = l.takeOneOf({"add", "min", "max", "inc", "dec", "and", "or", "xor"});
  if (which < 0) {
    l.fail("expected what to reduce by");
  }
  return static_cast<Reduction>(which + 1);
}

}  // namespace gramian::machine
