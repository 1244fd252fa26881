// Cross-entropies over pairs, and the sigmoid loss: what is done before, between and after the
// passes over all pairs. For contrastive with negatives = tuples, nt-xent and clip-matched.
#include "gramian/device/cross_entropy.cuh"
#include "gramian/pair/contrastive_params.cuh"
#include "gramian/pair/reduce.cuh"

namespace gramian::contrastive {

// Rows 2i and 2i + 1 of views are each other's target; else the first anchors have the tuple of
// their index, and the others none.
__device__ __forceinline__ void make_labels(const MakeLabelsParams& p) {
  const u32 anchor = blockIdx.x * kRowThreads + threadIdx.x;
  if (anchor < p.anchors) {
    p.labels[anchor] = anchor >= p.targets ? -1
                       : p.areViews != 0   ? static_cast<i32>(anchor ^ 1u)
                                           : static_cast<i32>(anchor);
  }
}

// How many anchors each tuple is the target of, added to zeros. A label without a tuple is left
// out.
__device__ __forceinline__ void count_labels(const CountParams& p) {
  const u32 anchor = blockIdx.x * kRowThreads + threadIdx.x;
  if (anchor < p.anchors) {
    const u32 label = static_cast<u32>(p.labels[anchor * p.labelStride]);
    if (label < p.tuples) {
      atomicAdd(p.counts + label, 1u);
    }
  }
}

// The label of an anchor whose tuple is on another rank.
constexpr u32 kElsewhere = 0xffffffffu;

constexpr double kLn2 = 0.6931471805599453;

// What counts for nothing has sums that may hold anything: relative to this score, times the
// orientation, the exponential of any other is finite.
constexpr float kNothing = 3e38f;

// Of the gradients of a cross-entropy by logits, but for the count of targets.
__device__ __forceinline__ double gradient_factor(const SumsParams& p) {
  return p.sides * p.scalars->upstream * p.scalars->rowScale / (2.0 * p.targets);
}

__device__ __forceinline__ u32 count_of(const SumsParams& p, u32 tuple) {
  return p.counts != nullptr ? p.counts[tuple] : tuple < p.targets ? 1 : 0;
}

// What the weigh kernels take of a sum of exponentials: a peak, and the factor over the sum
// relative to it. The sum is that of a score, times e^excess. With a fixed shift the weigh kernels
// make one exponential for row and column, relative to it.
__device__ __forceinline__ void write_weight(const PairScalars& s, float* peaks, float* factors,
                                             u32 at, double score, double excess, double peak,
                                             double factor) {
  const double log =
      s.isFixed != 0 ? s.shift2 * kLn2 - s.rowScale * score : s.rowScale * (peak - score);
  peaks[at] = static_cast<float>(peak);
  factors[at] = static_cast<float>(factor * exp(log - excess));
}

__device__ __forceinline__ void write_nothing(const PairScalars& s, float* peaks, float* factors,
                                              u32 at) {
  peaks[at] = kNothing * s.orientation;
  factors[at] = 0.0f;
}

// The logarithm of a sum over the exponential of a score.
__device__ __forceinline__ double excess_of(const PairScalars& s, const PeakedSum& sum,
                                            double score) {
  return s.rowScale * (sum.peak - score) + sum.log * kLn2;
}

// Which of two scores has the greater exponent.
__device__ __forceinline__ double peak_of(const PairScalars& s, double a, double b) {
  return (a - b) * s.orientation > 0.0 ? a : b;
}

__device__ __forceinline__ void unite_peaks(const UniteParams& p) {
  const u32 anchor = blockIdx.x * kRowThreads + threadIdx.x;
  if (anchor < p.anchors) {
    const PeakedSum& sum = p.rowSums[anchor];
    // The logarithm of no sum is less than any, and its peak is none.
    p.peaks[anchor] = exp2(sum.log) == 0.0 ? kLeastPeak : sum.peak * p.scalars->orientation;
  }
}

__device__ __forceinline__ void unite_sums(const UniteParams& p) {
  const u32 anchor = blockIdx.x * kRowThreads + threadIdx.x;
  if (anchor < p.anchors) {
    const PeakedSum& sum = p.rowSums[anchor];
    const PairScalars& s = *p.scalars;
    const double difference = sum.peak * s.orientation - p.peaks[anchor];
    const double part = exp2(sum.log);
    p.sums[anchor] = part == 0.0 ? 0.0 : part * exp(fabs(s.rowScale) * difference);
    const u32 label = static_cast<u32>(p.labels[anchor * p.labelStride]);
    p.sums[p.anchors + anchor] = label < p.tuples ? p.targetScores[anchor] : 0.0;
  }
}

__device__ __forceinline__ void unite_rows(const UniteParams& p) {
  const u32 anchor = blockIdx.x * kRowThreads + threadIdx.x;
  if (anchor < p.anchors) {
    p.rowSums[anchor] = {p.peaks[anchor] * p.scalars->orientation, log2(p.sums[anchor])};
    p.targetScores[anchor] = static_cast<float>(p.sums[p.anchors + anchor]);
  }
}

// The cross-entropies of each target, and the sums that it joins.
__device__ __forceinline__ void targets(const SumsParams& p) {
  const u32 anchor = blockIdx.x * kRowThreads + threadIdx.x;
  double part = 0.0;
  if (anchor < p.targets) {
    const PairScalars& s = *p.scalars;
    const double factor = gradient_factor(p);
    const u32 label =
        p.labels == nullptr ? anchor : static_cast<u32>(p.labels[anchor * p.labelStride]);
    const bool isElsewhere = p.isPart != 0 && label == kElsewhere;
    if (label >= p.tuples && !isElsewhere) {
      p.targetScores[anchor] = __uint_as_float(0x7fc00000u);
    }
    const double score = p.targetScores[anchor];
    const double target = s.rowScale * score;
    const PeakedSum& others = p.rowSums[anchor];
    const double row = target_margin(excess_of(s, others, score), target);
    const double ofRow = cross_entropy(row);
    part = isElsewhere ? 0.0 : ofRow + 2.0 * p.smoothing * target;
    const double rowSlope = p.smoothing - others_share(row);
    double columnSlope = p.smoothing;
    write_weight(s, p.rowPeaks, p.rowFactors, anchor, score, ofRow, peak_of(s, others.peak, score),
                 factor);
    const u32 count = label < p.tuples ? count_of(p, label) : 0;
    if (count == 1) {
      const PeakedSum& sum = p.columnSums[label];
      const double column = target_margin(excess_of(s, sum, score), target);
      const double ofColumn = cross_entropy(column);
      part += ofColumn;
      columnSlope -= others_share(column);
      write_weight(s, p.columnPeaks, p.columnFactors, label, score, ofColumn,
                   peak_of(s, sum.peak, score), factor);
    } else if (count > 1) {
      // The others of a target are targets too: its cross-entropy is far from nothing.
      const double ofColumn = excess_of(s, p.columnSums[label], score);
      part += ofColumn;
      columnSlope += count * exp(-ofColumn) - 1.0;
    }
    const bool isApart = p.columnSlopes != nullptr;
    p.targetSlopes[anchor] =
        static_cast<float>(factor * (isApart ? rowSlope : rowSlope + columnSlope));
    if (isApart) {
      p.columnSlopes[anchor] = static_cast<float>(factor * columnSlope);
    }
  } else if (anchor < p.anchors) {
    write_nothing(*p.scalars, p.rowPeaks, p.rowFactors, anchor);
  }
  const double sum = block_sum<kRowThreads>(part);
  if (threadIdx.x == 0) {
    p.rowParts[blockIdx.x] = sum;
  }
}

// Columns with no target or several, and what smoothing is for each column.
__device__ __forceinline__ void columns(const SumsParams& p) {
  const u32 tuple = blockIdx.x * kRowThreads + threadIdx.x;
  double part = 0.0;
  if (tuple < p.tuples) {
    const PairScalars& s = *p.scalars;
    const double factor = gradient_factor(p);
    const u32 count = count_of(p, tuple);
    if (count == 0) {
      write_nothing(s, p.columnPeaks, p.columnFactors, tuple);
    } else if (count > 1) {
      const PeakedSum& sum = p.columnSums[tuple];
      write_weight(s, p.columnPeaks, p.columnFactors, tuple, sum.peak, sum.log * kLn2, sum.peak,
                   count * factor);
    }
    const double ofRows = p.smoothing / p.allTuples;
    const double ofColumns = p.smoothing * count / p.anchors;
    const double uniform = ofRows + ofColumns;
    const bool isApart = p.rowOffsets != nullptr;
    p.columnOffsets[tuple] = static_cast<float>(factor * (isApart ? ofColumns : uniform));
    if (isApart) {
      p.rowOffsets[tuple] = static_cast<float>(factor * ofRows);
    }
    if (p.totals != nullptr) {
      part = -uniform * p.scalars->rowScale * p.totals[tuple];
    }
  }
  const double sum = block_sum<kRowThreads>(part);
  if (threadIdx.x == 0) {
    p.columnParts[blockIdx.x] = sum;
  }
}

__device__ __forceinline__ void write_loss(const LossParams& p) {
  const double sum = sum_of(p.rowParts, p.rowBlocks, 1) +
                     (p.columnBlocks == 0 ? 0.0 : sum_of(p.columnParts, p.columnBlocks, 1));
  if (threadIdx.x == 0) {
    store_element(p.loss, p.lossType, 0, sum / p.terms / p.targets, false);
  }
}

__device__ __forceinline__ void temperature_gradient(const TemperatureGradientParams& p) {
  double sum = sum_of(&p.parts->x, p.blocks, 2) + sum_of(&p.parts->y, p.blocks, 2);
  if (p.columnParts != nullptr) {
    sum += sum_of(&p.columnParts->x, p.columnBlocks, 2);
    sum += sum_of(&p.columnParts->y, p.columnBlocks, 2);
  }
  if (threadIdx.x == 0) {
    write_gradient(p.out, 0, 0, -sum * p.scalars->rowScale / p.sides);
  }
}

__device__ __forceinline__ void sigmoid_gradients(const SigmoidGradientsParams& p) {
  const double x = sum_of(&p.parts->x, p.blocks, 2);
  const double y = sum_of(&p.parts->y, p.blocks, 2);
  if (threadIdx.x == 0) {
    if (p.ofScale.to != nullptr) {
      write_gradient(p.ofScale, 0, 0, x);
    }
    if (p.ofBias.to != nullptr) {
      write_gradient(p.ofBias, 0, 0, y);
    }
  }
}

}  // namespace gramian::contrastive

