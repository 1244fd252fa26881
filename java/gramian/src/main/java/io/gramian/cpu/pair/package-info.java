/** Anchors x tuples: a tiled gemm, scores as its epilogue, objectives over scores. */
package io.gramian.cpu.pair;
