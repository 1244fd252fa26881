/** Tiled products on the tensor cores: rows as operands of 16-bit planes. */
package io.gramian.cuda.gemm;
