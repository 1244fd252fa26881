// semantic-density: variance and range of the sets, and their densities at all points compared
// between the passes over pairs.
#include "gramian/pair/begin.cuh"
#include "gramian/pair/reduce.cuh"
#include "gramian/set/columns.cuh"
#include "gramian/set/exact.cuh"
#include "gramian/set/params.cuh"
#include "gramian/set/semantic_density_params.cuh"

namespace gramian::density {

constexpr double kLn2 = 0.6931471805599453;
// Where the divergence is less of the densities, per point, float exponentials leave it too few
// digits. That of two samples of one distribution is mostly more.
constexpr double kCancellation = 0.01;

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
    set_exponents(s);
    s.shift2 = 0.0f;
    s.isFixed = 0;
    *p.scalars = s;
  }
}

// What the weigh kernels take of a sum of exponentials.
__device__ __forceinline__ void write_weight(float* peaks, float* factors, u32 at,
                                             const PeakedSum& sum, double factor) {
  peaks[at] = static_cast<float>(sum.peak);
  factors[at] = static_cast<float>(factor * exp2(-sum.log));
}

// (p - q) log(p / q) of both densities p and q at a point, and its gradients.
__device__ __forceinline__ void compare(const CompareParams& p) {
  if (p.isWanted != nullptr && *p.isWanted == 0) {
    return;
  }
  const u32 point = blockIdx.x * kRowThreads + threadIdx.x;
  double part = 0.0;
  double density = 0.0;
  if (point < p.count) {
    const PeakedSum& ownSum = p.ownSums[point];
    const PeakedSum& otherSum = p.otherSums[point];
    const double ownLog = p.inverse / p.own->variance * ownSum.peak + ownSum.log * kLn2;
    const double otherLog = p.inverse / p.other->variance * otherSum.peak + otherSum.log * kLn2;
    const double ratio = ownLog - otherLog;
    const double own = p.constant * exp(ownLog);
    const double other = p.constant * exp(otherLog);
    part = (own - other) * ratio;
    density = 0.5 * (own + other);
    const double weight = (1.0 / p.own->range + 1.0 / p.other->range) * read_scalar(p.upstream);
    const double ofOwn = weight * (own * ratio + (own - other));
    const double ofOther = -weight * (other * ratio + (own - other));
    if (p.ofOwn != nullptr) {
      p.ofOwn[point] = ofOwn;
      p.ofOther[point] = ofOther;
    } else {
      write_weight(p.ownPeaks, p.ownFactors, point, ownSum, ofOwn * p.inverse / p.own->variance);
      write_weight(p.otherPeaks, p.otherFactors, point, otherSum,
                   ofOther * p.inverse / p.other->variance);
    }
  }
  const double sum = block_sum<kRowThreads>(part);
  const double densities = block_sum<kRowThreads>(density);
  if (threadIdx.x == 0) {
    p.parts[blockIdx.x] = make_double2(sum, densities);
  }
}

__device__ __forceinline__ void decide(const DecideParams& p) {
  const double divergence =
      sum_of(&p.parts[0]->x, p.blocks[0], 2) + sum_of(&p.parts[1]->x, p.blocks[1], 2);
  const double densities =
      sum_of(&p.parts[0]->y, p.blocks[0], 2) + sum_of(&p.parts[1]->y, p.blocks[1], 2);
  if (threadIdx.x == 0) {
    *p.isExact = *p.hasNear != 0 || divergence < kCancellation * densities / p.count ? 1 : 0;
  }
}

// Sums of exp(-r / divisor) over the points of a set at points of both, r the squared distance,
// relative to that of the nearest point.
struct ExactSums {
  const ExactParams& p;
  double rate[2];
  double nearest[2][kExactRows];
  double sum[2][kExactRows];

  __device__ __forceinline__ explicit ExactSums(const ExactParams& params) : p(params) {
#pragma unroll
    for (u32 set = 0; set < 2; ++set) {
      rate[set] = p.inverse / p.spread[set]->variance;
#pragma unroll
      for (u32 t = 0; t < kExactRows; ++t) {
        nearest[set][t] = __longlong_as_double(0x7ff0000000000000ll);
        sum[set][t] = 0.0;
      }
    }
  }

  __device__ __forceinline__ void add(double& near, double& total, double rateOfSet, bool exists,
                                      double square) {
    double least = exists ? square : __longlong_as_double(0x7ff0000000000000ll);
#pragma unroll
    for (u32 mask = kWarpSize / 2; mask > 0; mask /= 2) {
      least = fmin(least, __shfl_xor_sync(kFullMask, least, static_cast<int>(mask)));
    }
    least = fmin(least, near);
    const double part = exists ? exp((least - square) * rateOfSet) : 0.0;
    total = (total == 0.0 ? 0.0 : total * exp((least - near) * rateOfSet)) + warp_sum(part);
    near = least;
  }

