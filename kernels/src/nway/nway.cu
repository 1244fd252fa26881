// nway, the tensor of scores of all index tuples of 3 to 5 modalities, and its gradients: what does
// not depend on the score, and mip. The launches of a run are in include/gramian/nway/README.md;
// the loss with negatives = product uses them too.
#include "gramian/nway/gradient.cuh"
#include "gramian/nway/multilinear.cuh"
#include "gramian/nway/reduce.cuh"
#include "gramian/nway/tables.cuh"

#define GRAMIAN_NWAY_DTYPE(dtype, T)                                                               \
  GRAMIAN_KERNEL(nway_lengths_##dtype, gramian::nway::LengthsParams,                               \
                 gramian::nway::kLengthThreads) {                                                  \
    gramian::nway::run_lengths<T>(p);                                                              \
  }                                                                                                \
  GRAMIAN_KERNEL(nway_tables_##dtype, gramian::nway::TablesParams, gramian::nway::kTableThreads) { \
    gramian::nway::run_tables<T>(p);                                                               \
  }                                                                                                \
  GRAMIAN_KERNEL(nway_gradient_##dtype, gramian::nway::GradientParams,                             \
                 gramian::nway::kTileThreads) {                                                    \
    gramian::nway::run_gradient<T>(p);                                                             \
  }                                                                                                \
  GRAMIAN_KERNEL(nway_multilinear_scores_##dtype, gramian::nway::MultilinearScoresParams,          \
                 gramian::nway::kTileThreads) {                                                    \
    gramian::nway::run_multilinear_scores<T>(p);                                                   \
  }                                                                                                \
  GRAMIAN_KERNEL(nway_multilinear_gradient_##dtype, gramian::nway::MultilinearGradientParams,      \
                 gramian::nway::kTileThreads) {                                                    \
    gramian::nway::run_multilinear_gradient<T>(p);                                                 \
  }                                                                                                \
  GRAMIAN_KERNEL(nway_multilinear_finish_##dtype, gramian::nway::MultilinearFinishParams,          \
                 gramian::nway::kLengthThreads) {                                                  \
    gramian::nway::run_multilinear_finish<T>(p);                                                   \
  }

GRAMIAN_NWAY_DTYPE(f32, float)
GRAMIAN_NWAY_DTYPE(bf16, gramian::bf16)
GRAMIAN_NWAY_DTYPE(f16, gramian::f16)

GRAMIAN_KERNEL(nway_reduce, gramian::nway::ReduceParams, gramian::nway::kReduceThreads) {
  gramian::nway::run_reduce(p);
}

GRAMIAN_KERNEL(nway_project, gramian::nway::ProjectParams, gramian::nway::kReduceThreads) {
  gramian::nway::run_project(p);
}
