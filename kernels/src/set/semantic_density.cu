// semantic-density: variance and range of the sets, and their densities at all points compared
// between the passes over pairs.
#include "gramian/pair/reduce.cuh"
#include "gramian/set/columns.cuh"
#include "gramian/set/params.cuh"
#include "gramian/set/semantic_density_params.cuh"

namespace gramian::density {

constexpr double kLn2 = 0.6931471805599453;
constexpr double kLog2E = 1.4426950408889634;

// An extreme and the first point that attains it. A comparison with NaN is false.
struct Extreme {
  double value;
  u32 row;

  __device__ __forceinline__ void take(double other, u32 at, bool isGreater) {
    if (isGreater || (other == value && at < row)) {
      value = other;
      row = at;
    }
  }
};

__device__ __forceinline__ void measure(const MeasureParams& p) {
  GRAMIAN_SHARED(Extreme, highs, kRowThreads);
  GRAMIAN_SHARED(Extreme, lows, kRowThreads);
  const SetColumn at(p.set);
  double square = 0.0;
  Extreme high = {0.0, ~0u};
  Extreme low = {0.0, ~0u};
  const double mean = at.column < p.set.depth ? p.mean[at.column] : 0.0;
#pragma unroll 2
  for (u32 row = at.first; row < at.end; row += kRowWarps) {
    const double x = set_value(p.set, row, at.column);
    const double difference = x - mean;
    square = fma(difference, difference, square);
    high.take(x, row, high.row == ~0u || x > high.value);
    low.take(x, row, low.row == ~0u || x < low.value);
  }
  highs[threadIdx.x] = high;
  lows[threadIdx.x] = low;
  square = sum_over_warps(square);
  if (threadIdx.x < kWarpSize && at.column < p.set.depth) {
#pragma unroll 1
    for (u32 t = threadIdx.x + kWarpSize; t < kRowThreads; t += kWarpSize) {
      if (highs[t].row != ~0u) {
        high.take(highs[t].value, highs[t].row, highs[t].value > high.value);
        low.take(lows[t].value, lows[t].row, lows[t].value < low.value);
      }
    }
    const i64 to = static_cast<i64>(blockIdx.y) * p.set.depth + at.column;
    p.squares[to] = square;
    p.parts.high[to] = high.value;
    p.parts.low[to] = low.value;
    p.parts.highest[to] = high.row;
    p.parts.lowest[to] = low.row;
  }
}

// One block.
__device__ __forceinline__ void spread(const SpreadParams& p) {
  double variance = 0.0;
  double range = 0.0;
#pragma unroll 1
  for (u32 k = threadIdx.x; k < p.depth; k += kRowThreads) {
    double square = 0.0;
    Extreme high = {p.parts.high[k], p.parts.highest[k]};
    Extreme low = {p.parts.low[k], p.parts.lowest[k]};
#pragma unroll 1
    for (u32 s = 0; s < p.slices; ++s) {
      const i64 at = static_cast<i64>(s) * p.depth + k;
      square += p.squares[at];
      high.take(p.parts.high[at], p.parts.highest[at], p.parts.high[at] > high.value);
      low.take(p.parts.low[at], p.parts.lowest[at], p.parts.low[at] < low.value);
    }
    p.columns.high[k] = high.value;
    p.columns.low[k] = low.value;
    p.columns.highest[k] = high.row;
    p.columns.lowest[k] = low.row;
    variance += square;
    const double extent = high.value - low.value;
    range = fma(extent, extent, range);
  }
  variance = block_sum<kRowThreads>(variance) / max(p.count - 1, 1u);
  range = block_sum<kRowThreads>(range);
  if (threadIdx.x == 0) {
    // A comparison with NaN is false: NaN stays.
    Spread result;
    result.varianceMoves = variance < p.floor ? 0 : 1;
    result.rangeMoves = range < p.floor ? 0 : 1;
    result.variance = variance < p.floor ? p.floor : variance;
    result.range = range < p.floor ? p.floor : range;
    *p.spread = result;
  }
}

__device__ __forceinline__ void scale(const ScaleParams& p) {
  if (threadIdx.x == 0) {
    PairScalars s;
    s.rowScale = p.inverse / p.ofRows->variance;
    s.columnScale = p.inverse / p.ofColumns->variance;
    s.bias = 0.0;
    s.upstream = 1.0;
    s.rowScale2 = static_cast<float>(s.rowScale * kLog2E);
    s.columnScale2 = static_cast<float>(s.columnScale * kLog2E);
    s.shift2 = 0.0f;
    s.isFixed = 0;
    *p.scalars = s;
  }
}

__device__ __forceinline__ void write_weight(float* logs, float* factors, u32 at, double log,
                                             double factor) {
  gramian::write_weight(logs, factors, at, log, factor, static_cast<float>(log));
}

// (p - q) log(p / q) of both densities p and q at a point, and its gradients.
__device__ __forceinline__ void compare(const CompareParams& p) {
  const u32 point = blockIdx.x * kRowThreads + threadIdx.x;
  double part = 0.0;
  if (point < p.count) {
    const double ownLog = p.ownSums[point];
    const double otherLog = p.otherSums[point];
    const double ratio = (ownLog - otherLog) * kLn2;
    const double own = p.constant * exp2(ownLog);
    const double other = p.constant * exp2(otherLog);
    part = (own - other) * ratio;
    const double weight =
        (1.0 / p.own->range + 1.0 / p.other->range) * read_scalar(p.upstream) * p.inverse;
    write_weight(p.ownLogs, p.ownFactors, point, ownLog,
                 weight * (own * ratio + (own - other)) / p.own->variance);
    write_weight(p.otherLogs, p.otherFactors, point, otherLog,
                 -weight * (other * ratio + (own - other)) / p.other->variance);
  }
  const double sum = block_sum<kRowThreads>(part);
  if (threadIdx.x == 0) {
    p.parts[blockIdx.x] = sum;
  }
}

__device__ __forceinline__ void write_loss(const LossParams& p) {
  const double sum = sum_of(p.parts[0], p.blocks[0], 1) + sum_of(p.parts[1], p.blocks[1], 1);
  if (threadIdx.x == 0) {
    *p.divergence = sum;
    if (p.loss != nullptr) {
      store_element(p.loss, p.lossType, 0,
                    sum * (1.0 / p.spread[0]->range + 1.0 / p.spread[1]->range), false);
    }
  }
}

__device__ __forceinline__ void spread_gradient(const SpreadGradientParams& p) {
  const double ofScale =
      sum_of(p.within, p.withinBlocks, 2) + sum_of(p.between, p.betweenBlocks, 2);
  if (threadIdx.x == 0) {
    const Spread& s = *p.spread;
    const double ofVariance = -ofScale / s.variance;
    const double ofRange = -*p.divergence * read_scalar(p.upstream) / (s.range * s.range);
    p.gradient->ofDeviation = s.varianceMoves != 0 ? 2.0 * ofVariance / max(p.count - 1, 1u) : 0.0;
    p.gradient->ofExtent = s.rangeMoves != 0 ? 2.0 * ofRange : 0.0;
  }
}

}  // namespace gramian::density

GRAMIAN_KERNEL(density_measure, gramian::density::MeasureParams, gramian::kRowThreads) {
  gramian::density::measure(p);
}

GRAMIAN_KERNEL(density_spread, gramian::density::SpreadParams, gramian::kRowThreads) {
  gramian::density::spread(p);
}

GRAMIAN_KERNEL(density_scale, gramian::density::ScaleParams, gramian::kRowThreads) {
  gramian::density::scale(p);
}

GRAMIAN_KERNEL(density_compare, gramian::density::CompareParams, gramian::kRowThreads) {
  gramian::density::compare(p);
}

GRAMIAN_KERNEL(density_loss, gramian::density::LossParams, gramian::kRowThreads) {
  gramian::density::write_loss(p);
}

GRAMIAN_KERNEL(density_spread_gradient, gramian::density::SpreadGradientParams,
               gramian::kRowThreads) {
  gramian::density::spread_gradient(p);
}
