// The body of a function: its registers, variables, labels and instructions.
#include <algorithm>
#include <charconv>
#include <map>
#include <tuple>

#include "ptx/declarations.h"
#include "ptx/lexer.h"
#include "ptx/program.h"

namespace gramian::ptx {

namespace {

class BodyParser {
 public:
  BodyParser(Module& module, Function& function)
      : module_(module),
        function_(function),
        lexer_(function.body, function.bodyLine,
               (function.isEntry ? "kernel " : "function ") + std::string(function.name)) {
    Scope& outermost = scopes_.emplace_back();
    for (uint32_t i = 0; i < function.registers.size(); ++i) {
      outermost.registers.emplace(function.registers[i].name, i);
    }
    function.sourceLines.emplace_back();
  }

  void run() {
    while (lexer_.peek().kind != Token::Kind::kEnd) {
      statement();
    }
    if (scope_ != 0) {
      lexer_.fail("a '{' has no '}'");
    }
    resolveLabels();
  }

 private:
  // .reg .b32 %r<9> declares %r0 to %r8.
  struct Range {
    std::string_view prefix;
    uint32_t first;
    uint32_t count;
  };

  struct Scope {
    uint32_t outer = 0;
    std::vector<Range> ranges;
    std::unordered_map<std::string_view, uint32_t> registers;
    std::unordered_map<std::string_view, uint32_t> variables;
    std::unordered_map<std::string_view, uint32_t> labels;
  };

  struct LabelUse {
    uint32_t instruction;
    uint32_t operand;
    uint32_t scope;
  };

  // ---- statements

  void statement() {
    const Token& token = lexer_.peek();
    if (token.is('@')) {
      guardedInstruction();
    } else if (token.is('{')) {
      lexer_.next();
      scopes_.emplace_back().outer = scope_;
      outerScopes_.push_back(scope_);
      scope_ = static_cast<uint32_t>(scopes_.size() - 1);
    } else if (token.is('}')) {
      if (outerScopes_.empty()) {
        lexer_.fail("expected an instruction");
      }
      scope_ = outerScopes_.back();
      outerScopes_.pop_back();
      lexer_.next();
    } else if (token.is(';')) {
      lexer_.next();
    } else if (!token.isWord()) {
      lexer_.fail("expected an instruction");
    } else if (token.text.front() == '.') {
      directive();
    } else {
      const Token word = lexer_.next();
      if (lexer_.take(':')) {
        label(word);
      } else {
        instruction(word, Instruction::kNoGuard, false);
      }
    }
  }

  void directive() {
    Space space;
    if (lexer_.take(".loc")) {
      location();
    } else if (lexer_.take(".reg")) {
      registers();
    } else if (takeSpace(lexer_, space)) {
      do {
        Variable variable = parseVariable(lexer_, space);
        function_.variables.push_back(std::move(variable));
        scopes_[scope_].variables[function_.variables.back().name] =
            static_cast<uint32_t>(function_.variables.size() - 1);
      } while (lexer_.take(','));
      lexer_.expect(';');
    } else if (lexer_.take(".pragma")) {
      do {
        lexer_.next();
      } while (lexer_.take(','));
      lexer_.expect(';');
    } else if (lexer_.take(".maxnreg") || lexer_.take(".maxntid") || lexer_.take(".minnctapersm")) {
      uint32_t numbers[3];
      parseDimensions(lexer_, numbers);
    } else {
      lexer_.fail("this device does not know what is declared here,");
    }
  }

  void registers() {
    const Token token = lexer_.expectWord("the type of a register");
    const std::optional<Type> type =
        token.text.front() == '.' ? typeOf(token.text.substr(1)) : std::nullopt;
    if (!type) {
      lexer_.failAt(token.line,
                    "registers of type '" + std::string(token.text) + "' are not known");
    }
    do {
      const Token name = lexer_.expectWord("the name of a register");
      uint32_t count = 1;
      const auto first = static_cast<uint32_t>(function_.registers.size());
      if (lexer_.take('<')) {
        const Number number = parseSigned(lexer_);
        lexer_.expect('>');
        if (number.bits > 1 << 24) {
          lexer_.failAt(name.line, "too many registers");
        }
        count = static_cast<uint32_t>(number.bits);
        scopes_[scope_].ranges.push_back({name.text, first, count});
        function_.registers.resize(first + count, {{}, *type});
      } else {
        scopes_[scope_].registers[name.text] = first;
        function_.registers.push_back({name.text, *type});
      }
    } while (lexer_.take(','));
    lexer_.expect(';');
  }

  void label(const Token& name) {
    if (lexer_.take(".branchtargets")) {
      std::vector<std::string_view>& targets = function_.branchTargets[name.text];
      do {
        targets.push_back(lexer_.expectWord("a label").text);
      } while (lexer_.take(','));
      lexer_.expect(';');
      return;
    }
    if (lexer_.peek().is(".callprototype") || lexer_.peek().is(".calltargets")) {
      while (!lexer_.take(';')) {
        if (lexer_.peek().kind == Token::Kind::kEnd) {
          lexer_.fail("expected ';'");
        }
        lexer_.next();
      }
      return;
    }
    scopes_[scope_].labels[name.text] = static_cast<uint32_t>(function_.labels.size());
    function_.labels.push_back({name.text, static_cast<uint32_t>(function_.instructions.size())});
  }

