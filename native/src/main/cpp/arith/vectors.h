// Vectors of W lanes, W being what one register of the processor holds: 16 with AVX-512, 8 with
// AVX2, 4 else. Code is written once over W; GRAMIAN_DISPATCH makes a function of it for each and
// calls the one that the processor is made for. All give the same bits: nothing contracts or
// reorders floating-point operations.
#pragma once

#include <cstdint>
#include <cstring>
#include <utility>

// Vectors are passed between inlined functions only.
#pragma GCC diagnostic ignored "-Wpsabi"

#define GRAMIAN_INLINE inline __attribute__((always_inline))
#define GRAMIAN_UNROLLED __attribute__((always_inline))

namespace gramian::arith {

inline constexpr int kLanes = 32;  // of a warp

template <typename T, int W>
struct VectorOf {
  typedef T type __attribute__((vector_size(W * sizeof(T))));
};
template <int W>
using F32 = typename VectorOf<float, W>::type;
template <int W>
using I32 = typename VectorOf<int32_t, W>::type;
template <int W>
using U32 = typename VectorOf<uint32_t, W>::type;

template <typename V>
GRAMIAN_INLINE V load(const void* from) {
  V v;
  std::memcpy(&v, from, sizeof v);
  return v;
}

template <typename V>
GRAMIAN_INLINE void store(void* to, V v) {
  std::memcpy(to, &v, sizeof v);
}

template <typename V>
GRAMIAN_INLINE bool anyOf(V v) {
  uint64_t words[sizeof(V) / 8];
  std::memcpy(words, &v, sizeof v);
  uint64_t any = 0;
  for (uint64_t w : words) any |= w;
  return any != 0;
}

// f(0), ..., f(N - 1), each with its index as a constant.
template <int N, typename F>
GRAMIAN_INLINE void unroll(F f) {
  [&]<int... I>(std::integer_sequence<int, I...>) GRAMIAN_UNROLLED {
    (f(std::integral_constant<int, I>{}), ...);
  }
  (std::make_integer_sequence<int, N>{});
}

}  // namespace gramian::arith

// Defines the function `result name parameters`, which is body<W> of the arguments.
#ifdef __AVX2__
#define GRAMIAN_BASE_WIDTH 8
#define GRAMIAN_DISPATCH_AVX2(result, name, parameters, body, arguments)
#else
#define GRAMIAN_BASE_WIDTH 4
#define GRAMIAN_DISPATCH_AVX2(result, name, parameters, body, arguments) \
  __attribute__((target("arch=x86-64-v3"))) result name parameters { return body<8> arguments; }
#endif
#define GRAMIAN_DISPATCH(result, name, parameters, body, arguments) \
  __attribute__((target("default"))) result name parameters {       \
    return body<GRAMIAN_BASE_WIDTH> arguments;                      \
  }                                                                 \
  GRAMIAN_DISPATCH_AVX2(result, name, parameters, body, arguments)  \
  __attribute__((target("arch=x86-64-v4"))) result name parameters { return body<16> arguments; }
