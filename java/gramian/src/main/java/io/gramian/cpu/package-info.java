/**
 * The SIMD backend: float32 arithmetic in the Vector API on all cores, sums in float64 where it
 * matters; the same result to the bit from run to run and for any number of threads.
 *
 * <p>Its rooms, each of which knows only those below it:
 *
 * <ul>
 *   <li>{@code op}: one executor an op, and the table of them;
 *   <li>{@code cloud}: weighted point clouds; {@code set}: distributions of vectors; {@code nway}:
 *       index tuples; {@code sample}: the vectors of one sample; none knows another;
 *   <li>{@code pair}: anchors x tuples, the engine with its scores and objectives;
 *   <li>{@code simd}: gemm in register tiles, and loops over strips, each once with vectors and
 *       once without;
 *   <li>{@code device}: tensors in memory, and threads.
 * </ul>
 *
 * <p>Scratch arrays belong to the executor and are made at planning. Arrays that kernels touch have
 * room for rows up to the next multiple of {@code TileKernel.ROWS} and for strips up to the next
 * multiple of {@code Simd.PADDING}.
 */
package io.gramian.cpu;
