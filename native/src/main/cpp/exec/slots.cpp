#include "exec/slots.h"

#include <algorithm>
#include <array>
#include <bit>
#include <queue>

namespace gramian::machine {

namespace {

// Places that are free, in words of 64.
class FreePlaces {
 public:
  // The lowest one.
  uint32_t take() {
    for (size_t word = 0;; ++word) {
      if (word == words_.size()) {
        words_.push_back(~uint64_t{0});
      }
      if (words_[word] != 0) {
        const auto bit = static_cast<uint32_t>(std::countr_zero(words_[word]));
        words_[word] &= words_[word] - 1;
        const uint32_t place = static_cast<uint32_t>(word * 64) + bit;
        count_ = std::max(count_, place + 1);
        return place;
      }
    }
  }

  void give(uint32_t place) { words_[place / 64] |= uint64_t{1} << place % 64; }

  // How many were ever taken at once.
  uint32_t count() const { return count_; }

 private:
  std::vector<uint64_t> words_;
  uint32_t count_ = 0;
};

// Registers whose lanes lie alike. Only these may share a place: lanes that took another branch
// hold registers that are dead where these lanes are, and what is written here must leave theirs
// alone. The widest first, so that all are aligned.
constexpr unsigned kLayouts = 5;

unsigned layoutOf(ptx::Type type) {
  switch (ptx::bitsOf(type)) {
    case 128:
      return 0;
    case 64:
      return 1;
    case 32:
      return 2;
    case 1:
      return 4;
    default:
      return 3;
  }
}

}  // namespace

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
  std::array<FreePlaces, kLayouts> free;
  for (const uint32_t r : order) {
    while (!alive.empty() && alive.top().first < begin(r)) {
      const uint32_t ended = alive.top().second;
      free[layoutOf(types[ended])].give(plan.slots[ended]);
      alive.pop();
    }
    plan.slots[r] = free[layoutOf(types[r])].take();
    alive.emplace(intervals[r].last, r);
  }

  constexpr std::array<uint32_t, kLayouts> kWidths = {4, 2, 1, 1, 1};
  std::array<uint32_t, kLayouts> start{};
  for (unsigned layout = 0; layout < kLayouts; ++layout) {
    start[layout] = plan.count;
    plan.count += kWidths[layout] * free[layout].count();
  }
  for (const uint32_t r : order) {
    const unsigned layout = layoutOf(types[r]);
    plan.slots[r] = start[layout] + kWidths[layout] * plan.slots[r];
  }
  return plan;
}

}  // namespace gramian::machine
