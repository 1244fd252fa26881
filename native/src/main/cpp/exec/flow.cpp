#include "exec/flow.h"

#include <algorithm>

namespace gramian::machine {

Flow::Flow(const FlatKernel& kernel) {
  const std::vector<FlatInstruction>& instructions = kernel.instructions;
  const auto count = static_cast<uint32_t>(instructions.size());
  std::vector<bool> begins(count + 1, false);
  begins[0] = true;
  for (uint32_t i = 0; i < count; ++i) {
    const FlatInstruction& flat = instructions[i];
    if (flat.target != kNone) {
      begins[kernel.labels[flat.target]] = true;
    }
    for (const uint32_t label : flat.table) {
      begins[kernel.labels[label]] = true;
    }
    if (flat.target != kNone || !flat.goesOn()) {
      begins[i + 1] = true;
    }
  }
  blockOf.resize(count);
  for (uint32_t i = 0; i < count; ++i) {
    if (begins[i]) {
      blocks.emplace_back().begin = i;
    }
    blockOf[i] = static_cast<uint32_t>(blocks.size() - 1);
    blocks.back().end = i + 1;
  }
  for (uint32_t b = 0; b < blocks.size(); ++b) {
    std::vector<uint32_t>& successors = blocks[b].successors;
    const FlatInstruction& last = instructions[blocks[b].end - 1];
    if (last.target != kNone) {
      successors.push_back(blockOf[kernel.labels[last.target]]);
    }
    for (const uint32_t label : last.table) {
      successors.push_back(blockOf[kernel.labels[label]]);
    }
    if (last.goesOn() && b + 1 < blocks.size()) {
      successors.push_back(b + 1);
    }
    std::sort(successors.begin(), successors.end());
    successors.erase(std::unique(successors.begin(), successors.end()), successors.end());
    for (const uint32_t s : successors) {
      blocks[s].predecessors.push_back(b);
    }
  }
  findPostDominators();
}

// By K. Cooper, T. Harvey and K. Kennedy, "A simple, fast dominance algorithm" (2001), on the
// reversed graph. Blocks from which the end cannot be reached keep kNone.
void Flow::findPostDominators() {
  const auto end = static_cast<uint32_t>(blocks.size());  // one that all exits lead to
  // A guarded exit is none: the lanes that stay meet where they would without it.
  const auto isExit = [&](uint32_t b) { return blocks[b].successors.empty(); };

  std::vector<uint32_t> order;                   // reverse: the end last
  std::vector<uint32_t> number(end + 1, kNone);  // in `order`
  std::vector<bool> isSeen(end + 1, false);
  std::vector<std::pair<uint32_t, size_t>> stack;
  std::vector<uint32_t> exits;
  for (uint32_t b = 0; b < end; ++b) {
    if (isExit(b)) {
      exits.push_back(b);
    }
  }
  const auto towards = [&](uint32_t b) -> const std::vector<uint32_t>& {
    return b == end ? exits : blocks[b].predecessors;
  };
  stack.emplace_back(end, 0);
  isSeen[end] = true;
  while (!stack.empty()) {
    auto& [b, next] = stack.back();
    if (next < towards(b).size()) {
      const uint32_t p = towards(b)[next++];
      if (!isSeen[p]) {
        isSeen[p] = true;
        stack.emplace_back(p, 0);
      }
    } else {
      number[b] = static_cast<uint32_t>(order.size());
      order.push_back(b);
      stack.pop_back();
    }
  }

  std::vector<uint32_t> dominator(end + 1, kNone);
  dominator[end] = end;
  const auto meet = [&](uint32_t a, uint32_t b) {
    while (a != b) {
      while (number[a] < number[b]) {
        a = dominator[a];
      }
      while (number[b] < number[a]) {
        b = dominator[b];
      }
    }
    return a;
  };
  for (bool isChanged = true; isChanged;) {
    isChanged = false;
    for (auto i = order.rbegin(); i != order.rend(); ++i) {
      const uint32_t b = *i;
      if (b == end) {
        continue;
      }
      uint32_t found = isExit(b) ? end : kNone;
      for (const uint32_t s : blocks[b].successors) {
        if (dominator[s] != kNone) {
          found = found == kNone ? s : meet(found, s);
        }
      }
      if (found != dominator[b]) {
        dominator[b] = found;
        isChanged = true;
      }
    }
  }
  for (uint32_t b = 0; b < end; ++b) {
    blocks[b].postDominator = dominator[b] == end ? kNone : dominator[b];
  }
}

}  // namespace gramian::machine
