#include "arith/rounded.h"

#include <immintrin.h>

#include <bit>
#include <cmath>
#include <cstring>

#include "arith/vectors.h"

namespace gramian::arith {

namespace {

// The rounding of the processor while it exists. Operands and results must go through memory, which
// the two changes are barriers for: the compiler knows of no rounding but to nearest.
class HostRounding {
 public:
  explicit HostRounding(Rounding rounding) : saved_(_mm_getcsr()) {
    const unsigned mode = rounding == Rounding::kZero   ? _MM_ROUND_TOWARD_ZERO
                          : rounding == Rounding::kDown ? _MM_ROUND_DOWN
                          : rounding == Rounding::kUp   ? _MM_ROUND_UP
                                                        : _MM_ROUND_NEAREST;
    set((saved_ & ~static_cast<unsigned>(_MM_ROUND_MASK)) | mode);
  }
  HostRounding(const HostRounding&) = delete;
  HostRounding& operator=(const HostRounding&) = delete;
  ~HostRounding() { set(saved_); }

 private:
  static void set(unsigned csr) { asm volatile("ldmxcsr %0" : : "m"(csr) : "memory"); }

  unsigned saved_;
};

template <FloatOperation Operation, typename T>
GRAMIAN_INLINE T apply(T a, T b, T c) {
  switch (Operation) {
    case FloatOperation::kAdd:
      return a + b;
    case FloatOperation::kSub:
      return a - b;
    case FloatOperation::kMul:
      return a * b;
    case FloatOperation::kFma:
      return std::fma(a, b, c);
    case FloatOperation::kDiv:
      return a / b;
    case FloatOperation::kRcp:
      return T{1} / a;
    default:
      return std::sqrt(a);
  }
}

// Out of line, so that nothing of it moves across a change of the rounding.
template <FloatOperation Operation, typename T>
__attribute__((noinline)) void applyLanes(T* d, const T* a, const T* b, const T* c) {
  for (int lane = 0; lane < kLanes; ++lane) {
    d[lane] = apply<Operation, T>(a[lane], b[lane], c[lane]);
  }
}

void flushLanes(float* x) {
  uint32_t bits[kLanes];
  std::memcpy(bits, x, sizeof bits);
  for (uint32_t& b : bits) b = (b & 0x7f800000u) == 0 ? b & 0x80000000u : b;
  std::memcpy(x, bits, sizeof bits);
}

void finishLanes(const RoundedOperation& o, float* x) {
  if (o.flush) flushLanes(x);
  for (int lane = 0; lane < kLanes; ++lane) {
    const float value = x[lane];
    if (o.saturate) {
      x[lane] = value > 1 ? 1.0f : value > 0 ? value : 0.0f;
    } else if (value != value) {
      x[lane] = std::bit_cast<float>(0x7fffffffu);
    }
  }
}

template <FloatOperation Operation, typename T>
void operate(const RoundedOperation& o, void* d, const void* a, const void* b, const void* c) {
  T operands[3][kLanes] = {};
  T result[kLanes];
  const void* const from[] = {a, b, c};
  for (int i = 0; i < 3; ++i) {
    if (from[i] == nullptr) continue;
    std::memcpy(operands[i], from[i], sizeof operands[i]);
    if constexpr (sizeof(T) == 4) {
      if (o.flush) flushLanes(operands[i]);
    }
  }
  {
    const HostRounding rounding(o.rounding);
    applyLanes<Operation, T>(result, operands[0], operands[1], operands[2]);
  }
  if constexpr (sizeof(T) == 4) finishLanes(o, result);
  std::memcpy(d, result, sizeof result);
}

template <FloatOperation Operation>
OperateLanes choose(bool isDouble) {
  return isDouble ? operate<Operation, double> : operate<Operation, float>;
}

}  // namespace

OperateLanes operatorOf(const RoundedOperation& o) {
  switch (o.operation) {
    case FloatOperation::kAdd:
      return choose<FloatOperation::kAdd>(o.isDouble);
    case FloatOperation::kSub:
      return choose<FloatOperation::kSub>(o.isDouble);
    case FloatOperation::kMul:
      return choose<FloatOperation::kMul>(o.isDouble);
    case FloatOperation::kFma:
      return choose<FloatOperation::kFma>(o.isDouble);
    case FloatOperation::kDiv:
      return choose<FloatOperation::kDiv>(o.isDouble);
    case FloatOperation::kRcp:
      return choose<FloatOperation::kRcp>(o.isDouble);
    default:
      return choose<FloatOperation::kSqrt>(o.isDouble);
  }
}

}  // namespace gramian::arith
