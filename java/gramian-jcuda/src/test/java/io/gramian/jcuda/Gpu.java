package io.gramian.jcuda;

import io.gramian.Backend;
import io.gramian.Device;
import org.junit.jupiter.api.Assumptions;

/** The device of a test, which is skipped with the reason where there is none. */
final class Gpu {
  private Gpu() {}

  static Device openEmulated() {
    return open("emulated");
  }

  static Device openReal() {
    return open("cuda");
  }

  private static Device open(String name) {
    Backend backend =
        Backend.all().stream().filter(b -> b.name().equals(name)).findFirst().orElseThrow();
    Assumptions.assumeTrue(backend.available(), () -> name + ": " + backend.details());
    return Device.open(name);
  }
}
