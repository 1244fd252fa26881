#include "exec/slots.h"

#include <algorithm>
#include <bit>
#include <queue>

namespace gramian::machine {

namespace {

// Slots that are free, in words of 64.
class FreeSlots {
 public:
  // The lowest `width` (1, 2 or 4) adjacent ones that begin at a multiple of it.
  uint32_t take(uint32_t width) {
    for (size_t word = 0;; ++word) {
      if (word == words_.size()) {
        words_.push_back(~uint64_t{0});
      }
      uint64_t fits = words_[word];
      if (width >= 2) {
        fits &= fits >> 1 & 0x5555555555555555u;
      }
      if (width == 4) {
        fits &= fits >> 2 & 0x1111111111111111u;
      }
      if (fits != 0) {
        const auto bit = static_cast<uint32_t>(std::countr_zero(fits));
        words_[word] &= ~(mask(width) << bit);
        return static_cast<uint32_t>(word * 64) + bit;
      }
    }
  }

  void give(uint32_t slot, uint32_t width) { words_[slot / 64] |= mask(width) << slot % 64; }

 private:
  static uint64_t mask(uint32_t width) { return (uint64_t{1} << width) - 1; }

  std::vector<uint64_t> words_;
};

}  // namespace

uint32_t slotsOf(ptx::Type type) { return std::max(1u, ptx::bitsOf(type) / 32); }

SlotPlan planSlots(const std::vector<ptx::Type>& types, const std::vector<Interval>& intervals) {
  SlotPlan plan;
  plan.slots.resize(intervals.size(), kNone);
  std::vector<uint32_t> order;
  for (uint32_t r = 0; r < intervals.size(); ++r) {
    if (intervals[r].first != kNone) {
      order.push_back(r);
    }
  }
  const auto begin = [&](uint32_t r) {
    return intervals[r].isUndefinedAtStart ? 0 : intervals[r].first;
  };
  std::stable_sort(order.begin(), order.end(),
                   [&](uint32_t a, uint32_t b) { return begin(a) < begin(b); });

  using Ending = std::pair<uint32_t, uint32_t>;  // where, and the register
  std::priority_queue<Ending, std::vector<Ending>, std::greater<>> alive;
  FreeSlots free;
  for (const uint32_t r : order) {
    while (!alive.empty() && alive.top().first < begin(r)) {
      const uint32_t ended = alive.top().second;
      free.give(plan.slots[ended], slotsOf(types[ended]));
      alive.pop();
    }
    const uint32_t width = slotsOf(types[r]);
    plan.slots[r] = free.take(width);
    plan.count = std::max(plan.count, plan.slots[r] + width);
    alive.emplace(intervals[r].last, r);
  }
  return plan;
}

}  // namespace gramian::machine
