// Declarations of variables, which stand outside of functions and in their bodies.
#pragma once

#include "ptx/lexer.h"
#include "ptx/program.h"

namespace gramian::ptx {

// True and consumed where the next word is a state space that variables are declared in.
bool takeSpace(Lexer& lexer, Space& space);

// What follows the state space: ".align 16 .b8 name[4] = {1, 2}", without the semicolon.
Variable parseVariable(Lexer& lexer, Space space);

// A list of numbers as a directive has it: "256, 1, 1". Returns how many there are, at most three.
unsigned parseDimensions(Lexer& lexer, uint32_t* dimensions);

// A number with its sign; an error where there is none.
Number parseSigned(Lexer& lexer);

// "+8", "-4", "+-4", as often as it comes; 0 where nothing does.
int64_t parseOffset(Lexer& lexer);

}  // namespace gramian::ptx
