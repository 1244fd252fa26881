// The tensor of scores of a box of index tuples. A block makes the factors of a tile of outer
// tuples, a thread each; then each thread streams over them with four rows of the last modality.
#pragma once

#include "gramian/nway/kernel_params.cuh"
#include "gramian/nway/score.cuh"

namespace gramian::nway {

// A tile of outer tuples: kA rows of the last but one outer modality by kB of the last one.
template <u32 N>
struct ScoreTile {
  static constexpr u32 kA = kScoreTileA;
  static constexpr u32 kB = kScoreThreads / kA;
  static constexpr u32 kOuter = N - 1;

  u32 index[kOuter];  // of the tile's first tuple, within the box

  __device__ __forceinline__ explicit ScoreTile(const ScoresParams& p) {
    u32 rest = blockIdx.x;
    index[kOuter - 1] = rest % p.tilesB * kB;
    rest /= p.tilesB;
    index[kOuter - 2] = rest % p.tilesA * kA;
    rest /= p.tilesA;
#pragma unroll
    for (u32 k = 2; k < kOuter; ++k) {
      const u32 l = kOuter - 1 - k;
      index[l] = rest % p.source.box.count[l];
      rest /= p.source.box.count[l];
    }
  }

  // The indices of a tuple of the tile; whether the box has it.
  __device__ __forceinline__ bool tuple(const Box& box, u32 slot, u32 (&at)[kOuter]) const {
#pragma unroll
    for (u32 l = 0; l < kOuter; ++l) {
      at[l] = index[l];
    }
    at[kOuter - 1] += slot % kB;
    at[kOuter - 2] += slot / kB;
    return at[kOuter - 1] < box.count[kOuter - 1] && at[kOuter - 2] < box.count[kOuter - 2];
  }
};

template <u32 N, typename Score>
__device__ __forceinline__ float refined_score(const Source& source, const u32 (&at)[N - 1],
                                               u32 column) {
  u32 row[N];
#pragma unroll
  for (u32 l = 0; l < N - 1; ++l) {
    row[l] = source.box.first[l] + at[l];
  }
  row[N - 1] = source.box.first[N - 1] + column;
  double gram[packed_size(N)];
  read_gram<N>(source, row, gram);
  return static_cast<float>(Score::exact(gram));
}

// Four elements of a row, from a column on that is a multiple of 4.
__device__ __forceinline__ float4 load_four(const float* table, u32 row, u32 pitch) {
  return load_global_nc(reinterpret_cast<const float4*>(table + static_cast<i64>(row) * pitch));
}

template <u32 N>
__device__ __forceinline__ void store_scores(const ScoresParams& p, i64 at, const float4& s,
                                             u32 columns) {
  float* to = p.scores + at;
  const float4 checked =
      make_float4(finite_or_nan(s.x), finite_or_nan(s.y), finite_or_nan(s.z), finite_or_nan(s.w));
  if (p.vectorStores != 0 && columns >= kScoreWidth) {
    store_streaming(reinterpret_cast<float4*>(to), checked);
    return;
  }
  store_streaming(to, checked.x);
  if (columns > 1) {
    store_streaming(to + 1, checked.y);
  }
  if (columns > 2) {
    store_streaming(to + 2, checked.z);
  }
  if (columns > 3) {
    store_streaming(to + 3, checked.w);
  }
}

template <u32 N, typename Score>
__device__ __forceinline__ void run_scores(const ScoresParams& p) {
  using Tile = ScoreTile<N>;
  constexpr u32 kOuter = N - 1;
  constexpr u32 kVectors = Outer<N>::kVectors;
  GRAMIAN_SHARED(float4, factors, kScoreThreads * kVectors);
  const Source& source = p.source;
  const Tile tile(p);
  u32 at[kOuter];
  if (tile.tuple(source.box, threadIdx.x, at)) {
    u32 row[kOuter];
#pragma unroll
    for (u32 l = 0; l < kOuter; ++l) {
      row[l] = source.box.first[l] + at[l];
    }
    prepare_outer<N, Score>(source, row, factors + threadIdx.x * kVectors);
  }
  __syncthreads();
  const u32 columns = source.box.count[N - 1];
  const u32 column = (blockIdx.y * p.columnThreads + threadIdx.x % p.columnThreads) * kScoreWidth;
  if (column >= columns) {
    return;
  }
  const u32 last = source.box.first[N - 1] + column;
  Inner inner[kScoreWidth];
#pragma unroll
  for (u32 k = 0; k < kScoreWidth; ++k) {
    inner[k] = inner_row(source, N - 1, column + k < columns ? last + k : last);
  }
  // Threads that have the same columns share the outer tuples of the tile.
  const u32 group = threadIdx.x / p.columnThreads;
  const u32 groups = kScoreThreads / p.columnThreads;
  const u32 stepB = min(groups, Tile::kB);
  const u32 stepA = max(groups / Tile::kB, 1u);
  const float* columnB = source.tables.high[pair_of(kOuter - 1, N - 1)] + last;
  for (u32 a = group / stepB; a < Tile::kA; a += stepA) {
    u32 b = group % stepB;
    if (!tile.tuple(source.box, a * Tile::kB + b, at)) {
      continue;
    }
    const float4* factor = factors + (a * Tile::kB + b) * kVectors;
    i64 offset = column;
    Leading<N> lead[kScoreWidth];
#pragma unroll
    for (u32 l = 0; l + 1 < kOuter; ++l) {
      const float4 c = load_four(source.tables.high[pair_of(l, N - 1)] + last,
                                 source.box.first[l] + at[l], source.tables.pitch[N - 1]);
      lead[0].c[l] = c.x;
      lead[1].c[l] = c.y;
      lead[2].c[l] = c.z;
      lead[3].c[l] = c.w;
      offset += at[l] * p.stride[l];
    }
    float inverse[Outer<N>::kLead];
    load_lead<N>(factor, inverse);
#pragma unroll
    for (u32 k = 0; k < kScoreWidth; ++k) {
      complete<N>(inverse, lead[k]);
    }
    const u32 endB = min(Tile::kB, source.box.count[kOuter - 1] - tile.index[kOuter - 1]);
    for (; b < endB; b += stepB) {
      at[kOuter - 1] = tile.index[kOuter - 1] + b;
      const float4 v = load_four(columnB, source.box.first[kOuter - 1] + at[kOuter - 1],
                                 source.tables.pitch[N - 1]);
      const float c[kScoreWidth] = {v.x, v.y, v.z, v.w};
      const Outer<N> outer = load_outer<N>(factor);
      factor += stepB * kVectors;
      float s[kScoreWidth];
      u32 refine = Score::evaluate(outer, inner, lead, c, s);
      refine &= columns - column < kScoreWidth ? (1u << (columns - column)) - 1 : 15u;
      float4 result = make_float4(s[0], s[1], s[2], s[3]);
      while (refine != 0) {
        const u32 k = __ffs(refine) - 1;
        refine &= refine - 1;
        const float exact = refined_score<N, Score>(source, at, column + k);
        result.x = k == 0 ? exact : result.x;
        result.y = k == 1 ? exact : result.y;
        result.z = k == 2 ? exact : result.z;
        result.w = k == 3 ? exact : result.w;
      }
      store_scores<N>(p, offset + at[kOuter - 1] * p.stride[kOuter - 1], result, columns - column);
    }
  }
}

}  // namespace gramian::nway
