/** Weighted point clouds: embeddings by random features, exact similarities. */
package io.gramian.cpu.cloud;
