#include "ptx/lexer.h"

#include <emmintrin.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstring>

#include "ptx/program.h"

namespace gramian::ptx {

namespace {

enum Class : uint8_t { kOther, kBlank, kLetter, kDigit };

constexpr std::array<Class, 256> kClasses = [] {
  std::array<Class, 256> classes{};
  for (const char c : {' ', '\t', '\r', '\n', '\f', '\v'}) {
    classes[static_cast<uint8_t>(c)] = kBlank;
  }
  for (unsigned c = 'a'; c <= 'z'; ++c) {
    classes[c] = kLetter;
    classes[c - 'a' + 'A'] = kLetter;
  }
  for (const char c : {'_', '$', '%', '.'}) {
    classes[static_cast<uint8_t>(c)] = kLetter;
  }
  for (unsigned c = '0'; c <= '9'; ++c) {
    classes[c] = kDigit;
  }
  return classes;
}();

Class classOf(char c) { return kClasses[static_cast<uint8_t>(c)]; }

bool isWordCharacter(char c) { return classOf(c) >= kLetter; }

bool parseInteger(std::string_view digits, int base, uint64_t& value) {
  const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  return !digits.empty() && result.ec == std::errc() && result.ptr == digits.data() + digits.size();
}

}  // namespace

Lexer::Lexer(std::string_view text, uint32_t line, std::string where)
    : text_(text), line_(line), where_(std::move(where)) {
  read();
}

Token Lexer::next() {
  const Token token = token_;
  read();
  return token;
}

bool Lexer::take(char mark) {
  if (!token_.is(mark)) {
    return false;
  }
  read();
  return true;
}

bool Lexer::take(std::string_view word) {
  if (!token_.is(word)) {
    return false;
  }
  read();
  return true;
}

void Lexer::expect(char mark) {
  if (!take(mark)) {
    fail(std::string("expected '") + mark + "'");
  }
}

Token Lexer::expectWord(const char* what) {
  if (!token_.isWord()) {
    fail(std::string("expected ") + what);
  }
  return next();
}

std::string_view Lexer::skipBraces() {
  // token_ is the first one between the braces: that is where the search begins.
  const size_t begin = token_.kind == Token::Kind::kEnd
                           ? text_.size()
                           : static_cast<size_t>(token_.text.data() - text_.data());
  size_t at = begin;
  line_ = token_.line;
  unsigned depth = 1;
  const auto atMark = [&](size_t i) {
    switch (text_[i]) {
      case '{':
        ++depth;
        return i + 1;
      case '}':
        --depth;
        return i + 1;
      case '\n':
        ++line_;
        return i + 1;
      case '"': {
        const size_t end = text_.find('"', i + 1);
        return end == std::string_view::npos ? text_.size() : end + 1;
      }
      case '/':
        if (text_.substr(i, 2) == "//") {
          return std::min(text_.find('\n', i), text_.size());
        }
        if (text_.substr(i, 2) == "/*") {
          const size_t end = std::min(text_.find("*/", i), text_.size());
          line_ += static_cast<uint32_t>(std::count(text_.begin() + static_cast<long>(i),
                                                    text_.begin() + static_cast<long>(end), '\n'));
          return end;
        }
        return i + 1;
      default:
        return i + 1;
    }
  };
  while (depth != 0 && at < text_.size()) {
    // Sixteen characters at once as long as none of them but ends of lines matters.
    while (at + 16 <= text_.size()) {
      const __m128i c = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text_.data() + at));
      const auto equal = [&](char x) { return _mm_cmpeq_epi8(c, _mm_set1_epi8(x)); };
      const __m128i marks =
          _mm_or_si128(_mm_or_si128(equal('{'), equal('}')), _mm_or_si128(equal('/'), equal('"')));
      const auto found = static_cast<uint32_t>(_mm_movemask_epi8(marks));
      const auto ends = static_cast<uint32_t>(_mm_movemask_epi8(equal('\n')));
      if (found != 0) {
        const int before = std::countr_zero(found);
        line_ += static_cast<uint32_t>(std::popcount(ends & ((1u << before) - 1)));
        at += static_cast<size_t>(before);
        break;
      }
      line_ += static_cast<uint32_t>(std::popcount(ends));
      at += 16;
    }
    if (at < text_.size()) {
      at = atMark(at);
    }
  }
  if (depth != 0) {
    fail("a '{' has no '}'");
  }
  at_ = at;
  const std::string_view inside = text_.substr(begin, at - 1 - begin);
  read();
  return inside;
}

