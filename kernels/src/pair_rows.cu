// What all scores over pairs share: anchors, products of members, sums over slices, and the
// products of the gradient.
#include "gramian/pair/anchors.cuh"
#include "gramian/pair/begin.cuh"
#include "gramian/pair/correct.cuh"
#include "gramian/pair/gradient.cuh"
#include "gramian/pair/product_tuples.cuh"
#include "gramian/pair/reduce.cuh"

GRAMIAN_KERNEL(pair_begin, gramian::BeginParams, gramian::kRowThreads) { gramian::begin(p); }

GRAMIAN_KERNEL(pair_prepare_rows, gramian::PrepareRowsParams, gramian::kRowThreads) {
  gramian::prepare_rows(p);
}

GRAMIAN_KERNEL(pair_finish_anchors, gramian::FinishAnchorsParams, gramian::kRowThreads) {
  gramian::finish_anchors(p);
}

GRAMIAN_KERNEL(pair_prepare_products, gramian::PrepareProductsParams, gramian::kRowThreads) {
  gramian::prepare_products(p);
}

GRAMIAN_KERNEL(pair_finish_products, gramian::FinishProductsParams, gramian::kRowThreads) {
  gramian::finish_products(p);
}

GRAMIAN_KERNEL(pair_gradient_of_anchors, gramian::GradientParams, gramian::kProductThreads) {
  gramian::pair_gradient<false>(p);
}

GRAMIAN_KERNEL(pair_gradient_of_tuples, gramian::GradientParams, gramian::kProductThreads) {
  gramian::pair_gradient<true>(p);
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
