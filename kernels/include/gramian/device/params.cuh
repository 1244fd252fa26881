// Tensors, as the host describes them to kernels.
#pragma once

#include "gramian/platform/platform.cuh"

namespace gramian {

// Element types that a kernel learns at run time.
enum ElementType : u32 {
  kFloat32 = 0,
  kBfloat16 = 1,
  kFloat16 = 2,
  kFloat64 = 3,
};

// A number in device memory, or `otherwise` where the address is null.
struct Scalar {
  const void* address;
  double otherwise;
  ElementType type;
};

// Rows as the caller gave them.
struct InputRows {
  const void* rows;
  i64 stride;
};

// Rows as the caller gave them, and for each the power of two that it is divided by before it is
// multiplied: whatever its length, products of rows, squares and determinants stay within float.
struct ScaledRows {
  const void* rows;
  i64 stride;
  const double* units;
};

// Rows of a gradient as the caller wants them; none where the address is null.
struct GradientOutput {
  void* to;
  i64 stride;
  ElementType type;
  bool32 accumulate;
};

}  // namespace gramian
