// Defines the kernels of a score functor.
#pragma once

#include "gramian/pair/tuples.cuh"
#include "gramian/pair/weigh.cuh"

// <name>_<dtype>_n<N>_forward and _weigh, and <name>_n<N>_prepare and _finish.
#define GRAMIAN_PAIR_DTYPE(name, N, dtype, T, ...)                                                \
  GRAMIAN_KERNEL(name##_##dtype##_n##N##_forward, gramian::ForwardParams,                         \
                 gramian::kProductThreads) {                                                      \
    gramian::pair_forward<T, __VA_ARGS__>(p);                                                     \
  }                                                                                               \
  GRAMIAN_KERNEL(name##_##dtype##_n##N##_weigh, gramian::WeighParams, gramian::kProductThreads) { \
    gramian::pair_weigh<T, __VA_ARGS__>(p);                                                       \
  }
#define GRAMIAN_PAIR_KERNELS(name, N, ...)                                                    \
  GRAMIAN_PAIR_DTYPE(name, N, bf16, gramian::bf16, __VA_ARGS__)                               \
  GRAMIAN_PAIR_DTYPE(name, N, f16, gramian::f16, __VA_ARGS__)                                 \
  GRAMIAN_KERNEL(name##_n##N##_prepare, gramian::PrepareTuplesParams, gramian::kRowThreads) { \
    gramian::prepare_tuples<__VA_ARGS__>(p);                                                  \
  }                                                                                           \
  GRAMIAN_KERNEL(name##_n##N##_finish, gramian::FinishTuplesParams, gramian::kRowThreads) {   \
    gramian::finish_tuples<__VA_ARGS__>(p);                                                   \
  }
