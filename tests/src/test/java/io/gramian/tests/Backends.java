package io.gramian.tests;

import io.gramian.Backend;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** The backends of this machine. */
public final class Backends {
  private Backends() {}

  /** Names of all that are available. */
  public static List<String> available() {
    return Backend.all().stream().filter(Backend::available).map(Backend::name).toList();
  }

  /** A backend that runs the CUDA code, on a GPU or emulated; skips the test if there is none. */
  public static String requireCuda() {
    for (String name : List.of("cuda", "emulated")) {
      if (available().contains(name)) {
        return name;
      }
    }
    StringBuilder reasons = new StringBuilder("no CUDA device, real or emulated:");
    for (Backend backend : Backend.all()) {
      if (!backend.available()) {
        reasons.append(' ').append(backend.name()).append(": ").append(backend.details());
      }
    }
    return Assumptions.abort(reasons.toString());
  }
}
