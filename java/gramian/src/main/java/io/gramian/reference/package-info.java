/**
 * The judge of correctness: every op in float64, written to be obviously right rather than fast. It
 * builds each Gram matrix and factors it; there is no Schur complement and no tiling. Gradients
 * follow the textbook formulas and are checked by finite differences.
 */
package io.gramian.reference;
