package io.gramian.kernels.compiler;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** An NVIDIA architecture that images are built for: its machine code, its PTX, or both. */
public enum Target {
  /** Ampere; this cubin runs on every 8.x but 8.7, and its PTX on every later device. */
  SM_80("sm_80", "compute_80"),
  /** Hopper with its architecture-specific instructions (wgmma, setmaxnreg). */
  SM_90A("sm_90a", "compute_90a"),
  /** Data-centre Blackwell. */
  SM_100("sm_100", null),
  /** Consumer Blackwell. */
  SM_120("sm_120", null),
  /** The PTX of {@link #SM_80} without the time that ptxas takes. */
  COMPUTE_80(null, "compute_80"),
  /** The PTX of {@link #SM_90A} without the time that ptxas takes. */
  COMPUTE_90A(null, "compute_90a");

  private final String cubinFolder;
  private final String ptxFolder;

  Target(String cubinFolder, String ptxFolder) {
    this.cubinFolder = cubinFolder;
    this.ptxFolder = ptxFolder;
  }

  /**
   * Returns the name in NVRTC's options and on the command line.
   *
   * @return for example {@code sm_90a}
   */
  public String architecture() {
    return cubinFolder == null ? ptxFolder : cubinFolder;
  }

  /**
   * Returns the folder of the machine code and of ptxas's reports.
   *
   * @return for example {@code sm_90a}; null if ptxas does not run
   */
  public String cubinFolder() {
    return cubinFolder;
  }

  /**
   * Returns the folder of the PTX, which is for the emulated device and for the driver's compiler.
   *
   * @return for example {@code compute_90a}; null if it is not kept
   */
  public String ptxFolder() {
    return ptxFolder;
  }

  /**
   * Tells whether the PTX is kept.
   *
   * @return true if it is
   */
  public boolean hasPtx() {
    return ptxFolder != null;
  }

  /**
   * Tells whether ptxas makes machine code, and with it a report of the kernels' resources.
   *
   * @return true if it does
   */
  public boolean hasCubin() {
    return cubinFolder != null;
  }

  /**
   * Parses a comma-separated list.
   *
   * @param names for example {@code sm_80,sm_90a}
   * @return the targets in the order given
   * @throws IllegalArgumentException if a name is unknown; the message lists the known ones
   */
  public static List<Target> parseList(String names) {
    return Arrays.stream(names.split(",")).map(Target::parse).distinct().toList();
  }

  private static Target parse(String name) {
    for (Target target : values()) {
      if (target.architecture().equals(name.strip())) {
        return target;
      }
    }
    String known =
        Arrays.stream(values()).map(Target::architecture).collect(Collectors.joining(", "));
    throw new IllegalArgumentException("unknown target '" + name + "'; known: " + known);
  }
}
