// What is known of the tensor cores of each device, and from where.
//
//   [KM]  F. A. Khattak and M. Mikaitis, Accurate Models of NVIDIA Tensor Cores, arXiv 2512.07004,
//         and its models at github.com/north-numerical-computing/MATLAB-tensor-core: each was
//         compared with the GPU over 10^5 random dot products per format.
//   [X]   P. Xie et al., MMA-Sim, arXiv 2511.10909, and github.com/microsoft/MMA-Sim: the same
//         parameters, found independently.
//   [F]   M. Fasi et al., Numerical behavior of NVIDIA tensor cores, PeerJ CS 330 (2021):
//   truncation
//         and extra bits of V100, T4 and A100.
#include <iterator>

#include "arith/tensor_core.h"

namespace gramian::arith {

namespace {

struct Row {
  int capability;   // from this on
  uint8_t block16;  // block of f16 and bf16; half for tf32, double for 8-bit formats
  uint8_t bits;     // fraction bits of the sum
  uint8_t bits8;    // the same for 8-bit formats; 0: the device has none
  uint8_t result8;  // fraction bits of a float result from 8-bit formats
  int16_t min;      // smallest exponent of alignment
  int16_t minF16;   // the same with an f16 accumulator
  bool mma8ThroughF16;
};

// Smallest exponents are from [KM] alone. That mma.sync of 8-bit formats goes through f16 on sm_90
// and sm_100 is what ptxas 13.0 makes of it there (F2FP, two HMMA, FADD or HADD2); sm_89 and sm_120
// have an instruction of their own (QMMA), and so has wgmma.
constexpr Row kRows[] = {
    // A100, A2, A30, A40: [KM], [X], [F].
    {80, 8, 24, 0, 0, -132, -20, false},
    // Ada, L40S: [KM], [X].
    {89, 8, 24, 13, 13, -132, -20, false},
    // H100, H200: [KM], [X].
    {90, 16, 25, 13, 13, -133, -21, true},
    // B200: [KM], [X].
    {100, 16, 25, 25, 23, -133, -21, true},
    // RTX Blackwell: [KM], [X].
    {120, 16, 25, 25, 23, -133, -21, false},
};

bool isEightBit(OperandFormat format) {
  return format == OperandFormat::kE4m3 || format == OperandFormat::kE5m2;
}

}  // namespace

DotProduct dotProduct(int capability, OperandFormat format, Accumulator accumulator,
                      MatrixUnit unit) {
  const Row* row = std::begin(kRows);
  for (const Row& r : kRows) {
    if (r.capability <= capability) row = &r;
  }
  const bool half = accumulator == Accumulator::kF16;
  DotProduct model{row->block16, row->bits, static_cast<uint8_t>(half ? 10 : 23),
                   half ? row->minF16 : row->min, false};
  if (format == OperandFormat::kTf32) model.block /= 2;
  if (isEightBit(format)) {
    if (unit == MatrixUnit::kMma && row->mma8ThroughF16) {
      model.throughF16 = true;
    } else {
      model.block *= 2;
      model.fractionBits = row->bits8;
      model.minExponent = row->min;
      if (!half) model.resultBits = row->result8;
    }
  }
  return model;
}

}  // namespace gramian::arith
