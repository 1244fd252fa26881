// A PTX module as its text says it: variables, functions and their instructions, before anything is
// decided about how they execute. Views point into the module's text, which the module keeps.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "ptx/type.h"

namespace gramian::ptx {

// A place in the kernel's source, from .loc. Where code was inlined, `inlinedAt` is the call.
struct SourceLine {
  uint32_t file = 0;  // of Module::files; 0 where the text has none
  uint32_t line = 0;
  std::string_view function;  // the inlined one
  uint32_t inlinedAt = 0;     // of Function::sourceLines; 0 is none
};

struct Register {
  std::string_view name;
  Type type = Type::kNone;
};

struct Variable {
  std::string_view name;
  Space space = Space::kGlobal;
  Type type = Type::kNone;  // of one element
  uint32_t align = 0;
  uint64_t elements = 1;
  bool isExtern = false;  // of shared memory: the dynamic part
  // A value that holds the address of another variable, or of a byte of it.
  struct Relocation {
    uint64_t offset;
    std::string_view symbol;
    int64_t addend;
    bool generic;  // generic(symbol)
    uint32_t bytes;
    uint32_t shift = 0;  // of a part of the address: 0xff00(symbol) is byte 1
  };
  std::vector<uint8_t> initial;  // empty or bytes() long
  std::vector<Relocation> relocations;

  uint64_t bytes() const { return elements * bytesOf(type); }
};

struct Operand {
  enum class Kind : uint8_t {
    kRegister,   // index
    kSpecial,    // text: "%tid.x"
    kInteger,    // bits
    kFloat,      // bits, of an f64; or of an f32 where isSingle
    kSymbol,     // text, offset: a variable, function or parameter
    kAddress,    // [text or register `index` + offset]
    kLabel,      // index: of Function::labels
    kVector,     // parts
    kSink,       // _
    kPredicate,  // index, negated: !%p
  };

  Kind kind = Kind::kSink;
  bool isSingle = false;
  bool negated = false;
  bool hasRegister = false;  // of kAddress
  uint32_t index =
      0;  // of a symbol: 1 + that of Function::variables, or 0 where it is none of them
  uint64_t bits = 0;
  int64_t offset = 0;
  std::string_view text;
  std::vector<Operand> parts;  // of kVector; of kAddress with coordinates: what follows the comma
};

struct Instruction {
  std::string_view name;  // as written: "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32"
  // A call's are: a vector of results, the function, a vector of arguments.
  std::vector<Operand> operands;
  // shfl and setp have a second destination after a bar: d|p. It follows the first in `operands`.
  bool hasPairedDestination = false;
  uint32_t guard = kNoGuard;  // a predicate register
  bool guardNegated = false;
  uint32_t textLine = 0;    // in the PTX text
  uint32_t sourceLine = 0;  // of Function::sourceLines
  uint32_t scope = 0;       // innermost { } that it stands in, for messages only

  static constexpr uint32_t kNoGuard = 0xffffffff;
};

struct Label {
  std::string_view name;
  uint32_t instruction = 0;  // that it stands before
};

struct Function {
  std::string_view name;
  bool isEntry = false;
  bool isDeclaration = false;
  std::vector<Variable> parameters;          // in space kParam
  std::vector<Variable> results;             // of a .func
  std::vector<uint32_t> parameterRegisters;  // of a .func whose parameters are registers
  std::vector<uint32_t> resultRegisters;

  // Of the body; empty until Module::parseBody.
  std::vector<Register> registers;
  std::vector<Variable> variables;  // .shared, .local, .const, .global and .param of the body
  std::vector<Instruction> instructions;
  std::vector<Label> labels;
  std::unordered_map<std::string_view, std::vector<std::string_view>> branchTargets;
  std::vector<SourceLine> sourceLines;  // the first stands for none

  uint32_t maxThreads = 0;        // .maxntid, else 0
  uint32_t requiredThreads[3]{};  // .reqntid
  uint32_t clusterSize[3]{};      // .reqnctapercluster
  bool explicitCluster = false;   // .explicitcluster

  std::string_view body;  // text between the braces
  uint32_t bodyLine = 0;
  bool isParsed = false;
};

// A text that is no PTX, or PTX that this device does not know. The message names line and kernel.
struct Error {
  std::string message;
};

class Module {
 public:
  unsigned versionMajor = 0;
  unsigned versionMinor = 0;
  std::string_view target;         // "sm_90a"
  unsigned arch = 0;               // 90
  std::vector<std::string> files;  // by number of .file
  std::vector<Variable> variables;
  std::vector<Function> functions;

  // Parses everything outside the bodies of functions. Throws Error.
  static std::unique_ptr<Module> parse(std::string text);
  // Parses one body if that was not done. Throws Error.
  void parseBody(Function& function);

  // The definition where there is one, else the declaration, else null.
  Function* find(std::string_view name);
  const Variable* findVariable(std::string_view name) const;

  // The name of an inlined function in the source, by its label in the section of debug strings;
  // the label itself where that says nothing.
  std::string_view sourceName(std::string_view label);

 private:
  void index();

  std::string text_;
  std::string_view debugStrings_;
  std::unordered_map<std::string_view, std::string_view> debugStringsByLabel_;
  std::unordered_map<std::string_view, std::string> sourceNames_;
  std::unordered_map<std::string_view, size_t> functionsByName_;
  std::unordered_map<std::string_view, size_t> variablesByName_;

  friend class ModuleParser;
};

}  // namespace gramian::ptx
