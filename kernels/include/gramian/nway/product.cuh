// The loss over all index tuples of N modalities of B rows: the mean over modalities of mean_i
// [logsumexp over the slice with index i of S / tau - S_(i..i) / tau]. Scores come box by box, in a
// piece of memory of fixed size; of each slice a running maximum and sum of exponentials is kept
// (online softmax), without the diagonal (cross_entropy.cuh), which joins them when the loss is
// made. Sums of boxes are added in the order of the launches, those within a box in a fixed order.
#pragma once

#include "gramian/device/block_sum.cuh"
#include "gramian/device/cross_entropy.cuh"
#include "gramian/nway/modalities.cuh"
#include "gramian/nway/product_params.cuh"

namespace gramian::nway {

// A score that adds nothing to sums, times the orientation. Finite, so that sums of nothing else
// are sums of ones relative to it.
constexpr float kLeftOut = -3.4028235e38f;

// A sum of exp2(scale * (score - maximum)), all scores times the orientation.
struct RunningSum {
  float maximum;
  float sum;  // 0: of nothing

  __device__ __forceinline__ void add(float score, float scale) {
    const float top = sum == 0.0f ? score : fmaxf(maximum, score);
    const float before = sum == 0.0f ? 0.0f : sum * fast_exp2((maximum - top) * scale);
    sum = before + fast_exp2((score - top) * scale);
    maximum = top;
  }

  __device__ __forceinline__ void add(const RunningSum& other, float scale) {
    if (other.sum == 0.0f) {
      return;
    }
    if (sum == 0.0f) {
      *this = other;
      return;
    }
    const float top = fmaxf(maximum, other.maximum);
    sum = sum * fast_exp2((maximum - top) * scale) +
          other.sum * fast_exp2((other.maximum - top) * scale);
    maximum = top;
  }

