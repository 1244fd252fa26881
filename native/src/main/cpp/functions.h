// The functions that kernels call: the table that every loaded image is given.
#pragma once

#include "gramian/platform/emulated/abi.h"

namespace gramian::emulated {

const GramianEmulatedFunctions& deviceFunctions();

}  // namespace gramian::emulated
