package io.gramian.tensorflow;

import org.junit.jupiter.api.Assumptions;
import org.tensorflow.TensorFlow;

/** Whether TensorFlow's native code is there; the build brings it for linux-x86_64. */
final class Natives {
  private Natives() {}

  /** Skips the test where TensorFlow cannot be loaded. */
  static void require() {
    boolean packaged =
        System.getProperty("os.name").equals("Linux")
            && System.getProperty("os.arch").equals("amd64");
    Assumptions.assumeTrue(
        packaged, "TensorFlow's native code is on the class path for linux-x86_64 only");
    TensorFlow.version();
  }
}
