package io.gramian.cli.profile;

/**
 * Launches of a kernel of one shape.
 *
 * @param launches how many
 * @param blocks of a launch
 * @param threads of a block
 * @param sharedBytes static and dynamic shared memory of a block
 * @param multiprocessors of the device
 * @param sharedBytesOfMultiprocessor shared memory of a multiprocessor
 */
public record LaunchShape(
    long launches,
    long blocks,
    int threads,
    int sharedBytes,
    int multiprocessors,
    int sharedBytesOfMultiprocessor) {
  private static final int MOST_THREADS = 2048;
  private static final int MOST_BLOCKS = 32;

  /** Shared memory that the system takes for each block. */
  private static final int RESERVED_BYTES = 1024;

  static LaunchShape of(CountTable.Row row) {
    return new LaunchShape(
        row.number("launches"),
        row.number("blocks"),
        (int) row.number("threads"),
        (int) (row.number("staticShared") + row.number("dynamicShared")),
        (int) row.number("multiprocessors"),
        (int) row.number("sharedPerMultiprocessor"));
  }

  /**
   * Blocks that a multiprocessor runs at a time.
   *
   * @param resources of the kernel, whose registers may allow fewer; null where they are unknown
   */
  int residentBlocks(KernelResources.Resources resources) {
    int byThreads = MOST_THREADS / threads;
    int byShared = sharedBytesOfMultiprocessor / (sharedBytes + RESERVED_BYTES);
    int most = Math.min(Math.min(byThreads, byShared), MOST_BLOCKS);
    return Math.max(1, resources == null ? most : Math.min(most, resources.residentBlocks()));
  }

  /** Places for blocks in the waves that a launch takes. */
  long slots(KernelResources.Resources resources) {
    long wave = (long) multiprocessors * residentBlocks(resources);
    return Math.ceilDiv(blocks, wave) * wave;
  }
}
