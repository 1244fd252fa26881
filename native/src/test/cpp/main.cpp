// Runs all tests, or those that are named; prints "ok NAME", "FAILED NAME" or "skipped NAME: why".
#include <cstring>

#include "check.h"

int main(int count, char** names) {
  int failed = 0;
  for (const auto& test : gramian::test::tests()) {
    bool wanted = count == 1;
    for (int i = 1; i < count; ++i) wanted |= std::strcmp(names[i], test.name) == 0;
    if (!wanted) continue;
    gramian::test::failures = 0;
    gramian::test::skipped = nullptr;
    test.run();
    failed += gramian::test::failures != 0;
    if (gramian::test::failures != 0) {
      std::printf("FAILED %s\n", test.name);
    } else if (gramian::test::skipped != nullptr) {
      std::printf("skipped %s: %s\n", test.name, gramian::test::skipped);
    } else {
      std::printf("ok %s\n", test.name);
    }
    std::fflush(stdout);
  }
  return failed == 0 ? 0 : 1;
}
