package io.gramian.cli.profile;

/**
 * What a device can do at most, from its vendor's data sheet, for estimates.
 *
 * @param name "H100 SXM"
 * @param gigahertz boost clock
 * @param tensorFlops dense 16-bit operations of a multiprocessor and clock
 * @param warpRate the part of {@code tensorFlops} that products of single warps (mma.sync) reach
 * @param l2Bytes that the L2 cache gives in a clock
 * @param memoryBytes that device memory gives in a second
 */
record Gpu(
    String name,
    double gigahertz,
    int tensorFlops,
    double warpRate,
    int l2Bytes,
    double memoryBytes) {
  /** Instructions of warps that a multiprocessor issues in a clock. */
  private static final int ISSUED = 4;

  /** Special functions of threads in a clock, 16, as warps. */
  private static final double SPECIAL = 0.5;

  /** Operations of a warp's largest mma.sync; wgmma does more at once. */
  private static final int LARGEST_MMA = 2 * 16 * 8 * 32;

  /**
   * The longest of the times that a kernel needs of each part of the device.
   *
   * @param seconds by a roofline: everything overlaps, nothing waits
   * @param limit the part that needs them
   */
  record Estimate(double seconds, String limit) {}

  static Gpu of(Target target) {
    return switch (target) {
      case SM_80 -> new Gpu("A100 SXM 80 GB", 1.41, 2048, 1, 5120, 2.04e12);
      // Of mma.sync's rate on Hopper no more than about two thirds of wgmma's has been seen.
      case SM_90A -> new Gpu("H100 SXM", 1.83, 4096, 0.66, 5120, 3.35e12);
      case SM_100 -> new Gpu("B200", 1.85, 8192, 0.5, 5120, 8e12);
    };
  }

  Estimate estimate(KernelProfile kernel) {
    Counts counts = kernel.counts();
    double clocks = gigahertz * 1e9;
    double all = clocks * kernel.multiprocessors();
    long operations = counts.get("tensorOperations");
    boolean isOfWarps = operations <= counts.tensor() * LARGEST_MMA;
    // The parts of a multiprocessor; those that wait for a slot in the last wave do nothing.
    double working = all * kernel.slotsAtWork();
    Estimate estimate =
        new Estimate(
            operations / (working * tensorFlops * (isOfWarps ? warpRate : 1)), "tensor cores");
    estimate = longer(estimate, counts.instructions() / (working * ISSUED), "issue");
    estimate = longer(estimate, counts.get("special") / (working * SPECIAL), "special functions");
    estimate = longer(estimate, counts.get("wavefronts") / working, "shared memory");
    estimate = longer(estimate, counts.sectorBytes() / (clocks * l2Bytes), "L2");
    return longer(
        estimate, (kernel.readBytes() + kernel.writtenBytes()) / memoryBytes, "device memory");
  }

  private static Estimate longer(Estimate so, double seconds, String limit) {
    return seconds > so.seconds() ? new Estimate(seconds, limit) : so;
  }
}
