// What stands outside of the bodies of functions.
#include <cxxabi.h>

#include <cstdlib>

#include "ptx/declarations.h"
#include "ptx/lexer.h"
#include "ptx/program.h"

namespace gramian::ptx {

class ModuleParser {
 public:
  explicit ModuleParser(Module& module) : module_(module), lexer_(module.text_, 1, "") {}

  void run() {
    header();
    while (lexer_.peek().kind != Token::Kind::kEnd) {
      declaration();
    }
  }

 private:
  void header() {
    if (!lexer_.take(".version")) {
      lexer_.fail("this is no PTX: expected '.version'");
    }
    const std::string version(lexer_.next().text);
    char* end = nullptr;
    module_.versionMajor = static_cast<unsigned>(std::strtoul(version.c_str(), &end, 10));
    module_.versionMinor =
        *end == '.' ? static_cast<unsigned>(std::strtoul(end + 1, nullptr, 10)) : 0;
    if (!lexer_.take(".target")) {
      lexer_.fail("expected '.target'");
    }
    module_.target = lexer_.expectWord("the name of a target").text;
    if (module_.target.starts_with("sm_")) {
      module_.arch =
          static_cast<unsigned>(std::strtoul(module_.target.substr(3).data(), nullptr, 10));
    }
    if (module_.arch == 0) {
      lexer_.fail("'" + std::string(module_.target) + "' is no target");
    }
    while (lexer_.take(',')) {
      lexer_.expectWord("an option of the target");
    }
    if (lexer_.take(".address_size") && lexer_.next().text != "64") {
      lexer_.fail("addresses have 64 bits on this device");
    }
  }

  void declaration() {
    bool isExtern = false;
    for (;;) {
      if (lexer_.take(".extern")) {
        isExtern = true;
      } else if (!lexer_.take(".visible") && !lexer_.take(".weak") && !lexer_.take(".common")) {
        break;
      }
    }
    Space space;
    if (lexer_.take(".entry")) {
      function(true);
    } else if (lexer_.take(".func")) {
      function(false);
    } else if (takeSpace(lexer_, space)) {
      Variable variable = parseVariable(lexer_, space);
      variable.isExtern = isExtern;
      lexer_.expect(';');
      module_.variables.push_back(std::move(variable));
    } else if (lexer_.take(".file")) {
      file();
    } else if (lexer_.take(".section")) {
      const std::string_view name = lexer_.next().text;
      lexer_.expect('{');
      const std::string_view content = lexer_.skipBraces();
      if (name == ".debug_str") {
        module_.debugStrings_ = content;
      }
    } else if (lexer_.take(".pragma")) {
      lexer_.next();
      lexer_.expect(';');
    } else if (!lexer_.take(';')) {
      lexer_.fail("this device does not know what is declared here,");
    }
  }

  void file() {
    const Number number = parseSigned(lexer_);
    if (lexer_.peek().kind != Token::Kind::kString || number.bits > 1 << 20) {
      lexer_.fail("expected the number and the name of a file");
    }
    if (module_.files.size() <= number.bits) {
      module_.files.resize(number.bits + 1);
    }
    module_.files[number.bits] = std::string(lexer_.next().text);
    while (lexer_.take(',')) {  // its time and size
      lexer_.next();
    }
  }

  void parameters(Function& function, std::vector<Variable>& variables,
                  std::vector<uint32_t>& registers) {
    lexer_.expect('(');
    if (lexer_.take(')')) {
      return;
    }
    do {
      if (lexer_.take(".reg")) {
        const Variable variable = parseVariable(lexer_, Space::kParam);
        registers.push_back(static_cast<uint32_t>(function.registers.size()));
        function.registers.push_back({variable.name, variable.type});
      } else if (lexer_.take(".param")) {
        variables.push_back(parseVariable(lexer_, Space::kParam));
      } else {
        lexer_.fail("expected a parameter");
      }
    } while (lexer_.take(','));
    lexer_.expect(')');
  }

