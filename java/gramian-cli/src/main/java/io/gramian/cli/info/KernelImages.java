package io.gramian.cli.info;

import java.util.List;

/** Which compiled kernels are on the class path. */
final class KernelImages {
  private static final String FOLDER = "META-INF/gramian/kernels/";
  private static final String EMULATED = "META-INF/gramian/emulated/linux-x86_64/libcuda.so.1";
  private static final List<String> TARGETS =
      List.of("sm_80", "sm_90a", "sm_100", "sm_120", "compute_80");

  private KernelImages() {}

  /** Lines for people. */
  static List<String> describe() {
    List<String> found = TARGETS.stream().filter(target -> isThere(FOLDER + target + "/")).toList();
    String gpu =
        found.isEmpty()
            ? "none for GPUs: they are built where an NVIDIA driver is found"
            : "for GPUs: " + String.join(", ", found);
    String emulated =
        isThere(EMULATED)
            ? "for the emulated device: there"
            : "none for the emulated device: they are built when it is asked for";
    return List.of(gpu, emulated);
  }

  private static boolean isThere(String resource) {
    return ClassLoader.getSystemResource(resource) != null;
  }
}
