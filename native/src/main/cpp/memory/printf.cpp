#include "memory/printf.h"

#include <array>
#include <bit>
#include <cstdio>

namespace gramian::machine {

namespace {

template <typename T>
std::string print(const std::string& conversion, T value) {
  std::array<char, 512> buffer;
  const int length = std::snprintf(buffer.data(), buffer.size(), conversion.c_str(), value);
  if (length < static_cast<int>(buffer.size())) {
    return {buffer.data(), length > 0 ? static_cast<size_t>(length) : 0};
  }
  std::string text(static_cast<size_t>(length), '\0');
  std::snprintf(text.data(), text.size() + 1, conversion.c_str(), value);
  return text;
}

}  // namespace

std::string formatted(const std::string& format, PrintfValues& values, unsigned& count) {
  std::string out;
  count = 0;
  for (size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') {
      out += format[i];
      continue;
    }
    // Flags, width and precision, and then the value's size, which decides how it lies in memory.
    const size_t begin = i++;
    std::string conversion = "%";
    for (;
         i < format.size() && std::string("-+ #0123456789.*").find(format[i]) != std::string::npos;
         ++i) {
      if (format[i] == '*') {
        conversion += std::to_string(static_cast<int>(values.next(4)));
      } else {
        conversion += format[i];
      }
    }
    bool isLong = false;
    for (; i < format.size() && std::string("hljztL").find(format[i]) != std::string::npos; ++i) {
      isLong = isLong || std::string("ljzt").find(format[i]) != std::string::npos;
    }
    const char kind = i < format.size() ? format[i] : '\0';
    switch (kind) {
      case '%':
        out += '%';
        continue;
      case 'd':
      case 'i':
        out += isLong ? print(conversion + "lld", static_cast<long long>(values.next(8)))
                      : print(conversion + "d", static_cast<int>(values.next(4)));
        break;
      case 'u':
      case 'x':
      case 'X':
      case 'o':
        out += isLong ? print(conversion + "ll" + kind,
                              static_cast<unsigned long long>(values.next(8)))
                      : print(conversion + kind, static_cast<unsigned>(values.next(4)));
        break;
      case 'c':
        out += print(conversion + "c", static_cast<int>(values.next(4)));
        break;
      case 'p':
        out += print(conversion + "p", reinterpret_cast<void*>(values.next(8)));
        break;
      case 's':
        out += print(conversion + "s", values.text(values.next(8)).c_str());
        break;
      case 'e':
      case 'E':
      case 'f':
      case 'F':
      case 'g':
      case 'G':
      case 'a':
      case 'A':
        out += print(conversion + kind, std::bit_cast<double>(values.next(8)));
        break;
      default:
        out += format.substr(begin, i + 1 - begin);
        continue;
    }
    ++count;
  }
  return out;
}

}  // namespace gramian::machine
