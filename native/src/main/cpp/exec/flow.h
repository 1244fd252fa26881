// The control flow of a kernel: its basic blocks and where lanes that part meet again.
#pragma once

#include <cstdint>
#include <vector>

#include "exec/flatten.h"

namespace gramian::machine {

struct Flow {
  struct Block {
    uint32_t begin = 0;  // instructions
    uint32_t end = 0;
    std::vector<uint32_t> successors;
    std::vector<uint32_t> predecessors;
    // The block that every way from the end of this one comes through; kNone is the kernel's end.
    uint32_t postDominator = kNone;
  };
  std::vector<Block> blocks;
  std::vector<uint32_t> blockOf;  // of each instruction

  explicit Flow(const FlatKernel& kernel);

 private:
  void findPostDominators();
};

}  // namespace gramian::machine
