package io.gramian.nd4j;

import org.junit.jupiter.api.Assumptions;

/** Whether ND4J's native code is there; the build brings it for linux-x86_64. */
final class Natives {
  private Natives() {}

  /** Skips the test where ND4J cannot be loaded. */
  static void require() {
    boolean packaged =
        System.getProperty("os.name").equals("Linux")
            && System.getProperty("os.arch").equals("amd64");
    Assumptions.assumeTrue(
        packaged, "ND4J's native code is on the class path for linux-x86_64 only");
  }
}
