// One or two sets of points: their means, the points less the common mean, and their gradients as
// the caller wants them.
#include "gramian/set/columns.cuh"
#include "gramian/set/params.cuh"
#include "gramian/set/sets_params.cuh"

namespace gramian::sets {

// A warp has a point.
__device__ __forceinline__ void lengths(const LengthsParams& p) {
  const i64 row = warp_row();
  if (row >= p.set.count) {
    return;
  }
  double square = 0.0;
#pragma unroll 2
  for (u32 k = threadIdx.x % kWarpSize; k < p.set.depth; k += kWarpSize) {
    const double x = load_element(p.set.rows.rows, p.set.type, row * p.set.rows.stride + k);
    square = fma(x, x, square);
  }
  square = warp_sum(square);
  if (threadIdx.x % kWarpSize == 0) {
    p.set.factors[row] = normalized(square, p.set.leastNorm).scale;
  }
}

__device__ __forceinline__ void column_sums(const SumsParams& p) {
  const SetColumn at(p.set);
  double sum = 0.0;
#pragma unroll 4
  for (u32 row = at.first; row < at.end; row += kRowWarps) {
    sum += set_value(p.set, row, at.column);
  }
  sum = sum_over_warps(sum);
  if (threadIdx.x < kWarpSize && at.column < p.set.depth) {
    p.sums[static_cast<i64>(blockIdx.y) * p.set.depth + at.column] = sum;
  }
}

// A thread has a dimension.
__device__ __forceinline__ void means(const MeansParams& p) {
  const u32 column = blockIdx.x * kRowThreads + threadIdx.x;
  if (column == 0 && p.hasNear != nullptr) {
    *p.hasNear = 0;
  }
  if (column >= p.depth) {
    return;
  }
  double all = 0.0;
  double count = 0.0;
#pragma unroll 1
  for (u32 set = 0; set < p.sets; ++set) {
    double sum = 0.0;
#pragma unroll 1
    for (u32 s = 0; s < p.slices[set]; ++s) {
      sum += p.sums[set][static_cast<i64>(s) * p.depth + column];
    }
    p.means[set][column] = sum / p.counts[set];
    all += sum;
    count += p.counts[set];
  }
  p.centre[column] = all / count;
}

// A warp has a point.
__device__ __forceinline__ void centre_points(const CentreParams& p) {
  const i64 row = warp_row();
  if (row >= p.set.count) {
    return;
  }
#pragma unroll 2
  for (u32 k = threadIdx.x % kWarpSize; k < p.set.depth; k += kWarpSize) {
    p.to[row * p.stride + k] =
        static_cast<float>(set_value(p.set, static_cast<u32>(row), k) - p.centre[k]);
  }
}

// A warp has a point.
__device__ __forceinline__ void finish(const FinishParams& p) {
  const i64 row = warp_row();
  if (row >= p.set.count) {
    return;
  }
  // A point that was made unit moves only across itself.
  const double factor = p.set.factors == nullptr ? 1.0 : p.set.factors[row];
  double along = 0.0;
  if (p.set.factors != nullptr && factor < 1.0 / p.set.leastNorm) {
#pragma unroll 2
    for (u32 k = threadIdx.x % kWarpSize; k < p.set.depth; k += kWarpSize) {
      along = fma(set_value(p.set, static_cast<u32>(row), k),
                  static_cast<double>(p.gradient[row * p.gradientStride + k]), along);
    }
    along = warp_sum(along);
  }
  const bool isExact = p.isExact != nullptr && *p.isExact != 0;
#pragma unroll 1
  for (u32 k = threadIdx.x % kWarpSize; k < p.set.depth; k += kWarpSize) {
    double value =
        isExact ? p.exact[row * p.set.depth + k] : p.gradient[row * p.gradientStride + k];
    if (along != 0.0) {
      value -= along * set_value(p.set, static_cast<u32>(row), k);
    }
    value *= factor;
    if (p.spread != nullptr) {
      const double deviation = set_value(p.set, static_cast<u32>(row), k) - p.mean[k];
      value = fma(p.spread->ofDeviation, deviation, value);
      const double step = p.spread->ofExtent * (p.columns.high[k] - p.columns.low[k]);
      value +=
          (p.columns.highest[k] == row ? step : 0.0) - (p.columns.lowest[k] == row ? step : 0.0);
    }
    write_gradient(p.out, row, k, value);
  }
}

}  // namespace gramian::sets

GRAMIAN_KERNEL(sets_lengths, gramian::sets::LengthsParams, gramian::kRowThreads) {
  gramian::sets::lengths(p);
}

GRAMIAN_KERNEL(sets_sums, gramian::sets::SumsParams, gramian::kRowThreads) {
  gramian::sets::column_sums(p);
}

GRAMIAN_KERNEL(sets_means, gramian::sets::MeansParams, gramian::kRowThreads) {
  gramian::sets::means(p);
}

GRAMIAN_KERNEL(sets_centre, gramian::sets::CentreParams, gramian::kRowThreads) {
  gramian::sets::centre_points(p);
}

GRAMIAN_KERNEL(sets_finish, gramian::sets::FinishParams, gramian::kRowThreads) {
  gramian::sets::finish(p);
}
