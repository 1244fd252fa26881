package io.gramian.cpu.simd;

import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.device.VectorUnit;

/**
 * One way to compute on floats: with vectors or without.
 *
 * @param hasVectors whether the Vector API is there: loops that are written twice ask
 * @param gemm matrix products
 * @param strips linear algebra
 * @param exps exponentials
 */
public record Simd(boolean hasVectors, Gemm gemm, StripMath strips, ExpMath exps) {
  /** Strips have room for a multiple of this many floats: that of the widest vector. */
  public static final int PADDING = VectorUnit.WIDEST;

  private static final Simd SCALAR =
      new Simd(false, new Gemm(new ScalarTiles()), new ScalarStrips(), new ScalarExp());

  /** Floats of an array of {@code count} of which any part, from any index on, may be a strip. */
  public static int room(int count) {
    return Math.addExact(count, PADDING);
  }

  /** That of a device. */
  public static Simd of(CpuDevice device) {
    return of(device.vectors());
  }

  /** That of a vector unit: of this machine's, or none. */
  static Simd of(VectorUnit unit) {
    return unit.lanes() == 1 ? SCALAR : Vectors.INSTANCE;
  }

  /** Apart, so that the Vector API is touched only where it is there. */
  private static final class Vectors {
    static final Simd INSTANCE =
        new Simd(
            true,
            new Gemm(Lanes.COUNT >= PADDING ? new WideTiles() : new NarrowTiles()),
            new VectorStrips(),
            new VectorExp());
  }
}
