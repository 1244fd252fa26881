/**
 * Gemm in register tiles, and loops over strips of floats, each once with vectors and once without.
 */
package io.gramian.cpu.simd;
