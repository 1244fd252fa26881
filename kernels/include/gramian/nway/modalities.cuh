// Pairs of modalities, and scores that are not numbers.
#pragma once

#include "gramian/device/tensor.cuh"
#include "gramian/nway/params.cuh"

namespace gramian::nway {

// The place of the pair of modalities l < m among all pairs; it does not depend on N.
__device__ __forceinline__ constexpr u32 pair_of(u32 l, u32 m) { return m * (m - 1) / 2 + l; }

// Scores that are not finite are NaN: infinity times 0.
__device__ __forceinline__ float finite_or_nan(float score) { return fmaf(score, 0.0f, score); }

}  // namespace gramian::nway
