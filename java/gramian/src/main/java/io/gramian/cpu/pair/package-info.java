/** Anchors x tuples: a tiled matrix product, scores as its epilogue, objectives over scores. */
package io.gramian.cpu.pair;
