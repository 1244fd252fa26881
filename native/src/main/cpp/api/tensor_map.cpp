// Entry points: tensor maps.
#include "hopper/tensor_map.h"

#include <string>

#include "api/api.h"

namespace gramian::emulated {

GRAMIAN_EXPORT CUresult cuTensorMapEncodeTiled(void* map, int type, uint32_t rank, void* address,
                                               const uint64_t* sizes, const uint64_t* strides,
                                               const uint32_t* box, const uint32_t* elementStrides,
                                               int interleave, int swizzle, int promotion,
                                               int fill) {
  const machine::TensorMapRequest request{
      type,           rank,       reinterpret_cast<uint64_t>(address),
      sizes,          strides,    box,
      elementStrides, interleave, swizzle,
      promotion,      fill};
  const std::string wrong = machine::TensorMap::encode(request, static_cast<std::byte*>(map));
  return wrong.empty() ? CUDA_SUCCESS
                       : refuse(CUDA_ERROR_INVALID_VALUE, "cuTensorMapEncodeTiled: " + wrong);
}

}  // namespace gramian::emulated