  // ---- .loc

  void location() {
    const auto number = [&] { return static_cast<uint32_t>(parseSigned(lexer_).bits); };
    SourceLine line;
    line.file = number();
    line.line = number();
    const uint32_t column = number();
    while (lexer_.take(',')) {
      if (lexer_.take("function_name")) {
        const Token label = lexer_.expectWord("the label of a name");
        parseOffset(lexer_);
        line.function = module_.sourceName(label.text);
      } else if (lexer_.take("inlined_at")) {
        const uint32_t file = number();
        const uint32_t at = number();
        line.inlinedAt = placeOf({file, at, number()});
      } else {
        lexer_.fail("expected function_name or inlined_at");
      }
    }
    if (line.line == 0) {
      return;  // code of no line belongs to what is around it
    }
    sourceLine_ = indexOf(line);
    latest_[{line.file, line.line, column}] = sourceLine_;
  }

  uint32_t indexOf(const SourceLine& line) {
    const auto [found, isNew] =
        sourceLines_.try_emplace({line.file, line.line, line.inlinedAt, line.function.data()},
                                 static_cast<uint32_t>(function_.sourceLines.size()));
    if (isNew) {
      function_.sourceLines.push_back(line);
    }
    return found->second;
  }

  // The call that code was inlined at has had a .loc of its own before.
  uint32_t placeOf(const std::tuple<uint32_t, uint32_t, uint32_t>& place) {
    const auto found = latest_.find(place);
    if (found != latest_.end()) {
      return found->second;
    }
    return indexOf({std::get<0>(place), std::get<1>(place), {}, 0});
  }

  // ---- instructions

  void guardedInstruction() {
    lexer_.expect('@');
    const bool isNegated = lexer_.take('!');
    const Token name = lexer_.expectWord("a predicate");
    uint32_t guard;
    if (!findRegister(name.text, guard) || function_.registers[guard].type != Type::kPred) {
      lexer_.failAt(name.line, "'" + std::string(name.text) + "' is no predicate");
    }
    instruction(lexer_.expectWord("an instruction"), guard, isNegated);
  }

  void instruction(const Token& name, uint32_t guard, bool guardNegated) {
    const auto number = static_cast<uint32_t>(function_.instructions.size());
    Instruction& i = function_.instructions.emplace_back();
    i.name = name.text;
    i.guard = guard;
    i.guardNegated = guardNegated;
    i.textLine = name.line;
    i.sourceLine = sourceLine_;
    i.scope = scope_;
    if (name.text.starts_with("call") && (name.text.size() == 4 || name.text[4] == '.')) {
      call(i);
    } else if (!lexer_.peek().is(';')) {
      i.operands.reserve(4);
      do {
        i.operands.push_back(operand());
        if (lexer_.take('|')) {
          i.operands.push_back(operand());
          i.hasPairedDestination = true;
        }
      } while (lexer_.take(','));
    }
    if (!lexer_.peek().is(';')) {
      lexer_.fail("expected ';' after '" + std::string(name.text) + "'");
    }
    const bool isBranch = name.text == "bra" || name.text == "bra.uni";
    if (isBranch && i.operands.size() == 1 && i.operands[0].kind == Operand::Kind::kSymbol) {
      i.operands[0].kind = Operand::Kind::kLabel;
      labelUses_.push_back({number, 0, scope_});
    }
    lexer_.next();
  }

  void call(Instruction& i) {
    i.operands.resize(3);
    i.operands[0].kind = Operand::Kind::kVector;
    i.operands[2].kind = Operand::Kind::kVector;
    if (lexer_.peek().is('(')) {
      i.operands[0].parts = list('(', ')');
      lexer_.expect(',');
    }
    i.operands[1] = operand();
    if (lexer_.take(',')) {
      if (lexer_.peek().is('(')) {
        i.operands[2].parts = list('(', ')');
        if (lexer_.take(',')) {
          lexer_.next();  // the prototype: the arguments' variables say as much
        }
      } else {
        lexer_.next();
      }
    }
  }

  std::vector<Operand> list(char open, char close) {
    std::vector<Operand> parts;
    lexer_.expect(open);
    if (!lexer_.take(close)) {
      do {
        parts.push_back(operand());
      } while (lexer_.take(','));
      lexer_.expect(close);
    }
    return parts;
  }

  // ---- operands

