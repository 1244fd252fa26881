// contrastive with negatives = product: from scores of boxes of index tuples to the loss, and from
// scores to weights. The kernels that make the scores and take the weights are those of nway.cu.
#include "gramian/nway/product.cuh"

#define GRAMIAN_PRODUCT_KERNEL(step)                                                             \
  GRAMIAN_KERNEL(product_##step, gramian::nway::ProductParams, gramian::nway::kProductThreads) { \
    gramian::nway::run_product_##step(p);                                                        \
  }

GRAMIAN_PRODUCT_KERNEL(leave_out)
GRAMIAN_PRODUCT_KERNEL(rows)
GRAMIAN_PRODUCT_KERNEL(columns)
GRAMIAN_PRODUCT_KERNEL(fold)
GRAMIAN_PRODUCT_KERNEL(loss)
GRAMIAN_PRODUCT_KERNEL(weights)
GRAMIAN_PRODUCT_KERNEL(diagonal_weights)
GRAMIAN_PRODUCT_KERNEL(temperature)
