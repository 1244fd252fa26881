#include "exec/liveness.h"

#include <algorithm>

namespace gramian::machine {

namespace {

struct RegisterInBlock {
  uint32_t reg;
  uint32_t block;

  bool operator<(const RegisterInBlock& other) const {
    return reg != other.reg ? reg < other.reg : block < other.block;
  }
};

}  // namespace

std::vector<Interval> findIntervals(const FlatKernel& kernel, const Flow& flow,
                                    const RegisterUse& use) {
  std::vector<Interval> intervals(kernel.registers.size());
  // Blocks that read a register before they write it, and blocks that write it in any case.
  std::vector<RegisterInBlock> needs;
  std::vector<RegisterInBlock> sets;
  std::vector<uint32_t> lastNeed(kernel.registers.size(), kNone);
  std::vector<uint32_t> lastSet(kernel.registers.size(), kNone);

  size_t read = 0;
  size_t write = 0;
  for (uint32_t i = 0; i < kernel.instructions.size(); ++i) {
    const uint32_t block = flow.blockOf[i];
    for (; read < use.reads.size() && use.reads[read].instruction == i; ++read) {
      const uint32_t r = use.reads[read].reg;
      intervals[r].cover(i);
      if (lastSet[r] != block && lastNeed[r] != block) {
        lastNeed[r] = block;
        needs.push_back({r, block});
      }
    }
    const bool isGuarded = kernel.instructions[i].guard != kNone;
    for (; write < use.writes.size() && use.writes[write].instruction == i; ++write) {
      const uint32_t r = use.writes[write].reg;
      intervals[r].cover(i);
      if (!isGuarded && lastSet[r] != block) {
        lastSet[r] = block;
        sets.push_back({r, block});
      }
    }
  }
  std::sort(needs.begin(), needs.end());
  std::sort(sets.begin(), sets.end());

  // A register is alive on all ways back from a need to the blocks that set it.
  std::vector<uint32_t> isSet(flow.blocks.size(), kNone);
  std::vector<uint32_t> isAlive(flow.blocks.size(), kNone);  // at the block's beginning
  std::vector<uint32_t> rest;
  size_t set = 0;
  for (size_t need = 0; need < needs.size();) {
    const uint32_t r = needs[need].reg;
    for (; set < sets.size() && sets[set].reg <= r; ++set) {
      isSet[sets[set].block] = sets[set].reg;
    }
    for (; need < needs.size() && needs[need].reg == r; ++need) {
      rest.push_back(needs[need].block);
      isAlive[needs[need].block] = r;
    }
    while (!rest.empty()) {
      const Flow::Block& block = flow.blocks[rest.back()];
      const bool isFirst = rest.back() == 0;
      rest.pop_back();
      intervals[r].cover(block.begin);
      intervals[r].isUndefinedAtStart |= isFirst;
      for (const uint32_t p : block.predecessors) {
        intervals[r].cover(flow.blocks[p].end - 1);
        if (isSet[p] != r && isAlive[p] != r) {
          isAlive[p] = r;
          rest.push_back(p);
        }
      }
    }
  }
  return intervals;
}

}  // namespace gramian::machine
