package io.gramian.bench.jmh;

import io.gramian.Backend;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The backends that launch kernels. */
final class KernelBackends {
  /** The one that needs no GPU. */
  static final String EMULATED = "emulated";

  private static final String CUDA = "cuda";

  private KernelBackends() {}

  /** The emulated device, there or not, and the GPU if there is one. */
  static List<String> names() {
    List<String> names = new ArrayList<>(List.of(EMULATED));
    if (missing(CUDA).isEmpty()) {
      names.add(CUDA);
    }
    return names;
  }

  /** Why one cannot be opened, or nothing. */
  static Optional<String> missing(String name) {
    Backend found =
        Backend.all().stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
    return found.available() ? Optional.empty() : Optional.of(found.details().getFirst());
  }
}
