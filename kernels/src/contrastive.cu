// Cross-entropies over pairs, and the sigmoid loss: what is done before, between and after the
// passes over all pairs. For contrastive with negatives = tuples, nt-xent and clip-matched.
#include "gramian/pair/reduce.cuh"

namespace gramian::contrastive {

struct MakeLabelsParams {
  i32* labels;
  u32 anchors;
  u32 targets;
  u32 areViews;
};

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

struct CountParams {
  const i32* labels;
  i64 labelStride;
  u32* counts;
  u32 anchors;
  u32 tuples;
};

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

struct SideParams {
  const PairScalars* scalars;
  // Base-2 logarithms of the sums, and the sums of scores (null without smoothing).
  const double* logs;
  const double* totals;
  // Of the rows: labels and the score with each anchor's own tuple.
  const i32* labels;
  i64 labelStride;
  const float* targetScores;
  // Of the columns: how many anchors each is the target of; null: one of each of the first ones.
  const u32* counts;
  // What the weigh kernels take.
  float* weighLogs;
  float* factors;
  float* offsets;
  // The loss, a part per block.
  double* parts;
  double smoothing;
  u32 anchors;
  u32 tuples;
  // Anchors that have a target, the first ones.
  u32 targets;
  // 2 where anchors and tuples are the same rows, and the gradient of the anchors is doubled to be
  // that of both; else 1.
  u32 sides;
};

constexpr double kLn2 = 0.6931471805599453;

// With a fixed shift the weigh kernels make one exponential for row and column, so that what is
// left of the logarithm goes into the factor. What counts for nothing has sums that may hold
// anything: with this logarithm the exponential is 0.
constexpr float kNothing = 3e38f;

__device__ __forceinline__ void write_factor(const SideParams& p, u32 index, double factor) {
  if (factor == 0.0) {
    p.weighLogs[index] = kNothing;
    p.factors[index] = 0.0f;
    return;
  }
  const PairScalars& s = *p.scalars;
  const double log = p.logs[index];
  p.weighLogs[index] = static_cast<float>(log);
  p.factors[index] = static_cast<float>(s.isFixed != 0 ? factor * exp2(s.shift2 - log) : factor);
}

// Cross-entropy of the rows, and the targets of the columns.
__device__ __forceinline__ void rows(const SideParams& p) {
  const u32 anchor = blockIdx.x * kRowThreads + threadIdx.x;
  double part = 0.0;
  if (anchor < p.targets) {
    const PairScalars& s = *p.scalars;
    const u32 label =
        p.labels == nullptr ? anchor : static_cast<u32>(p.labels[anchor * p.labelStride]);
    const double target = label < p.tuples ? static_cast<double>(p.targetScores[anchor])
                                           : __longlong_as_double(0x7ff8000000000000ll);
    part = p.logs[anchor] * kLn2 - 2.0 * (1.0 - p.smoothing) * s.rowScale * target;
    if (p.totals != nullptr) {
      part -= p.smoothing * s.rowScale * p.totals[anchor] / p.tuples;
    }
    write_factor(p, anchor, p.sides * s.upstream * s.rowScale / (2.0 * p.targets));
  } else if (anchor < p.anchors) {
    write_factor(p, anchor, 0.0);
  }
  const double sum = block_sum<kRowThreads>(part);
  if (threadIdx.x == 0) {
    p.parts[blockIdx.x] = sum;
  }
}

// Cross-entropy of the columns, but for their targets.
__device__ __forceinline__ void columns(const SideParams& p) {
  const u32 tuple = blockIdx.x * kRowThreads + threadIdx.x;
  double part = 0.0;
  if (tuple < p.tuples) {
    const PairScalars& s = *p.scalars;
    const double count = p.counts == nullptr ? (tuple < p.targets ? 1.0 : 0.0) : p.counts[tuple];
    // A column that counts for nothing must not bring in its NaN.
    if (count != 0.0) {
      part = count * p.logs[tuple] * kLn2;
      if (p.totals != nullptr) {
        part -= count * p.smoothing * s.rowScale * p.totals[tuple] / p.anchors;
      }
    }
    const double factor = p.sides * s.upstream * s.rowScale / (2.0 * p.targets);
    write_factor(p, tuple, count * factor);
    p.offsets[tuple] =
        static_cast<float>(factor * p.smoothing * (1.0 / p.tuples + count / p.anchors));
  }
  const double sum = block_sum<kRowThreads>(part);
  if (threadIdx.x == 0) {
    p.parts[blockIdx.x] = sum;
  }
}

struct LossParams {
  const double* rowParts;
  const double* columnParts;
  void* loss;
  u32 lossType;
  u32 rowBlocks;
  u32 columnBlocks;
  u32 targets;
  u32 isSigmoid;
};

__device__ __forceinline__ void write_loss(const LossParams& p) {
  const double sum = sum_of(p.rowParts, p.rowBlocks, 1) +
                     (p.columnBlocks == 0 ? 0.0 : sum_of(p.columnParts, p.columnBlocks, 1));
  if (threadIdx.x == 0) {
    store_element(p.loss, p.lossType, 0, sum / (p.isSigmoid != 0 ? 1.0 : 2.0) / p.targets, false);
  }
}

struct ScalarGradientsParams {
  const PairScalars* scalars;
  const double2* parts;
  u32 blocks;
  u32 isSigmoid;
  u32 sides;
  // Temperature or scale, and bias; each may be null.
  GradientOutput first;
  GradientOutput second;
};

__device__ __forceinline__ void scalar_gradients(const ScalarGradientsParams& p) {
  const double x = sum_of(&p.parts->x, p.blocks, 2);
  const double y = sum_of(&p.parts->y, p.blocks, 2);
  if (threadIdx.x == 0) {
    if (p.first.to != nullptr) {
      write_gradient(p.first, 0, 0,
                     p.isSigmoid != 0 ? x : -(x + y) * p.scalars->rowScale / p.sides);
    }
    if (p.second.to != nullptr) {
      write_gradient(p.second, 0, 0, y);
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

GRAMIAN_KERNEL(contrastive_rows, gramian::contrastive::SideParams, gramian::kRowThreads) {
  gramian::contrastive::rows(p);
}

GRAMIAN_KERNEL(contrastive_columns, gramian::contrastive::SideParams, gramian::kRowThreads) {
  gramian::contrastive::columns(p);
}

GRAMIAN_KERNEL(contrastive_loss, gramian::contrastive::LossParams, gramian::kRowThreads) {
  gramian::contrastive::write_loss(p);
}

GRAMIAN_KERNEL(contrastive_scalar_gradients, gramian::contrastive::ScalarGradientsParams,
               gramian::kRowThreads) {
  gramian::contrastive::scalar_gradients(p);
}
