package io.gramian.kernels.compiler;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** An NVIDIA architecture that images are built for. */
public enum Target {
  /** Ampere; this cubin runs on every device of compute capability 8.x. */
  SM_80("sm_80", Kind.CUBIN),
  /** Hopper with its architecture-specific instructions (wgmma, setmaxnreg). */
  SM_90A("sm_90a", Kind.CUBIN),
  /** Data-centre Blackwell. */
  SM_100("sm_100", Kind.CUBIN),
  /** Consumer Blackwell. */
  SM_120("sm_120", Kind.CUBIN),
  /** Virtual architecture that the driver compiles for devices without a cubin here. */
  COMPUTE_80("compute_80", Kind.PTX);

  /** What NVRTC is asked for. */
  public enum Kind {
    /** Machine code with ptxas's resource report. */
    CUBIN,
    /** Text for the driver's own compiler; ptxas does not run, so there is no report. */
    PTX
  }

  private final String architecture;
  private final Kind kind;

  Target(String architecture, Kind kind) {
    this.architecture = architecture;
    this.kind = kind;
  }

  /**
   * Returns the name in NVRTC's options, which is also the name of the folder of the images.
   *
   * @return for example {@code sm_90a}
   */
  public String architecture() {
    return architecture;
  }

  /**
   * Returns what is built.
   *
   * @return cubin or PTX
   */
  public Kind kind() {
    return kind;
  }

  /**
   * Returns the suffix of an image file.
   *
   * @return {@code .cubin} or {@code .ptx}
   */
  public String imageSuffix() {
    return kind == Kind.CUBIN ? ".cubin" : ".ptx";
  }

  /**
   * Parses a comma-separated list.
   *
   * @param names for example {@code sm_80,sm_90a}
   * @return the targets in the order given
   * @throws IllegalArgumentException if a name is unknown; the message lists the known ones
   */
  public static List<Target> parseList(String names) {
    return Arrays.stream(names.split(",")).map(Target::parse).toList();
  }

  private static Target parse(String name) {
    for (Target target : values()) {
      if (target.architecture.equals(name.strip())) {
        return target;
      }
    }
    String known =
        Arrays.stream(values()).map(Target::architecture).collect(Collectors.joining(", "));
    throw new IllegalArgumentException("unknown target '" + name + "'; known: " + known);
  }
}
