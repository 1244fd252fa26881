package io.gramian.kernels.compiler;

/**
 * What a multiprocessor of a target has for the blocks that it runs at a time, from the table of
 * compute capabilities in the CUDA C++ Programming Guide.
 *
 * @param threads threads at a time
 * @param blocks blocks at a time
 * @param sharedBytes shared memory
 */
record Multiprocessor(int threads, int blocks, int sharedBytes) {
  private static final int WARP = 32;
  private static final int REGISTERS = 64 * 1024;

  /** Registers are given to warps in units of so many. */
  private static final int REGISTER_UNIT = 256;

  /** A multiprocessor has four parts, each with a quarter of the registers. */
  private static final int PARTS = 4;

  /** Shared memory that the system takes for each block. */
  private static final int RESERVED_SHARED_BYTES = 1024;

  /**
   * How many blocks of a kernel run at a time if they use no dynamic shared memory.
   *
   * @param blocks blocks at a time
   * @param limit what there would have to be more of for one more
   * @param dynamicSharedBytes the most dynamic shared memory of a block that leaves it at that
   */
  record Occupancy(int blocks, String limit, int dynamicSharedBytes) {}

  /** The multiprocessor of the device that a target is named after; a target runs on others too. */
  static Multiprocessor of(Target target) {
    return switch (target) {
      case SM_80, COMPUTE_80 -> new Multiprocessor(2048, 32, 164 << 10);
      case SM_90A, COMPUTE_90A, SM_100 -> new Multiprocessor(2048, 32, 228 << 10);
      case SM_120 -> new Multiprocessor(1536, 24, 100 << 10);
    };
  }

  /** The occupancy of a kernel whose blocks have so many threads. */
  Occupancy occupancy(PtxasReport.Resources kernel, int blockThreads) {
    int warps = (blockThreads + WARP - 1) / WARP;
    int perWarp = (kernel.registers() * WARP + REGISTER_UNIT - 1) / REGISTER_UNIT * REGISTER_UNIT;
    int byRegisters = REGISTERS / PARTS / perWarp * PARTS / warps;
    int byThreads = threads / (warps * WARP);
    int perBlock = kernel.sharedBytes() + RESERVED_SHARED_BYTES;
    int byShared = sharedBytes / perBlock;
    int most = Math.min(Math.min(byRegisters, byThreads), Math.min(byShared, blocks));
    String limit =
        most == byRegisters
            ? "registers"
            : most == byThreads ? "threads" : most == byShared ? "shared memory" : "blocks";
    int dynamic = most == 0 ? 0 : sharedBytes / most - perBlock;
    return new Occupancy(most, limit, dynamic);
  }

  /** The part of the possible threads that a number of blocks has, in percent. */
  int percent(int blockCount, int blockThreads) {
    return 100 * blockCount * blockThreads / threads;
  }
}
