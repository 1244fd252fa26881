package io.gramian.cpu;

/**
 * One way to compute on floats: with vectors or without.
 *
 * @param description for people
 * @param tiles blocks of matrix products
 * @param strips linear algebra
 * @param scores scores and their gradients
 * @param exps exponentials
 */
record Simd(
    String description, TileKernel tiles, StripMath strips, ScoreMath scores, ExpMath exps) {
  /** Strips have room for a multiple of this many floats: that of the widest vector. */
  static final int PADDING = 16;

  /** Floats of an array of {@code count} of which any part, from any index on, may be a strip. */
  static int room(int count) {
    return Math.addExact(count, PADDING);
  }

  /** In scalar code. */
  static Simd scalar() {
    return new Simd(
        "scalar code", new ScalarTiles(), new ScalarStrips(), new ScalarScores(), new ScalarExp());
  }

  /** The best of this machine and Java process. */
  static Simd best() {
    return Best.INSTANCE;
  }

  /** Chosen once; a missing module is reported once. */
  private static final class Best {
    static final Simd INSTANCE = choose();

    private static Simd choose() {
      if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
        System.getLogger(Simd.class.getPackageName())
            .log(
                System.Logger.Level.WARNING,
                "The cpu backend computes in scalar code, many times slower: add the flag"
                    + " --add-modules jdk.incubator.vector to java");
        return scalar();
      }
      return Vectors.simd();
    }
  }

  /** Apart, so that the Vector API is touched only where it is there. */
  private static final class Vectors {
    static Simd simd() {
      int lanes = VectorStrips.LANES;
      TileKernel tiles = lanes >= PADDING ? new WideTiles() : new NarrowTiles();
      return new Simd(
          32 * lanes + "-bit vectors",
          tiles,
          new VectorStrips(),
          new VectorScores(),
          new VectorExp());
    }
  }
}
