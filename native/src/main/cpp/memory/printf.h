// printf's format, with values that lie in a kernel's memory.
#pragma once

#include <cstdint>
#include <string>

namespace gramian::machine {

class PrintfValues {
 public:
  virtual ~PrintfValues() = default;
  // The next value, of 4 or 8 bytes.
  virtual uint64_t next(unsigned bytes) = 0;
  virtual std::string text(uint64_t address) = 0;
};

// `count`: of the values that were printed. A conversion that printf does not know stays as it is.
std::string formatted(const std::string& format, PrintfValues& values, unsigned& count);

}  // namespace gramian::machine
