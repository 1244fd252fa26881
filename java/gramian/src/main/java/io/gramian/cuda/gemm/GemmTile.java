package io.gramian.cuda.gemm;

import io.gramian.cuda.abi.Constants;

/** The tile of a product that a block of the tensor-core kernels makes. */
public final class GemmTile {
  private GemmTile() {}

  /**
   * Dynamic shared memory of the pipeline of a block.
   *
   * @param rows of both operands in its tile
   */
  public static int stageBytes(int rows) {
    return Constants.STAGES * Constants.STAGE_DEPTH * Short.BYTES * rows;
  }

  /** Dynamic shared memory of a block that multiplies weights with rows. */
  public static int gradientSharedBytes() {
    return stageBytes(Constants.GEMM_ROWS + Constants.GRADIENT_COLUMNS);
  }
}
