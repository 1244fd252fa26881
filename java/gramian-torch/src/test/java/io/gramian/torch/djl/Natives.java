package io.gramian.torch.djl;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** Whether DJL's PyTorch runs on this machine. */
final class Natives {
  private Natives() {}

  /** Skips a test where the class path has no natives, as it has for Linux on x86-64 only. */
  static void assume() {
    assumeTrue(
        Natives.class.getResource("/native/lib/pytorch.properties") != null,
        "no natives of DJL's PyTorch for this platform");
  }
}