  Operand operand() {
    Operand o;
    const Token& token = lexer_.peek();
    if (token.isWord()) {
      word(o, lexer_.next());
      if (o.kind == Operand::Kind::kSymbol) {
        o.offset = parseOffset(lexer_);
      }
    } else if (token.is('[')) {
      address(o);
    } else if (token.is('{')) {
      o.kind = Operand::Kind::kVector;
      o.parts = list('{', '}');
    } else if (token.is('!')) {
      lexer_.next();
      word(o, lexer_.expectWord("a predicate"));
      if (o.kind != Operand::Kind::kRegister) {
        lexer_.fail("expected a predicate after '!'");
      }
      o.kind = Operand::Kind::kPredicate;
      o.negated = true;
    } else if (token.is('(')) {  // (3), as macros leave it
      lexer_.next();
      o = operand();
      lexer_.expect(')');
    } else {
      const Number number = parseSigned(lexer_);
      o.kind = number.isFloat ? Operand::Kind::kFloat : Operand::Kind::kInteger;
      o.isSingle = number.isSingle;
      o.bits = number.bits;
    }
    return o;
  }

  void word(Operand& o, const Token& token) {
    if (token.text == "_") {
      o.kind = Operand::Kind::kSink;
    } else if (findRegister(token.text, o.index)) {
      o.kind = Operand::Kind::kRegister;
      Register& r = function_.registers[o.index];
      if (r.name.empty()) {
        r.name = token.text;
      }
    } else if (token.text.front() == '%') {
      o.kind = Operand::Kind::kSpecial;
      o.text = token.text;
    } else if (token.text == "WARP_SZ") {
      o.kind = Operand::Kind::kInteger;
      o.bits = 32;
    } else {
      symbol(o, token);
      o.kind = Operand::Kind::kSymbol;
    }
  }

  void symbol(Operand& o, const Token& token) {
    o.text = token.text;
    for (uint32_t scope = scope_;; scope = scopes_[scope].outer) {
      const auto found = scopes_[scope].variables.find(token.text);
      if (found != scopes_[scope].variables.end()) {
        o.index = found->second + 1;
        return;
      }
      if (scope == 0) {
        return;
      }
    }
  }

  void address(Operand& o) {
    lexer_.expect('[');
    o.kind = Operand::Kind::kAddress;
    if (lexer_.peek().isWord()) {
      const Token token = lexer_.next();
      o.hasRegister = findRegister(token.text, o.index);
      if (!o.hasRegister) {
        symbol(o, token);
      }
      o.offset = parseOffset(lexer_);
    } else {
      const Number number = parseSigned(lexer_);
      o.offset = static_cast<int64_t>(number.bits) + parseOffset(lexer_);
    }
    while (lexer_.take(',')) {
      Operand part = operand();
      if (part.kind == Operand::Kind::kVector) {
        o.parts.insert(o.parts.end(), part.parts.begin(), part.parts.end());
      } else {
        o.parts.push_back(std::move(part));
      }
    }
    lexer_.expect(']');
  }

  bool findRegister(std::string_view name, uint32_t& index) const {
    size_t digits = name.size();
    while (digits > 0 && name[digits - 1] >= '0' && name[digits - 1] <= '9') {
      --digits;
    }
    uint32_t number = 0;
    const bool isNumbered =
        digits < name.size() && (name[digits] != '0' || digits + 1 == name.size()) &&
        std::from_chars(name.data() + digits, name.data() + name.size(), number).ec == std::errc();
    for (uint32_t scope = scope_;; scope = scopes_[scope].outer) {
      const Scope& s = scopes_[scope];
      if (isNumbered) {
        for (const Range& range : s.ranges) {
          if (number < range.count && range.prefix == name.substr(0, digits)) {
            index = range.first + number;
            return true;
          }
        }
      }
      if (!s.registers.empty()) {
        const auto found = s.registers.find(name);
        if (found != s.registers.end()) {
          index = found->second;
          return true;
        }
      }
      if (scope == 0) {
        return false;
      }
    }
  }

  void resolveLabels() {
    for (const LabelUse& use : labelUses_) {
      Operand& operand = function_.instructions[use.instruction].operands[use.operand];
      for (uint32_t scope = use.scope;; scope = scopes_[scope].outer) {
        const auto found = scopes_[scope].labels.find(operand.text);
        if (found != scopes_[scope].labels.end()) {
          operand.index = found->second;
          break;
        }
        if (scope == 0) {
          lexer_.failAt(function_.instructions[use.instruction].textLine,
                        "there is no label '" + std::string(operand.text) + "'");
        }
      }
    }
  }

  Module& module_;
  Function& function_;
  Lexer lexer_;
  std::vector<Scope> scopes_;
  std::vector<uint32_t> outerScopes_;
  uint32_t scope_ = 0;
  std::vector<LabelUse> labelUses_;
  uint32_t sourceLine_ = 0;
  std::map<std::tuple<uint32_t, uint32_t, uint32_t, const char*>, uint32_t> sourceLines_;
  std::map<std::tuple<uint32_t, uint32_t, uint32_t>, uint32_t> latest_;
};

}  // namespace

void Module::parseBody(Function& function) {
  if (!function.isParsed && !function.isDeclaration) {
    BodyParser(*this, function).run();
    function.isParsed = true;
  }
}

}  // namespace gramian::ptx
