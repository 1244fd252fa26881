#include "ptx/declarations.h"

#include <bit>
#include <cstring>

namespace gramian::ptx {

namespace {

constexpr uint64_t kMaxVariableBytes = uint64_t{1} << 31;

std::optional<Type> takeType(Lexer& lexer) {
  const Token& token = lexer.peek();
  if (!token.isWord() || !token.text.starts_with('.')) {
    return std::nullopt;
  }
  const std::optional<Type> type = typeOf(token.text.substr(1));
  if (type) {
    lexer.next();
  }
  return type;
}

uint64_t parseCount(Lexer& lexer) {
  const Number number = parseSigned(lexer);
  if (number.isFloat) {
    lexer.fail("expected an integer");
  }
  return number.bits;
}

class Initializer {
 public:
  Initializer(Lexer& lexer, Variable& variable) : lexer_(lexer), variable_(variable) {}

  void run() {
    const bool isUnsized = variable_.elements == 0;
    element();
    if (isUnsized) {
      variable_.elements = next_;
    }
    if (next_ > variable_.elements) {
      lexer_.fail("variable '" + std::string(variable_.name) +
                  "' has more initial values than elements");
    }
    variable_.initial.resize(variable_.bytes());
  }

 private:
  void element() {
    if (lexer_.take('{')) {
      if (!lexer_.take('}')) {
        do {
          element();
        } while (lexer_.take(','));
        lexer_.expect('}');
      }
      return;
    }
    const uint64_t bytes = bytesOf(variable_.type);
    const uint64_t at = next_++ * bytes;
    if (at + bytes > kMaxVariableBytes) {
      lexer_.fail("a variable of more than 2 GiB");
    }
    variable_.initial.resize(at + bytes);
    if (lexer_.peek().isWord()) {
      relocation(at, bytes, 0);
      return;
    }
    const Number number = parseSigned(lexer_);
    if (lexer_.peek().is('(')) {  // a part of an address: 0xff00(symbol)
      lexer_.next();
      relocation(at, bytes,
                 static_cast<uint32_t>(std::countr_zero(number.bits | uint64_t{1} << 56)));
      lexer_.expect(')');
      return;
    }
    uint64_t bits = number.bits;
    if (isFloat(variable_.type) && bytes == 4 && number.isFloat && !number.isSingle) {
      bits = std::bit_cast<uint32_t>(static_cast<float>(std::bit_cast<double>(bits)));
    } else if (isFloat(variable_.type) && bytes == 8 && number.isFloat && number.isSingle) {
      bits = std::bit_cast<uint64_t>(
          static_cast<double>(std::bit_cast<float>(static_cast<uint32_t>(bits))));
    }
    std::memcpy(variable_.initial.data() + at, &bits, std::min<uint64_t>(bytes, 8));
  }

  void relocation(uint64_t at, uint64_t bytes, uint32_t shift) {
    const Token name = lexer_.expectWord("the name of a variable or function");
    Variable::Relocation relocation{at, name.text, 0, false, static_cast<uint32_t>(bytes), shift};
    if (name.text == "generic") {
      lexer_.expect('(');
      relocation.generic = true;
      relocation.symbol = lexer_.expectWord("the name of a variable").text;
      relocation.addend += parseOffset(lexer_);
      lexer_.expect(')');
    }
    relocation.addend += parseOffset(lexer_);
    variable_.relocations.push_back(relocation);
  }

  Lexer& lexer_;
  Variable& variable_;
  uint64_t next_ = 0;
};

}  // namespace

bool takeSpace(Lexer& lexer, Space& space) {
  static constexpr std::pair<std::string_view, Space> kSpaces[] = {
      {".global", Space::kGlobal}, {".shared", Space::kShared}, {".local", Space::kLocal},
      {".const", Space::kConst},   {".param", Space::kParam},
  };
  for (const auto& [name, of] : kSpaces) {
    if (lexer.take(name)) {
      space = of;
      return true;
    }
  }
  return false;
}

Variable parseVariable(Lexer& lexer, Space space) {
  Variable variable;
  variable.space = space;
  uint64_t vector = 1;
  for (;;) {
    if (lexer.take(".align")) {
      const uint64_t align = parseCount(lexer);
      if (!std::has_single_bit(align) || align > 1 << 20) {
        lexer.fail("an alignment is a power of two");
      }
      // That of a pointer's target comes after the type.
      if (variable.type == Type::kNone) {
        variable.align = static_cast<uint32_t>(align);
      }
    } else if (lexer.take(".v2")) {
      vector = 2;
    } else if (lexer.take(".v4")) {
      vector = 4;
    } else if (lexer.take(".attribute")) {
      lexer.expect('(');
      while (!lexer.take(')')) {
        lexer.next();
      }
    } else if (const std::optional<Type> type = takeType(lexer)) {
      variable.type = *type;
    } else if (lexer.take(".ptr") || lexer.take(".global") || lexer.take(".const") ||
               lexer.take(".shared") || lexer.take(".local") || lexer.take(".space")) {
      continue;  // what a pointer in a parameter points to
    } else {
      break;
    }
  }
  if (variable.type == Type::kNone) {
    lexer.fail("expected the type of a variable");
  }
  variable.name = lexer.expectWord("the name of a variable").text;
  variable.elements = vector;
  while (lexer.take('[')) {
    variable.elements *= lexer.peek().is(']') ? 0 : parseCount(lexer);
    if (variable.elements * bytesOf(variable.type) > kMaxVariableBytes) {
      lexer.fail("a variable of more than 2 GiB");
    }
    lexer.expect(']');
  }
  if (variable.align == 0) {
    variable.align = static_cast<uint32_t>(vector * bytesOf(variable.type));
  }
  if (lexer.take('=')) {
    Initializer(lexer, variable).run();
  }
  return variable;
}

unsigned parseDimensions(Lexer& lexer, uint32_t* dimensions) {
  unsigned count = 0;
  do {
    if (count == 3) {
      lexer.fail("expected at most three numbers");
    }
    dimensions[count++] = static_cast<uint32_t>(parseCount(lexer));
  } while (lexer.take(','));
  for (unsigned i = count; i < 3; ++i) {
    dimensions[i] = 1;
  }
  return count;
}

Number parseSigned(Lexer& lexer) {
  bool isNegative = false;
  while (lexer.peek().is('-') || lexer.peek().is('+')) {
    isNegative ^= lexer.next().is('-');
  }
  Number number;
  if (lexer.peek().kind != Token::Kind::kNumber || !parseNumber(lexer.peek().text, number)) {
    lexer.fail("expected a number");
  }
  lexer.next();
  if (isNegative) {
    if (number.isFloat) {
      number.bits ^= uint64_t{1} << (number.isSingle ? 31 : 63);
    } else {
      number.bits = ~number.bits + 1;
    }
  }
  return number;
}

int64_t parseOffset(Lexer& lexer) {
  int64_t offset = 0;
  while (lexer.peek().is('+') || lexer.peek().is('-')) {
    const Number number = parseSigned(lexer);
    if (number.isFloat) {
      lexer.fail("expected an integer");
    }
    offset += static_cast<int64_t>(number.bits);
  }
  return offset;
}

}  // namespace gramian::ptx
