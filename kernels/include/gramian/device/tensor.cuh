// Tensors whose element type is known at run time only: scalars, masks, upstream gradients and the
// gradients that kernels write. Rows that a kernel multiplies have their type as a template
// parameter instead.
#pragma once

#include "gramian/device/params.cuh"

namespace gramian {

// Element `index` of memory of a type.
__device__ __forceinline__ double load_element(const void* memory, u32 type, i64 index) {
  switch (type) {
    case kFloat32:
      return static_cast<const float*>(memory)[index];
    case kBfloat16:
      return to_float(static_cast<const bf16*>(memory)[index]);
    case kFloat16:
      return to_float(static_cast<const f16*>(memory)[index]);
    default:
      return static_cast<const double*>(memory)[index];
  }
}

__device__ __forceinline__ double read_scalar(const Scalar& scalar) {
  return scalar.address == nullptr ? scalar.otherwise
                                   : load_element(scalar.address, scalar.type, 0);
}

// Writes `value` to element `index` of memory of a type, or adds it to what is there. The sum is
// rounded once.
__device__ __forceinline__ void store_element(void* memory, u32 type, i64 index, double value,
                                              bool accumulate) {
  if (accumulate) {
    value += load_element(memory, type, index);
  }
  switch (type) {
    case kFloat32:
      static_cast<float*>(memory)[index] = static_cast<float>(value);
      break;
    case kBfloat16:
      static_cast<bf16*>(memory)[index] = from_float<bf16>(static_cast<float>(value));
      break;
    case kFloat16:
      static_cast<f16*>(memory)[index] = from_float<f16>(static_cast<float>(value));
      break;
    default:
      static_cast<double*>(memory)[index] = value;
  }
}

}  // namespace gramian
