package io.gramian.cpu.device;

import jdk.incubator.vector.FloatVector;

/**
 * What the processors do with several floats at once.
 *
 * @param lanes floats of a vector, a power of two; 1 without the Vector API
 */
public record VectorUnit(int lanes) {
  /** Floats of the widest vector. */
  public static final int WIDEST = 16;

  /** No vectors: scalar code. */
  public static VectorUnit none() {
    return new VectorUnit(1);
  }

  /** The best of this machine and Java process. */
  public static VectorUnit best() {
    return Best.INSTANCE;
  }

  /** For people. */
  public String description() {
    return lanes == 1 ? "scalar code" : 32 * lanes + "-bit vectors";
  }

  /** Chosen once; a missing module is reported once. */
  private static final class Best {
    static final VectorUnit INSTANCE = choose();

    private static VectorUnit choose() {
      if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
        System.getLogger("io.gramian.cpu")
            .log(
                System.Logger.Level.WARNING,
                "The cpu backend computes in scalar code, many times slower: add the flag"
                    + " --add-modules jdk.incubator.vector to java");
        return none();
      }
      return Preferred.unit();
    }
  }

  /** Apart, so that the Vector API is touched only where it is there. */
  private static final class Preferred {
    static VectorUnit unit() {
      return new VectorUnit(FloatVector.SPECIES_PREFERRED.length());
    }
  }
}
