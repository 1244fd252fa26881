// Many stamps at once: the common cases of the race detector, eight cells at a time.
#pragma once

#include <cstdint>

#include "check/races.h"

namespace gramian::machine {

// Each handles groups of 8 cells, sets their stamps where that is simple, and gives a bit for each
// group that it left as it was: those are to be handled cell by cell. `lanes` is what each cell's
// stamp adds to that of lane 0. At most 16 groups.
uint32_t recordReads(uint64_t* writes, uint64_t* reads, const uint64_t* lanes, unsigned groups,
                     const RaceCheck::Limits& limits);
uint32_t recordWrites(uint64_t* writes, uint64_t* reads, const uint64_t* lanes, unsigned groups,
                      const RaceCheck::Limits& limits);

}  // namespace gramian::machine