GRAMIAN_KERNEL(contrastive_make_labels, gramian::contrastive::MakeLabelsParams,
               gramian::kRowThreads) {
  gramian::contrastive::make_labels(p);
}

GRAMIAN_KERNEL(contrastive_count_labels, gramian::contrastive::CountParams, gramian::kRowThreads) {
  gramian::contrastive::count_labels(p);
}

GRAMIAN_KERNEL(contrastive_targets, gramian::contrastive::SumsParams, gramian::kRowThreads) {
  gramian::contrastive::targets(p);
}

GRAMIAN_KERNEL(contrastive_unite_peaks, gramian::contrastive::UniteParams, gramian::kRowThreads) {
  gramian::contrastive::unite_peaks(p);
}

GRAMIAN_KERNEL(contrastive_unite_sums, gramian::contrastive::UniteParams, gramian::kRowThreads) {
  gramian::contrastive::unite_sums(p);
}

GRAMIAN_KERNEL(contrastive_unite_rows, gramian::contrastive::UniteParams, gramian::kRowThreads) {
  gramian::contrastive::unite_rows(p);
}

GRAMIAN_KERNEL(contrastive_columns, gramian::contrastive::SumsParams, gramian::kRowThreads) {
  gramian::contrastive::columns(p);
}

GRAMIAN_KERNEL(contrastive_loss, gramian::contrastive::LossParams, gramian::kRowThreads) {
  gramian::contrastive::write_loss(p);
}

GRAMIAN_KERNEL(contrastive_temperature_gradient, gramian::contrastive::TemperatureGradientParams,
               gramian::kRowThreads) {
  gramian::contrastive::temperature_gradient(p);
}

GRAMIAN_KERNEL(contrastive_sigmoid_gradients, gramian::contrastive::SigmoidGradientsParams,
               gramian::kRowThreads) {
  gramian::contrastive::sigmoid_gradients(p);
}
