// Opcodes that integers and floating-point numbers share: the type decides where they go.
#pragma once

#include "exec/lowering.h"
#include "lanes/lanes.h"
#include "lanes/modifiers.h"

namespace gramian::machine::GRAMIAN_LANES {

enum class Arithmetic : uint8_t { kAdd, kSub, kMul, kMad, kDiv, kMin, kMax, kAbs, kNeg };

// Each for its types; the type has been read.
void lowerInteger(Lowering& l, Arithmetic operation, const Modifiers& m, ptx::Type type);
void lowerFloat(Lowering& l, Arithmetic operation, const Modifiers& m, ptx::Type type);
void lowerHalf(Lowering& l, Arithmetic operation, const Modifiers& m, ptx::Type type);

// ex2 and tanh of halves.
void lowerHalfFunction(Lowering& l, bool isEx2, const Modifiers& m, ptx::Type type);
// add.cc, addc and their like.
void lowerCarry(Lowering& l, Arithmetic operation, const Modifiers& m, ptx::Type type,
                bool takesCarry);

void registerArithmetic(OpcodeTable& table);
void registerInteger(OpcodeTable& table);
void registerCarry(OpcodeTable& table);
void registerLogic(OpcodeTable& table);
void registerFloat(OpcodeTable& table);
void registerCompare(OpcodeTable& table);
void registerConvert(OpcodeTable& table);
void registerMove(OpcodeTable& table);
void registerShuffle(OpcodeTable& table);
void registerMatrix(OpcodeTable& table);
void registerVideo(OpcodeTable& table);

}  // namespace gramian::machine::GRAMIAN_LANES
