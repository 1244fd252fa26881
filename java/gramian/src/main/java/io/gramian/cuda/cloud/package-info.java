/** Weighted point clouds: their embeddings, and sums over the pairs of points of two clouds. */
package io.gramian.cuda.cloud;
