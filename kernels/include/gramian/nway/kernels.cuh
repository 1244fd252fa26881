// Defines the kernels of a score functor of N modalities.
#pragma once

#include "gramian/nway/backward.cuh"
#include "gramian/nway/scores.cuh"

#define GRAMIAN_NWAY_SCORE(name, N, ...)                                       \
  GRAMIAN_KERNEL(nway_##name##_n##N##_scores, gramian::nway::ScoresParams,     \
                 gramian::nway::kScoreThreads) {                               \
    gramian::nway::run_scores<N, __VA_ARGS__>(p);                              \
  }                                                                            \
  GRAMIAN_KERNEL(nway_##name##_n##N##_backward, gramian::nway::BackwardParams, \
                 gramian::nway::kMostBackwardThreads) {                        \
    gramian::nway::run_backward<N, __VA_ARGS__>(p);                            \
  }

// nway_<name>_n<N>_scores and _backward; N may be a macro.
#define GRAMIAN_NWAY_KERNELS(name, N, ...) GRAMIAN_NWAY_SCORE(name, N, __VA_ARGS__)
