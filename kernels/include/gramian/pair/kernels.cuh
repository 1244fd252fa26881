// Defines the kernels of a score functor with objectives.
#pragma once

#include "gramian/pair/objective/matrix.cuh"
#include "gramian/pair/objective/sigmoid.cuh"
#include "gramian/pair/objective/softmax.cuh"
#include "gramian/pair/tuples.cuh"
#include "gramian/pair/weigh.cuh"

// <name>_<dtype>_n<N>_<objective>_forward and _weigh.
#define GRAMIAN_PAIR_DTYPE(name, N, dtype, T, objective, Objective, ...)                  \
  GRAMIAN_KERNEL(name##_##dtype##_n##N##_##objective##_forward, Objective::ForwardParams, \
                 gramian::kGemmThreads) {                                                 \
    gramian::pair_forward<T, __VA_ARGS__, Objective>(p);                                  \
  }                                                                                       \
  GRAMIAN_KERNEL(name##_##dtype##_n##N##_##objective##_weigh, Objective::WeighParams,     \
                 gramian::kGemmThreads) {                                                 \
    gramian::pair_weigh<T, __VA_ARGS__, Objective>(p);                                    \
  }

// The passes over pairs of one objective.
#define GRAMIAN_PAIR_OBJECTIVE(name, N, objective, Objective, ...)                    \
  GRAMIAN_PAIR_DTYPE(name, N, bf16, gramian::bf16, objective, Objective, __VA_ARGS__) \
  GRAMIAN_PAIR_DTYPE(name, N, f16, gramian::f16, objective, Objective, __VA_ARGS__)

// <name>_n<N>_finish: the gradients of the tuples' rows.
#define GRAMIAN_PAIR_FINISH(name, N, ...)                                                   \
  GRAMIAN_KERNEL(name##_n##N##_finish, gramian::FinishTuplesParams, gramian::kRowThreads) { \
    gramian::finish_tuples<__VA_ARGS__>(p);                                                 \
  }

// <name>_n<N>_prepare and _finish.
#define GRAMIAN_PAIR_TUPLES(name, N, ...)                                                     \
  GRAMIAN_KERNEL(name##_n##N##_prepare, gramian::PrepareTuplesParams, gramian::kRowThreads) { \
    gramian::prepare_tuples<__VA_ARGS__>(p);                                                  \
  }                                                                                           \
  GRAMIAN_PAIR_FINISH(name, N, __VA_ARGS__)

// All kernels of a similarity, with the objectives that take any.
#define GRAMIAN_PAIR_KERNELS(name, N, ...)                                \
  GRAMIAN_PAIR_OBJECTIVE(name, N, softmax, gramian::Softmax, __VA_ARGS__) \
  GRAMIAN_PAIR_OBJECTIVE(name, N, sigmoid, gramian::Sigmoid, __VA_ARGS__) \
  GRAMIAN_PAIR_OBJECTIVE(name, N, matrix, gramian::Matrix, __VA_ARGS__)   \
  GRAMIAN_PAIR_TUPLES(name, N, __VA_ARGS__)
