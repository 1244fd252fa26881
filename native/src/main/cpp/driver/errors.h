// The names and texts of the error codes.
#pragma once

#include "cuda_api.h"

namespace gramian::emulated {

struct ErrorText {
  CUresult code;
  const char* name;
  const char* text;
};

// Null for a code that this device never gives.
const ErrorText* findError(CUresult code);

}  // namespace gramian::emulated
