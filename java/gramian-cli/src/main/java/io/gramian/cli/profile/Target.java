package io.gramian.cli.profile;

import io.gramian.cli.UserException;
import java.util.Arrays;
import java.util.List;

/** A device that the emulated one can be, by the target of its machine code. */
public enum Target {
  /** A100. */
  SM_80("sm_80", 80),
  /** H100. */
  SM_90A("sm_90a", 90),
  /** B200. */
  SM_100("sm_100", 100);

  private final String label;
  private final int capability;

  Target(String label, int capability) {
    this.label = label;
    this.capability = capability;
  }

  /** Compute capability, tenfold. */
  public int capability() {
    return capability;
  }

  @Override
  public String toString() {
    return label;
  }

  static Target parse(String text) {
    return Arrays.stream(values())
        .filter(target -> target.label.equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new UserException(
                    "unknown target '" + text + "'; expected one of " + List.of(values())));
  }
}
