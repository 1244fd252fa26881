// The words of a PTX text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace gramian::ptx {

struct Token {
  enum class Kind : uint8_t {
    kWord,    // a name, an opcode with its modifiers, a directive: all that has no blank in it
    kNumber,  // as written, without its sign
    kString,  // without its quotes
    kMark,    // one character
    kEnd,
  };
  Kind kind = Kind::kEnd;
  std::string_view text;
  uint32_t line = 0;

  bool is(char mark) const { return kind == Kind::kMark && text.front() == mark; }
  bool isWord() const { return kind == Kind::kWord; }
  bool is(std::string_view word) const { return kind == Kind::kWord && text == word; }
};

class Lexer {
 public:
  // `where` names the kernel in messages; empty outside of functions.
  Lexer(std::string_view text, uint32_t line, std::string where);

  const Token& peek() const { return token_; }
  Token next();
  // Consumes the next token if it is this one.
  bool take(char mark);
  bool take(std::string_view word);
  void expect(char mark);
  Token expectWord(const char* what);

  // The text between the braces of which the first was just consumed, unread; goes on behind them.
  std::string_view skipBraces();

  [[noreturn]] void fail(const std::string& what) const;
  [[noreturn]] void failAt(uint32_t line, const std::string& what) const;

 private:
  void skipBlanks();
  void read();

  std::string_view text_;
  size_t at_ = 0;  // behind token_
  uint32_t line_;
  Token token_;
  std::string where_;
};

struct Number {
  bool isFloat = false;
  bool isSingle = false;
  uint64_t bits = 0;  // of a float: of the f64, or of the f32 where isSingle
};

// The value of a number as PTX writes it: 12, 0x1fU, 017, 0b101, 1.5e3, 0f3f800000,
// 0d3ff0000000000000. False where it is none.
bool parseNumber(std::string_view text, Number& number);

}  // namespace gramian::ptx
