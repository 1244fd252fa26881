/**
 * The SIMD backend: float32 arithmetic in the Vector API on all cores, sums in float64 where it
 * matters; the same result to the bit from run to run and for any number of threads.
 *
 * <p>What ops are built on:
 *
 * <ul>
 *   <li>{@link io.gramian.cpu.Product} multiplies a {@link io.gramian.cpu.Left} operand, best
 *       packed in {@link io.gramian.cpu.Bands}, by packed {@link io.gramian.cpu.Panels}, one
 *       thread, padded buffers, 12 rows at a time.
 *   <li>{@link io.gramian.cpu.Workers} does a fixed list of tasks on all threads of the device.
 *   <li>{@link io.gramian.cpu.StripMath}, {@link io.gramian.cpu.ExpMath} and {@link
 *       io.gramian.cpu.ScoreMath} are the vectorised loops, each once with vectors and once
 *       without; {@link io.gramian.cpu.Simd} holds the set in use.
 *   <li>{@link io.gramian.cpu.Rows} and {@link io.gramian.cpu.Scalars} read and write tensors of
 *       any element type and stride.
 * </ul>
 *
 * <p>Scratch arrays belong to the executor and are made at planning. Arrays that kernels touch have
 * room for rows up to the next multiple of {@link io.gramian.cpu.TileKernel#ROWS} and for strips up
 * to the next multiple of {@link io.gramian.cpu.Simd#PADDING}.
 */
package io.gramian.cpu;
