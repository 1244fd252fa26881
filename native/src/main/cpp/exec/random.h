// A small seeded generator (SplitMix64) for the order of blocks and threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

namespace gramian::machine {

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t next() {
    uint64_t z = state_ += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }

  // Evenly in [0, bound), to within 2^-32.
  uint32_t below(uint32_t bound) { return static_cast<uint32_t>(((next() >> 32) * bound) >> 32); }

  template <typename T>
  void shuffle(T* items, size_t count) {
    for (size_t i = count; i > 1; --i) {
      std::swap(items[i - 1], items[below(static_cast<uint32_t>(i))]);
    }
  }

 private:
  uint64_t state_;
};

}  // namespace gramian::machine