  // Adds up the sums of all lanes of a warp; the same on every lane.
  __device__ __forceinline__ void add_lanes(float scale) {
#pragma unroll
    for (u32 mask = kWarpSize / 2; mask > 0; mask /= 2) {
      RunningSum other;
      other.maximum = __shfl_xor_sync(kFullMask, maximum, mask);
      other.sum = __shfl_xor_sync(kFullMask, sum, mask);
      add(other, scale);
    }
  }
};

// Exponents are base 2: of score times orientation times this.
__device__ __forceinline__ float scale_of(const ProductParams& p) {
  return fabsf(exponent_scale(1.0 / read_scalar(p.temperature)));
}

// -1 where the temperature is negative: the least score then has the greatest exponential.
__device__ __forceinline__ float orientation_of(const ProductParams& p) {
  return read_scalar(p.temperature) < 0.0 ? -1.0f : 1.0f;
}

__device__ __forceinline__ u32 columns_of(const ProductParams& p) {
  return p.box.count[p.modalities - 1];
}

// Where the box has the diagonal element of an index, -1 where it does not.
__device__ __forceinline__ i64 diagonal_place(const ProductParams& p, u32 index) {
  i64 at = 0;
  bool inside = index < p.batch;
  for (u32 q = 0; q < p.modalities; ++q) {
    inside = inside && index - p.box.first[q] < p.box.count[q];
    at = at * p.box.count[q] + (index - p.box.first[q]);
  }
  return inside ? at : -1;
}

// Takes the diagonal out of the scores of the box. A thread has an index.
__device__ __forceinline__ void run_product_leave_out(const ProductParams& p) {
  const u32 index = blockIdx.x * kProductThreads + threadIdx.x;
  const i64 at = diagonal_place(p, index);
  if (at >= 0) {
    p.diagonal[index] = p.scores[at];
    p.scores[at] = kLeftOut * orientation_of(p);
  }
}

// The sum over the last modality for each outer tuple. A warp per tuple.
__device__ __forceinline__ void run_product_rows(const ProductParams& p) {
  const u32 lane = threadIdx.x % kWarpSize;
  const u32 tuple = blockIdx.x * kProductWarps + threadIdx.x / kWarpSize;
  if (tuple >= p.outer) {
    return;
  }
  const float scale = scale_of(p);
  const float orientation = orientation_of(p);
  const u32 columns = columns_of(p);
  const float* row = p.scores + static_cast<i64>(tuple) * columns;
  RunningSum sum{0.0f, 0.0f};
  for (u32 j = lane; j < columns; j += kWarpSize) {
    sum.add(row[j] * orientation, scale);
  }
  sum.add_lanes(scale);
  if (lane == 0) {
    p.rowMaxima[tuple] = sum.maximum;
    p.rowSums[tuple] = sum.sum;
  }
}

// The sum over a chunk of outer tuples for each row of the last modality. A lane per row.
__device__ __forceinline__ void run_product_columns(const ProductParams& p) {
  GRAMIAN_SHARED(RunningSum, sums, kProductThreads);
  const float scale = scale_of(p);
  const float orientation = orientation_of(p);
  const u32 columns = columns_of(p);
  const u32 lane = threadIdx.x % kWarpSize;
  const u32 column = blockIdx.y * kWarpSize + lane;
  const u32 begin = blockIdx.x * kChunk;
  const u32 end = min(begin + kChunk, p.outer);
  RunningSum sum{0.0f, 0.0f};
  if (column < columns) {
    for (u32 tuple = begin + threadIdx.x / kWarpSize; tuple < end; tuple += kProductWarps) {
      sum.add(p.scores[static_cast<i64>(tuple) * columns + column] * orientation, scale);
    }
  }
  sums[threadIdx.x] = sum;
  __syncthreads();
  if (threadIdx.x < kWarpSize && column < columns) {
    for (u32 warp = 1; warp < kProductWarps; ++warp) {
      sum.add(sums[warp * kWarpSize + lane], scale);
    }
    const i64 at = static_cast<i64>(blockIdx.x) * columns + column;
    p.columnMaxima[at] = sum.maximum;
    p.columnSums[at] = sum.sum;
  }
}

// Adds what the box has to the sum of each slice. A warp per slice.
__device__ __forceinline__ void run_product_fold(const ProductParams& p) {
  const u32 lane = threadIdx.x % kWarpSize;
  const u32 modality = blockIdx.y;
  const u32 last = p.modalities - 1;
  const u32 i = blockIdx.x * kProductWarps + threadIdx.x / kWarpSize;
  if (i >= p.box.count[modality]) {
    return;
  }
  const float scale = scale_of(p);
  // Sums of outer tuples with index i, or of chunks for a row of the last modality.
  const float* maxima = modality == last ? p.columnMaxima : p.rowMaxima;
  const float* sums = modality == last ? p.columnSums : p.rowSums;
  u32 inner = 1;
  u32 count = p.chunks;
  if (modality < last) {
    for (u32 q = modality + 1; q < last; ++q) {
      inner *= p.box.count[q];
    }
    count = p.outer / p.box.count[modality];
  }
  RunningSum sum{0.0f, 0.0f};
  for (u32 k = lane; k < count; k += kWarpSize) {
    const i64 at = (static_cast<i64>(k / inner) * p.box.count[modality] + i) * inner + k % inner;
    sum.add(RunningSum{maxima[at], sums[at]}, scale);
  }
  sum.add_lanes(scale);
  if (lane != 0) {
    return;
  }
  const u32 slice = p.box.first[modality] + i;
  const double before = p.sums[modality][slice];
  float top = sum.maximum;
  double total = sum.sum;
  if (before != 0.0) {
    const float maximum = p.maxima[modality][slice];
    top = fmaxf(maximum, sum.maximum);
    total = before * fast_exp2((maximum - top) * scale) +
            sum.sum * fast_exp2((sum.maximum - top) * scale);
  }
  p.maxima[modality][slice] = top;
  p.sums[modality][slice] = total;
}

// The loss, once all boxes were added; the diagonal joins the sums. One block.
__device__ __forceinline__ void run_product_loss(const ProductParams& p) {
  const double orientation = orientation_of(p);
  const double temperature = fabs(read_scalar(p.temperature));
  double loss = 0.0;
  double typical = 0.0;
  for (u32 i = threadIdx.x; i < p.batch; i += kProductThreads) {
    const double own = p.diagonal[i] * orientation;
    double slope = 0.0;
    for (u32 modality = 0; modality < p.modalities; ++modality) {
      const double maximum = p.maxima[modality][i];
      const double x = target_margin((maximum - own) / temperature + log(p.sums[modality][i]),
                                     own / temperature);
      const double entropy = cross_entropy(x);
      const double top = fmax(maximum, own);
      p.maxima[modality][i] = static_cast<float>(top);
      p.logs[modality][i] = static_cast<float>(((own - top) / temperature + entropy) * kLog2E);
      slope -= others_share(x);
      loss += entropy;
      typical += top;
    }
    p.slopes[i] = static_cast<float>(slope);
  }
  loss = block_sum<kProductThreads>(loss);
  typical = block_sum<kProductThreads>(typical);
  if (threadIdx.x == 0) {
    const double slices = static_cast<double>(p.modalities) * p.batch;
    *p.typical = typical / slices * orientation;
    if (p.loss != nullptr) {
      store_element(p.loss, p.lossType, 0, loss / slices, false);
    }
  }
}

// The factor of the derivatives of all cross-entropies by the scores.
__device__ __forceinline__ double gradient_factor(const ProductParams& p) {
  const double slices = static_cast<double>(p.modalities) * p.batch;
  return read_scalar(p.gradLoss) / (slices * read_scalar(p.temperature));
}

// Turns scores into weights, the gradient of the loss with respect to each; those of the diagonal,
// which is left out, into 0. A warp per outer tuple.
__device__ __forceinline__ void run_product_weights(const ProductParams& p) {
  const u32 lane = threadIdx.x % kWarpSize;
  const float scale = scale_of(p);
  const float orientation = orientation_of(p);
  const u32 columns = columns_of(p);
  const u32 last = p.modalities - 1;
  const float each = static_cast<float>(gradient_factor(p));
  const float typical = static_cast<float>(*p.typical);
  double weighted = 0.0;
  for (u32 tuple = blockIdx.x * kProductWarps + threadIdx.x / kWarpSize; tuple < p.outer;
       tuple += gridDim.x * kProductWarps) {
    float maxima[kMostOuter];
    float logs[kMostOuter];
    u32 rest = tuple;
#pragma unroll
    for (u32 k = 0; k < kMostOuter; ++k) {
      const u32 modality = kMostOuter - 1 - k;
      maxima[modality] = 0.0f;
      logs[modality] = 0.0f;
      if (modality < last) {
        const u32 row = p.box.first[modality] + rest % p.box.count[modality];
        rest /= p.box.count[modality];
        maxima[modality] = p.maxima[modality][row];
        logs[modality] = p.logs[modality][row];
      }
    }
    float* scores = p.scores + static_cast<i64>(tuple) * columns;
    float sum = 0.0f;
    for (u32 j = lane; j < columns; j += kWarpSize) {
      const u32 row = p.box.first[last] + j;
      const float score = scores[j];
      const float oriented = score * orientation;
      float share = fast_exp2(fmaf(oriented - p.maxima[last][row], scale, -p.logs[last][row]));
#pragma unroll
      for (u32 modality = 0; modality < kMostOuter; ++modality) {
        if (modality < last) {
          share += fast_exp2(fmaf(oriented - maxima[modality], scale, -logs[modality]));
        }
      }
      const float weight = each * share;
      // Weights add up to 0, so a constant taken from the scores changes rounding only.
      sum = fmaf(weight, score - typical, sum);
      scores[j] = weight;
    }
    weighted += sum;
  }
  weighted = block_sum<kProductThreads>(weighted);
  if (threadIdx.x == 0) {
    p.parts[blockIdx.x] += weighted;
  }
}

// The weights of the diagonal of the box. A thread has an index.
__device__ __forceinline__ void run_product_diagonal_weights(const ProductParams& p) {
  const u32 index = blockIdx.x * kProductThreads + threadIdx.x;
  const i64 at = diagonal_place(p, index);
  if (at >= 0) {
    p.scores[at] = static_cast<float>(gradient_factor(p) * p.slopes[index]);
  }
}

// The gradient of the temperature, once all scores were turned into weights. One block.
__device__ __forceinline__ void run_product_temperature(const ProductParams& p) {
  double sum = 0.0;
  for (u32 part = threadIdx.x; part < p.weightBlocks; part += kProductThreads) {
    sum += p.parts[part];
  }
  double ofDiagonal = 0.0;
  for (u32 i = threadIdx.x; i < p.batch; i += kProductThreads) {
    ofDiagonal += p.slopes[i] * (p.diagonal[i] - *p.typical);
  }
  sum += ofDiagonal * gradient_factor(p);
  sum = block_sum<kProductThreads>(sum);
  if (threadIdx.x == 0) {
    store_element(p.gradTemperature, p.gradType, 0, -sum / read_scalar(p.temperature),
                  p.accumulate != 0);
  }
}

}  // namespace gramian::nway