  void function(bool isEntry) {
    Function function;
    function.isEntry = isEntry;
    if (lexer_.take(".attribute")) {
      lexer_.expect('(');
      while (!lexer_.take(')')) {
        lexer_.next();
      }
    }
    if (lexer_.peek().is('(')) {
      parameters(function, function.results, function.resultRegisters);
    }
    function.name = lexer_.expectWord("the name of a function").text;
    if (lexer_.peek().is('(')) {
      parameters(function, function.parameters, function.parameterRegisters);
    }
    for (;;) {
      uint32_t numbers[3];
      if (lexer_.take(".maxntid")) {
        parseDimensions(lexer_, numbers);
        function.maxThreads = numbers[0] * numbers[1] * numbers[2];
      } else if (lexer_.take(".reqntid")) {
        parseDimensions(lexer_, function.requiredThreads);
      } else if (lexer_.take(".reqnctapercluster")) {
        parseDimensions(lexer_, function.clusterSize);
      } else if (lexer_.take(".explicitcluster")) {
        function.explicitCluster = true;
      } else if (lexer_.take(".minnctapersm") || lexer_.take(".maxnctapersm") ||
                 lexer_.take(".maxnreg") || lexer_.take(".maxclusterrank")) {
        parseDimensions(lexer_, numbers);
      } else if (lexer_.take(".pragma")) {
        lexer_.next();
        lexer_.expect(';');
      } else if (!lexer_.take(".noreturn") && !lexer_.take(".blocksareclusters") &&
                 !lexer_.take(".abi_preserve")) {
        break;
      }
    }
    function.bodyLine = lexer_.peek().line;
    if (lexer_.take('{')) {
      function.bodyLine = lexer_.peek().line;
      function.body = lexer_.skipBraces();
    } else {
      lexer_.expect(';');
      function.isDeclaration = true;
    }
    module_.functions.push_back(std::move(function));
  }

  Module& module_;
  Lexer lexer_;
};

namespace {

// The characters of a list of bytes up to the zero: ".b8 95,90\n.b8 78,0".
std::string bytesOfDebugString(std::string_view text) {
  std::string characters;
  Lexer lexer(text, 0, "");
  for (;;) {
    if (lexer.peek().kind == Token::Kind::kNumber) {
      const uint64_t c = parseSigned(lexer).bits;
      if (c == 0) {
        return characters;
      }
      characters.push_back(static_cast<char>(c));
    } else if (!lexer.take(',') && !lexer.take(".b8")) {
      return characters;
    }
  }
}

// "void gramian::f<float>(float const*)" as "gramian::f".
std::string withoutArguments(const std::string& name) {
  std::string kept;
  int depth = 0;
  for (size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if (name.compare(i, 8, "operator") == 0) {
      return name;
    }
    if (c == '(' && name.compare(i, 21, "(anonymous namespace)") == 0) {
      kept += depth == 0 ? "(anonymous namespace)" : "";
      i += 20;
    } else if (c == '(' && depth == 0) {
      break;
    } else if (c == '<' || c == '(') {
      ++depth;
    } else if (c == '>' || c == ')') {
      --depth;
    } else if (depth == 0) {
      if (c == ' ') {
        kept.clear();  // that was the type of its result
      } else {
        kept += c;
      }
    }
  }
  return kept.empty() ? name : kept;
}

}  // namespace

std::unique_ptr<Module> Module::parse(std::string text) {
  auto module = std::make_unique<Module>();
  module->text_ = std::move(text);
  ModuleParser(*module).run();
  module->index();
  return module;
}

void Module::index() {
  for (size_t i = 0; i < functions.size(); ++i) {
    const auto [at, isNew] = functionsByName_.emplace(functions[i].name, i);
    if (!isNew && functions[at->second].isDeclaration) {
      at->second = i;
    }
  }
  for (size_t i = 0; i < variables.size(); ++i) {
    const auto [at, isNew] = variablesByName_.emplace(variables[i].name, i);
    if (!isNew && variables[at->second].isExtern) {
      at->second = i;
    }
  }
}

Function* Module::find(std::string_view name) {
  const auto found = functionsByName_.find(name);
  return found == functionsByName_.end() ? nullptr : &functions[found->second];
}

const Variable* Module::findVariable(std::string_view name) const {
  const auto found = variablesByName_.find(name);
  return found == variablesByName_.end() ? nullptr : &variables[found->second];
}

std::string_view Module::sourceName(std::string_view label) {
  if (debugStringsByLabel_.empty()) {
    for (size_t colon = 0; (colon = debugStrings_.find(':', colon)) != std::string_view::npos;
         ++colon) {
      const size_t begin = debugStrings_.find_last_of(" \t\r\n", colon) + 1;  // 0 of npos
      debugStringsByLabel_.emplace(debugStrings_.substr(begin, colon - begin),
                                   debugStrings_.substr(colon + 1));
    }
  }
  const auto [name, isNew] = sourceNames_.try_emplace(label, label);
  const auto found = debugStringsByLabel_.find(label);
  if (isNew && found != debugStringsByLabel_.end()) {
    const std::string mangled = bytesOfDebugString(found->second);
    int status = 0;
    char* plain = abi::__cxa_demangle(mangled.c_str(), nullptr, nullptr, &status);
    name->second = plain != nullptr ? withoutArguments(plain) : mangled;
    std::free(plain);
  }
  return name->second;
}

}  // namespace gramian::ptx