void Lexer::fail(const std::string& what) const {
  const std::string found = token_.kind == Token::Kind::kEnd
                                ? "the end"
                                : "'" + std::string(token_.text.substr(0, 80)) + "'";
  failAt(token_.line, what + " before " + found);
}

void Lexer::failAt(uint32_t line, const std::string& what) const {
  throw Error{(where_.empty() ? "" : where_ + ", ") + "PTX line " + std::to_string(line) + ": " +
              what};
}

void Lexer::skipBlanks() {
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (classOf(c) == kBlank) {
      line_ += c == '\n';
      ++at_;
    } else if (c == '/' && text_.substr(at_, 2) == "//") {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else if (c == '/' && text_.substr(at_, 2) == "/*") {
      const size_t end = text_.find("*/", at_ + 2);
      const size_t behind = end == std::string_view::npos ? text_.size() : end + 2;
      line_ += static_cast<uint32_t>(std::count(text_.begin() + static_cast<long>(at_),
                                                text_.begin() + static_cast<long>(behind), '\n'));
      at_ = behind;
    } else {
      return;
    }
  }
}

void Lexer::read() {
  skipBlanks();
  token_.line = line_;
  if (at_ >= text_.size() || text_[at_] == '\0') {
    token_.kind = Token::Kind::kEnd;
    token_.text = {};
    return;
  }
  const size_t begin = at_;
  const char first = text_[begin];
  size_t end = begin + 1;
  switch (classOf(first)) {
    case kLetter:
      token_.kind = Token::Kind::kWord;
      while (end < text_.size()) {
        if (isWordCharacter(text_[end])) {
          ++end;
        } else if (text_[end] == ':' && end + 2 < text_.size() && text_[end + 1] == ':' &&
                   isWordCharacter(text_[end + 2])) {
          end += 2;
        } else {
          break;
        }
      }
      break;
    case kDigit: {
      token_.kind = Token::Kind::kNumber;
      const char kind = end < text_.size() ? text_[end] : ' ';
      const bool isDecimal = classOf(kind) == kDigit || kind == '.' || kind == 'e' || kind == 'E';
      while (end < text_.size() && (isWordCharacter(text_[end]) ||
                                    (isDecimal && (text_[end] == '+' || text_[end] == '-') &&
                                     (text_[end - 1] == 'e' || text_[end - 1] == 'E')))) {
        ++end;
      }
      break;
    }
    default:
      if (first == '"') {
        const size_t close = std::min(text_.find('"', end), text_.size());
        token_ = {Token::Kind::kString, text_.substr(end, close - end), line_};
        at_ = std::min(close + 1, text_.size());
        return;
      }
      token_.kind = Token::Kind::kMark;
  }
  token_.text = text_.substr(begin, end - begin);
  at_ = end;
}

bool parseNumber(std::string_view text, Number& number) {
  number = {};
  const char kind = text.size() > 1 && text[0] == '0' ? text[1] : ' ';
  if (kind == 'f' || kind == 'F' || kind == 'd' || kind == 'D') {
    number.isFloat = true;
    number.isSingle = kind == 'f' || kind == 'F';
    return text.size() == (number.isSingle ? 10u : 18u) &&
           parseInteger(text.substr(2), 16, number.bits);
  }
  const bool isHex = kind == 'x' || kind == 'X';
  if (!isHex && text.find_first_of(".eE") != std::string_view::npos) {
    double value = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    number.isFloat = true;
    number.bits = std::bit_cast<uint64_t>(value);
    return result.ec == std::errc() && result.ptr == text.data() + text.size();
  }
  if (!text.empty() && (text.back() == 'U' || text.back() == 'u')) {
    text.remove_suffix(1);
  }
  if (isHex) {
    return parseInteger(text.substr(2), 16, number.bits);
  }
  if (kind == 'b' || kind == 'B') {
    return parseInteger(text.substr(2), 2, number.bits);
  }
  if (text.size() > 1 && text[0] == '0') {
    return parseInteger(text.substr(1), 8, number.bits);
  }
  return parseInteger(text, 10, number.bits);
}

}  // namespace gramian::ptx
