package io.gramian.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Blocks of 4 rows by 2 vectors, twice, for machines with 16 vector registers. Unrolled by hand for
 * the reason given in {@link WideTiles}.
 */
final class NarrowTiles implements TileKernel {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int COLUMNS = 2 * LANES;
  private static final int HALF = 4;

  @Override
  public int columns() {
    return COLUMNS;
  }

  @Override
  public void multiplyRows(
      float[] a,
      int aAt,
      int rowStride,
      float[] b,
      int bAt,
      int depth,
      float[] c,
      int cAt,
      int cStride) {
    for (int row = 0; row < ROWS; row += HALF) {
      halfRows(a, aAt + row * rowStride, rowStride, b, bAt, depth, c, cAt + row * cStride, cStride);
    }
  }

  @Override
  public void multiplyColumns(
      float[] a,
      int aAt,
      int aStride,
      float[] b,
      int bAt,
      int depth,
      float[] c,
      int cAt,
      int cStride) {
    for (int row = 0; row < ROWS; row += HALF) {
      halfColumns(a, aAt + row, aStride, b, bAt, depth, c, cAt + row * cStride, cStride);
    }
  }

  private static void halfRows(
      float[] a,
      int aAt,
      int rowStride,
      float[] b,
      int bAt,
      int depth,
      float[] c,
      int cAt,
      int cStride) {
    FloatVector c00 = FloatVector.fromArray(SPECIES, c, cAt);
    FloatVector c01 = FloatVector.fromArray(SPECIES, c, cAt + LANES);
    FloatVector c10 = FloatVector.fromArray(SPECIES, c, cAt + cStride);
    FloatVector c11 = FloatVector.fromArray(SPECIES, c, cAt + cStride + LANES);
    FloatVector c20 = FloatVector.fromArray(SPECIES, c, cAt + 2 * cStride);
    FloatVector c21 = FloatVector.fromArray(SPECIES, c, cAt + 2 * cStride + LANES);
    FloatVector c30 = FloatVector.fromArray(SPECIES, c, cAt + 3 * cStride);
    FloatVector c31 = FloatVector.fromArray(SPECIES, c, cAt + 3 * cStride + LANES);
    int row1 = aAt + rowStride;
    int row2 = row1 + rowStride;
    int row3 = row2 + rowStride;
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, bAt + k * COLUMNS);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, bAt + k * COLUMNS + LANES);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[aAt + k]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[row1 + k]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[row2 + k]);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      FloatVector a3 = FloatVector.broadcast(SPECIES, a[row3 + k]);
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
    }
    c00.intoArray(c, cAt);
    c01.intoArray(c, cAt + LANES);
    c10.intoArray(c, cAt + cStride);
    c11.intoArray(c, cAt + cStride + LANES);
    c20.intoArray(c, cAt + 2 * cStride);
    c21.intoArray(c, cAt + 2 * cStride + LANES);
    c30.intoArray(c, cAt + 3 * cStride);
    c31.intoArray(c, cAt + 3 * cStride + LANES);
  }

  private static void halfColumns(
      float[] a,
      int aAt,
      int aStride,
      float[] b,
      int bAt,
      int depth,
      float[] c,
      int cAt,
      int cStride) {
    FloatVector c00 = FloatVector.fromArray(SPECIES, c, cAt);
    FloatVector c01 = FloatVector.fromArray(SPECIES, c, cAt + LANES);
    FloatVector c10 = FloatVector.fromArray(SPECIES, c, cAt + cStride);
    FloatVector c11 = FloatVector.fromArray(SPECIES, c, cAt + cStride + LANES);
    FloatVector c20 = FloatVector.fromArray(SPECIES, c, cAt + 2 * cStride);
    FloatVector c21 = FloatVector.fromArray(SPECIES, c, cAt + 2 * cStride + LANES);
    FloatVector c30 = FloatVector.fromArray(SPECIES, c, cAt + 3 * cStride);
    FloatVector c31 = FloatVector.fromArray(SPECIES, c, cAt + 3 * cStride + LANES);
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, bAt + k * COLUMNS);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, bAt + k * COLUMNS + LANES);
      int at = aAt + k * aStride;
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[at]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[at + 1]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[at + 2]);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      FloatVector a3 = FloatVector.broadcast(SPECIES, a[at + 3]);
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
    }
    c00.intoArray(c, cAt);
    c01.intoArray(c, cAt + LANES);
    c10.intoArray(c, cAt + cStride);
    c11.intoArray(c, cAt + cStride + LANES);
    c20.intoArray(c, cAt + 2 * cStride);
    c21.intoArray(c, cAt + 2 * cStride + LANES);
    c30.intoArray(c, cAt + 3 * cStride);
    c31.intoArray(c, cAt + 3 * cStride + LANES);
  }
}
