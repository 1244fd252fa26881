// The models of the tensor cores against what GPUs computed: the dot products that Khattak and
// Mikaitis publish with their results. Not part of the project; to run the test,
//   git clone https://github.com/north-numerical-computing/MATLAB-tensor-core
//   export GRAMIAN_TENSOR_CORE_RESULTS=$PWD/MATLAB-tensor-core/model_validation
#include <algorithm>
#include <bit>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "arith/mma.h"
#include "arith/soft_float.h"
#include "check.h"

namespace gramian::arith {

namespace {

std::vector<uint32_t> readNumbers(const std::string& file, int base) {
  std::vector<uint32_t> numbers;
  std::ifstream in(file);
  for (std::string word; in >> word;) {
    numbers.push_back(static_cast<uint32_t>(std::stoul(word, nullptr, base)));
  }
  return numbers;
}

struct Device {
  const char* name;
  int capability;
};

struct Input {
  const char* name;
  OperandFormat format;
  FloatFormat layout;
};

// Row 0 and column 0 of an mma.sync, of 8-bit numbers.
float multiplyEightBit(const Device& device, const Input& input, Accumulator accumulator,
                       const uint32_t* x, const uint32_t* y, float c) {
  uint32_t a[4][kLanes] = {};
  uint32_t b[2][kLanes] = {};
  uint32_t sums[4][kLanes] = {};
  for (int k = 0; k < 32; ++k) {
    a[k / 16 * 2][k % 16 / 4] |= x[k] << (8 * (k % 4));
    b[k / 16][k % 16 / 4] |= y[k] << (8 * (k % 4));
  }
  const bool half = accumulator == Accumulator::kF16;
  sums[0][0] = half ? static_cast<uint32_t>(convertFormat(kF16, kF32, std::bit_cast<uint32_t>(c)))
                    : std::bit_cast<uint32_t>(c);
  const uint32_t* pa[] = {a[0], a[1], a[2], a[3]};
  const uint32_t* pb[] = {b[0], b[1]};
  uint32_t* pc[] = {sums[0], sums[1], sums[2], sums[3]};
  execute(floatMma(device.capability, input.format, input.format, accumulator, 32), pc, pa, pb, pc);
  return std::bit_cast<float>(
      half ? static_cast<uint32_t>(convertFormat(kF32, kF16, sums[0][0] & 0xffff)) : sums[0][0]);
}

}  // namespace

TEST(resultsOfGpus) {
  const char* folder = std::getenv("GRAMIAN_TENSOR_CORE_RESULTS");
  if (folder == nullptr) {
    test::skipped = "GRAMIAN_TENSOR_CORE_RESULTS names no folder with results of GPUs";
    return;
  }
  const Input inputs[] = {{"fp16", OperandFormat::kF16, kF16},
                          {"bf16", OperandFormat::kBf16, kBf16},
                          {"tf32", OperandFormat::kTf32, kF32},
                          {"E4M3", OperandFormat::kE4m3, kE4m3},
                          {"E5M2", OperandFormat::kE5m2, kE5m2}};
  int compared = 0;
  for (const Device& device : {Device{"A100", 80}, Device{"Ada", 89}, Device{"H100", 90},
                               Device{"H200", 90}, Device{"B200", 100}}) {
    for (const Input& input : inputs) {
      for (const bool half : {false, true}) {
        const std::string begin = std::string(folder) + "/" + device.name + "/" + input.name + "/";
        const auto file = [&](const char* matrix, const char* format) {
          return begin + matrix + "_" + device.name + "_" + format + ".txt";
        };
        const auto d = readNumbers(file("d", half ? "fp16" : "fp32"), 2);
        if (d.empty()) continue;
        const auto a = readNumbers(file("a", input.name), 16);
        const auto b = readNumbers(file("b", input.name), 16);
        const auto c = readNumbers(file("c", "fp32"), 2);
        const Accumulator accumulator = half ? Accumulator::kF16 : Accumulator::kF32;
        const bool eight = elementsPerRegister(input.format) == 4;
        // Hopper's float results of 8-bit numbers are wgmma's, without an accumulator.
        const bool wgmma = eight && device.capability == 90 && !half;
        const DotProduct model = dotProduct(device.capability, input.format, accumulator,
                                            wgmma ? MatrixUnit::kWgmma : MatrixUnit::kMma);
        const size_t depth = a.size() / d.size();
        for (size_t i = 0; i < d.size(); ++i, ++compared) {
          std::vector<uint32_t> x(depth);
          std::vector<uint32_t> y(depth);
          for (size_t k = 0; k < depth; ++k) {
            x[k] = static_cast<uint32_t>(convertFormat(input.layout, kF32, a[i * depth + k]));
            y[k] = static_cast<uint32_t>(convertFormat(input.layout, kF32, b[i * depth + k]));
          }
          float sum = wgmma ? 0.0f : std::bit_cast<float>(c[i]);
          if (half) {
            sum = std::bit_cast<float>(static_cast<uint32_t>(convertFormat(
                kF32, kF16, convertFormat(kF16, kF32, std::bit_cast<uint32_t>(sum)))));
          }
          if (eight && !wgmma) {
            sum = multiplyEightBit(device, input, accumulator, x.data(), y.data(), sum);
          } else {
            for (size_t k = 0; k < depth; k += model.block) {
              sum = dotExact(model, input.format, &x[k], input.format, &y[k],
                             static_cast<int>(std::min<size_t>(depth - k, model.block)), sum);
            }
          }
          CHECK(std::bit_cast<uint32_t>(sum) == d[i], "%s, %s to %s, row %zu: %a, not %a",
                device.name, input.name, half ? "fp16" : "fp32", i, sum,
                std::bit_cast<float>(d[i]));
        }
      }
    }
  }
  CHECK(compared > 0, "no results in %s", folder);
  std::printf("  %d dot products\n", compared);
}

}  // namespace gramian::arith
