// What all scores over pairs share: anchors, products of members, sums over slices, and the
// products of the gradient.
#include "gramian/gemm/gradient.cuh"
#include "gramian/gemm/operand.cuh"
#include "gramian/pair/anchors.cuh"
#include "gramian/pair/begin.cuh"
#include "gramian/pair/centroid.cuh"
#include "gramian/pair/correct.cuh"
#include "gramian/pair/elementwise.cuh"
#include "gramian/pair/reduce.cuh"

GRAMIAN_KERNEL(pair_begin, gramian::PairBeginParams, gramian::kRowThreads) { gramian::begin(p); }

GRAMIAN_KERNEL(pair_prepare_rows, gramian::PrepareRowsParams, gramian::kRowThreads) {
  gramian::prepare_rows<false>(p);
}

GRAMIAN_KERNEL(pair_prepare_directions, gramian::PrepareRowsParams, gramian::kRowThreads) {
  gramian::prepare_rows<true>(p);
}

GRAMIAN_KERNEL(pair_finish_anchors, gramian::FinishAnchorsParams, gramian::kRowThreads) {
  gramian::finish_anchors(p);
}

GRAMIAN_KERNEL(pair_prepare_elementwise, gramian::PrepareElementwiseParams, gramian::kRowThreads) {
  gramian::prepare_elementwise(p);
}

GRAMIAN_KERNEL(pair_finish_elementwise, gramian::FinishElementwiseParams, gramian::kRowThreads) {
  gramian::finish_elementwise(p);
}

GRAMIAN_KERNEL(pair_prepare_centroid, gramian::PrepareElementwiseParams, gramian::kRowThreads) {
  gramian::prepare_centroid(p);
}

GRAMIAN_KERNEL(pair_finish_centroid, gramian::FinishElementwiseParams, gramian::kRowThreads) {
  gramian::finish_centroid(p);
}

GRAMIAN_KERNEL(pair_gradient_of_anchors, gramian::GradientGemmParams, gramian::kGemmThreads) {
  gramian::pair_gradient<false, false>(p);
}

GRAMIAN_KERNEL(pair_gradient_of_tuples, gramian::GradientGemmParams, gramian::kGemmThreads) {
  gramian::pair_gradient<true, false>(p);
}

GRAMIAN_KERNEL(pair_mirrored_gradient_of_anchors, gramian::GradientGemmParams,
               gramian::kGemmThreads) {
  gramian::pair_gradient<false, true>(p);
}

GRAMIAN_KERNEL(pair_mirrored_gradient_of_tuples, gramian::GradientGemmParams,
               gramian::kGemmThreads) {
  gramian::pair_gradient<true, true>(p);
}

GRAMIAN_KERNEL(pair_merge_sums, gramian::MergeSumsParams, gramian::kRowThreads) {
  gramian::merge_sums(p);
}

GRAMIAN_KERNEL(pair_correct_anchors, gramian::CorrectParams, gramian::kRowThreads) {
  gramian::correct_anchors(p);
}

GRAMIAN_KERNEL(pair_correct_tuples, gramian::CorrectParams, gramian::kRowThreads) {
  gramian::correct_tuples(p);
}
