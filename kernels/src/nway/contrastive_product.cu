// contrastive with negatives = product: from scores of boxes of index tuples to the loss, and from
// scores to weights. The kernels that make the scores and take the weights are those of nway.cu.
#include "gramian/nway/product.cuh"

GRAMIAN_KERNEL(product_leave_out, gramian::nway::ProductParams, gramian::nway::kProductThreads) {
  gramian::nway::run_product_leave_out(p);
}

GRAMIAN_KERNEL(product_rows, gramian::nway::ProductParams, gramian::nway::kProductThreads) {
  gramian::nway::run_product_rows(p);
}

GRAMIAN_KERNEL(product_columns, gramian::nway::ProductParams, gramian::nway::kProductThreads) {
  gramian::nway::run_product_columns(p);
}

GRAMIAN_KERNEL(product_fold, gramian::nway::ProductParams, gramian::nway::kProductThreads) {
  gramian::nway::run_product_fold(p);
}

GRAMIAN_KERNEL(product_loss, gramian::nway::ProductParams, gramian::nway::kProductThreads) {
  gramian::nway::run_product_loss(p);
}

GRAMIAN_KERNEL(product_weights, gramian::nway::ProductParams, gramian::nway::kProductThreads) {
  gramian::nway::run_product_weights(p);
}

GRAMIAN_KERNEL(product_diagonal_weights, gramian::nway::ProductParams,
               gramian::nway::kProductThreads) {
  gramian::nway::run_product_diagonal_weights(p);
}

GRAMIAN_KERNEL(product_temperature, gramian::nway::ProductParams, gramian::nway::kProductThreads) {
  gramian::nway::run_product_temperature(p);
}
