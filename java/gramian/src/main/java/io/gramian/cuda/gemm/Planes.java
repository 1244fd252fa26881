package io.gramian.cuda.gemm;

import io.gramian.DType;

/**
 * How rows are fed to the tensor cores, which multiply numbers of 16 bits: as sums of planes of
 * such numbers, whose products add up. The small products come first; those of the first planes
 * lose nothing where both rows have several (kernels, gemm/planes.cuh).
 *
 * @param halves whether the planes of the scores hold f16 rather than bf16
 * @param anchors planes of an anchor in the scores
 * @param tuples planes of a tuple's rows in the scores
 * @param weights planes of the weights in the gradients, of bf16
 * @param rows planes, of bf16, of the rows in the gradients where those of the scores hold f16
 * @param scorePairs pairs of planes: that of the anchor in the lower half of a byte
 * @param anchorGradientPairs of the weights, in the lower half of a byte, with the tuples' rows
 * @param tupleGradientPairs of the weights, in the lower half of a byte, with the anchors
 */
public record Planes(
    boolean halves,
    int anchors,
    int tuples,
    int weights,
    int rows,
    byte[] scorePairs,
    byte[] anchorGradientPairs,
    byte[] tupleGradientPairs) {
  /**
   * What planes and the tensor cores leave out averages out over long rows. Rows up to this long
   * are three planes of bf16; for them the scores take longer than the products anyway.
   */
  public static final int SHORT_ROW = 64;

  private static final byte[] ONE = {0x00};
  private static final byte[] FIRST_BY_TWO = {0x10, 0x00};
  private static final byte[] TWO_BY_FIRST = {0x01, 0x00};
  private static final byte[] TWO_BY_TWO = {0x11, 0x01, 0x10, 0x00};
  private static final byte[] TWO_BY_TWO_BUT_LEAST = {0x01, 0x10, 0x00};
  private static final byte[] THREE_BY_THREE = {0x02, 0x20, 0x11, 0x01, 0x10, 0x00};

  /**
   * Whether the sums of the products of the first planes are exact: where both rows have several,
   * and gradients do not take the first ones alone, which are coarse then.
   */
  boolean areOnGrid() {
    return anchors > 1 && tuples > 1 && rows > 1;
  }

  /**
   * For rows of a type.
   *
   * @param strict keep all bits of rows, and more than 8 of weights, at up to twice the products of
   *     gradients
   */
  public static Planes of(DType type, boolean strict) {
    return switch (type) {
      case BF16 ->
          strict
              ? new Planes(false, 1, 1, 2, 1, ONE, TWO_BY_FIRST, TWO_BY_FIRST)
              : new Planes(false, 1, 1, 1, 1, ONE, ONE, ONE);
      case F16 ->
          strict
              ? new Planes(true, 1, 1, 2, 2, ONE, TWO_BY_TWO_BUT_LEAST, TWO_BY_TWO_BUT_LEAST)
              : new Planes(true, 1, 1, 1, 1, ONE, ONE, ONE);
      default ->
          strict
              ? new Planes(false, 3, 3, 3, 3, THREE_BY_THREE, THREE_BY_THREE, THREE_BY_THREE)
              : new Planes(
                  true, 2, 2, 2, 2, TWO_BY_TWO, TWO_BY_TWO_BUT_LEAST, TWO_BY_TWO_BUT_LEAST);
    };
  }

  /**
   * For scores that magnify the rounding of their products, such as random features of high
   * frequencies.
   *
   * @param strict keep all 24 bits of f32 rows in the gradients, too
   */
  public static Planes ofFeatures(DType type, boolean strict) {
    return type == DType.F32 && !strict
        ? new Planes(false, 3, 3, 2, 2, THREE_BY_THREE, TWO_BY_TWO_BUT_LEAST, TWO_BY_TWO_BUT_LEAST)
        : of(type, strict);
  }

  /** For anchors of a type with rows that are computed, and so are no 16-bit numbers. */
  public static Planes ofMerged(DType type, boolean strict) {
    return switch (type) {
      case BF16 ->
          strict
              ? new Planes(false, 1, 2, 2, 1, FIRST_BY_TWO, TWO_BY_TWO_BUT_LEAST, TWO_BY_FIRST)
              : new Planes(false, 1, 2, 1, 1, FIRST_BY_TWO, ONE, ONE);
      case F16 ->
          strict
              ? new Planes(
                  false, 2, 2, 2, 2, TWO_BY_TWO, TWO_BY_TWO_BUT_LEAST, TWO_BY_TWO_BUT_LEAST)
              : new Planes(false, 2, 2, 1, 1, TWO_BY_TWO, ONE, ONE);
      default -> of(DType.F32, strict);
    };
  }
}