  __device__ __forceinline__ double pair(u32 t, u32, u32, u32 set, bool exists, double square) {
    // Constant indices: arrays stay in registers.
    if (set == 0) {
      add(nearest[0][t], sum[0][t], rate[0], exists, square);
    } else {
      add(nearest[1][t], sum[1][t], rate[1], exists, square);
    }
    return 0.0;
  }
};

__device__ __forceinline__ void exact_sums(const ExactParams& p) {
  if (*p.pairs.isWanted == 0) {
    return;
  }
  ExactSums sums(p);
  visit_exact_pairs(p.pairs, sums);
  const u32 all = p.pairs.sets[0].count + p.pairs.sets[1].count;
#pragma unroll
  for (u32 t = 0; t < kExactRows; ++t) {
    const u32 point = blockIdx.x * kExactTile + threadIdx.x / kWarpSize + t * kRowWarps;
    if (threadIdx.x % kWarpSize == 0 && point < all) {
#pragma unroll
      for (u32 set = 0; set < 2; ++set) {
        p.sums[set][point] = {-sums.nearest[set][t], log2(sums.sum[set][t])};
      }
    }
  }
}

struct ExactGradient {
  const ExactParams& p;
  double rate[2];
  double ofScale[2];

  __device__ __forceinline__ explicit ExactGradient(const ExactParams& params) : p(params) {
#pragma unroll
    for (u32 set = 0; set < 2; ++set) {
      rate[set] = p.inverse / p.spread[set]->variance;
      ofScale[set] = 0.0;
    }
  }

  // The gradient with respect to -r of a pair, of the logarithm of a set's sum at a point.
  __device__ __forceinline__ double weight(u32 set, u32 point, double square) const {
    const double rateOfSet = set == 0 ? rate[0] : rate[1];
    const PeakedSum& sum = p.sums[set][point];
    const double share = exp((-square - sum.peak) * rateOfSet - sum.log * kLn2);
    return p.gradients[set][point] * share * rateOfSet;
  }

  __device__ __forceinline__ double pair(u32, u32 i, u32 j, u32 set, bool exists, double square) {
    if (!exists) {
      return 0.0;
    }
    const double ofPoint = weight(set, i, square);
    ofScale[0] -= set == 0 ? ofPoint * square : 0.0;
    ofScale[1] -= set == 1 ? ofPoint * square : 0.0;
    return -2.0 * (ofPoint + weight(i < p.pairs.sets[0].count ? 0 : 1, j, square));
  }
};

__device__ __forceinline__ void exact_gradient(const ExactParams& p) {
  if (*p.pairs.isWanted == 0) {
    return;
  }
  ExactGradient gradient(p);
  visit_exact_pairs(p.pairs, gradient);
  const double x = block_sum<kRowThreads>(gradient.ofScale[0]);
  const double y = block_sum<kRowThreads>(gradient.ofScale[1]);
  if (threadIdx.x == 0) {
    p.ofScales[blockIdx.x] = make_double2(x, y);
  }
}

__device__ __forceinline__ void write_loss(const LossParams& p) {
  const double sum =
      sum_of(&p.parts[0]->x, p.blocks[0], 2) + sum_of(&p.parts[1]->x, p.blocks[1], 2);
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
      *p.isExact != 0 ? sum_of(p.exact, p.exactBlocks, 2)
                      : sum_of(p.within, p.withinBlocks, 2) + sum_of(p.between, p.betweenBlocks, 2);
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

GRAMIAN_KERNEL(density_decide, gramian::density::DecideParams, gramian::kRowThreads) {
  gramian::density::decide(p);
}

GRAMIAN_KERNEL(density_exact_sums, gramian::density::ExactParams, gramian::kRowThreads) {
  gramian::density::exact_sums(p);
}

GRAMIAN_KERNEL(density_exact_gradient, gramian::density::ExactParams, gramian::kRowThreads) {
  gramian::density::exact_gradient(p);
}

GRAMIAN_KERNEL(density_loss, gramian::density::LossParams, gramian::kRowThreads) {
  gramian::density::write_loss(p);
}

GRAMIAN_KERNEL(density_spread_gradient, gramian::density::SpreadGradientParams,
               gramian::kRowThreads) {
  gramian::density::spread_gradient(p);
}
