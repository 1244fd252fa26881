package io.gramian.cuda.gemm;

/** The tile of a product that a block of the tensor-core kernels makes. */
public final class GemmTile {
  /** Rows of a tile. */
  public static final int ROWS = 128;

  /** Columns of a block's tile of a gradient. */
  public static final int GRADIENT_COLUMNS = 128;

  /** Threads of a block. */
  public static final int THREADS = 128;

  /** Pipeline stages in shared memory. */
  public static final int STAGES = 4;

  /** Bytes of a row in a stage. */
  public static final int STAGE_ROW_BYTES = 64;

  private GemmTile() {}

  /** Dynamic shared memory of a block that multiplies weights with rows. */
  public static int gradientSharedBytes() {
    return STAGES * STAGE_ROW_BYTES * (ROWS + GRADIENT_COLUMNS);
  }
}
