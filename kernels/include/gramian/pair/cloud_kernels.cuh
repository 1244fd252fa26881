// Defines the kernels over pairs of points whose scores are summed for each pair of clouds.
#pragma once

#include "gramian/pair/objective/clouds.cuh"
#include "gramian/pair/weigh.cuh"

// <name>_<dtype>_n1_forward and _weigh.
#define GRAMIAN_CLOUD_DTYPE(name, dtype, T, ...)                                                  \
  GRAMIAN_KERNEL(name##_##dtype##_n1_forward, gramian::ForwardParams, gramian::kProductThreads) { \
    gramian::CloudForward<gramian::PairTile<T, __VA_ARGS__>::kTuples> objective;                  \
    gramian::pair_forward<T, __VA_ARGS__>(p, objective);                                          \
  }                                                                                               \
  GRAMIAN_KERNEL(name##_##dtype##_n1_weigh, gramian::WeighParams, gramian::kProductThreads) {     \
    gramian::CloudWeights<gramian::PairTile<T, __VA_ARGS__>::kTuples> objective;                  \
    gramian::pair_weigh<T, __VA_ARGS__>(p, objective);                                            \
  }
#define GRAMIAN_CLOUD_KERNELS(name, ...)                      \
  GRAMIAN_CLOUD_DTYPE(name, bf16, gramian::bf16, __VA_ARGS__) \
  GRAMIAN_CLOUD_DTYPE(name, f16, gramian::f16, __VA_ARGS__)
