// Tests of plain functions: CHECK counts failures and prints the first of each test.
#pragma once

#include <cstdint>
#include <cstdio>
#include <random>
#include <vector>

namespace gramian::test {

struct Test {
  const char* name;
  void (*run)();
};

inline std::vector<Test>& tests() {
  static std::vector<Test> all;
  return all;
}

struct Registration {
  Registration(const char* name, void (*run)()) { tests().push_back({name, run}); }
};

inline int failures = 0;               // of the running test
inline const char* skipped = nullptr;  // why it did not run

// Random bits, the same in each run.
inline std::mt19937_64& random() {
  static std::mt19937_64 generator(20260801);
  return generator;
}

// What shows most mistakes of a format with so many bits: any bits, or numbers near a power of two.
inline uint64_t anyBits(int bits) {
  const uint64_t mask = bits == 64 ? ~uint64_t{0} : (uint64_t{1} << bits) - 1;
  const uint64_t x = random()();
  switch (random()() % 4) {
    case 0:
      return (uint64_t{1} << (x % static_cast<uint64_t>(bits))) - random()() % 2;
    case 1:
      return ~(uint64_t{1} << (x % static_cast<uint64_t>(bits))) & mask;
    default:
      return x & mask;
  }
}

}  // namespace gramian::test

#define TEST(name)                                                            \
  static void name();                                                         \
  static const ::gramian::test::Registration name##Registration(#name, name); \
  static void name()

// The message is that of printf.
#define CHECK(condition, ...)                                       \
  do {                                                              \
    if (!(condition) && ::gramian::test::failures++ < 5) {          \
      std::printf("  %s:%d: %s: ", __FILE__, __LINE__, #condition); \
      std::printf(__VA_ARGS__);                                     \
      std::printf("\n");                                            \
    }                                                               \
  } while (false)
