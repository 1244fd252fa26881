package io.gramian.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Blocks of 8 rows by 2 vectors for machines with 32 vector registers. Unrolled by hand and without
 * helper methods: a vector that reaches a method which is not inlined is boxed, at a sixth of the
 * speed.
 */
final class WideTiles implements TileKernel {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int COLUMNS = 2 * LANES;

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
    FloatVector c00 = FloatVector.fromArray(SPECIES, c, cAt);
    FloatVector c01 = FloatVector.fromArray(SPECIES, c, cAt + LANES);
    FloatVector c10 = FloatVector.fromArray(SPECIES, c, cAt + cStride);
    FloatVector c11 = FloatVector.fromArray(SPECIES, c, cAt + cStride + LANES);
    FloatVector c20 = FloatVector.fromArray(SPECIES, c, cAt + 2 * cStride);
    FloatVector c21 = FloatVector.fromArray(SPECIES, c, cAt + 2 * cStride + LANES);
    FloatVector c30 = FloatVector.fromArray(SPECIES, c, cAt + 3 * cStride);
    FloatVector c31 = FloatVector.fromArray(SPECIES, c, cAt + 3 * cStride + LANES);
    FloatVector c40 = FloatVector.fromArray(SPECIES, c, cAt + 4 * cStride);
    FloatVector c41 = FloatVector.fromArray(SPECIES, c, cAt + 4 * cStride + LANES);
    FloatVector c50 = FloatVector.fromArray(SPECIES, c, cAt + 5 * cStride);
    FloatVector c51 = FloatVector.fromArray(SPECIES, c, cAt + 5 * cStride + LANES);
    FloatVector c60 = FloatVector.fromArray(SPECIES, c, cAt + 6 * cStride);
    FloatVector c61 = FloatVector.fromArray(SPECIES, c, cAt + 6 * cStride + LANES);
    FloatVector c70 = FloatVector.fromArray(SPECIES, c, cAt + 7 * cStride);
    FloatVector c71 = FloatVector.fromArray(SPECIES, c, cAt + 7 * cStride + LANES);
    int row1 = aAt + rowStride;
    int row2 = row1 + rowStride;
    int row3 = row2 + rowStride;
    int row4 = row3 + rowStride;
    int row5 = row4 + rowStride;
    int row6 = row5 + rowStride;
    int row7 = row6 + rowStride;
    // By two, or the addresses of eight rows would cost as much as the arithmetic.
    int k = 0;
    for (; k < depth - 1; k += 2) {
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
      FloatVector a4 = FloatVector.broadcast(SPECIES, a[row4 + k]);
      c40 = a4.fma(b0, c40);
      c41 = a4.fma(b1, c41);
      FloatVector a5 = FloatVector.broadcast(SPECIES, a[row5 + k]);
      c50 = a5.fma(b0, c50);
      c51 = a5.fma(b1, c51);
      FloatVector a6 = FloatVector.broadcast(SPECIES, a[row6 + k]);
      c60 = a6.fma(b0, c60);
      c61 = a6.fma(b1, c61);
      FloatVector a7 = FloatVector.broadcast(SPECIES, a[row7 + k]);
      c70 = a7.fma(b0, c70);
      c71 = a7.fma(b1, c71);
      FloatVector b2 = FloatVector.fromArray(SPECIES, b, bAt + (k + 1) * COLUMNS);
      FloatVector b3 = FloatVector.fromArray(SPECIES, b, bAt + (k + 1) * COLUMNS + LANES);
      FloatVector a8 = FloatVector.broadcast(SPECIES, a[aAt + k + 1]);
      c00 = a8.fma(b2, c00);
      c01 = a8.fma(b3, c01);
      FloatVector a9 = FloatVector.broadcast(SPECIES, a[row1 + k + 1]);
      c10 = a9.fma(b2, c10);
      c11 = a9.fma(b3, c11);
      FloatVector a10 = FloatVector.broadcast(SPECIES, a[row2 + k + 1]);
      c20 = a10.fma(b2, c20);
      c21 = a10.fma(b3, c21);
      FloatVector a11 = FloatVector.broadcast(SPECIES, a[row3 + k + 1]);
      c30 = a11.fma(b2, c30);
      c31 = a11.fma(b3, c31);
      FloatVector a12 = FloatVector.broadcast(SPECIES, a[row4 + k + 1]);
      c40 = a12.fma(b2, c40);
      c41 = a12.fma(b3, c41);
      FloatVector a13 = FloatVector.broadcast(SPECIES, a[row5 + k + 1]);
      c50 = a13.fma(b2, c50);
      c51 = a13.fma(b3, c51);
      FloatVector a14 = FloatVector.broadcast(SPECIES, a[row6 + k + 1]);
      c60 = a14.fma(b2, c60);
      c61 = a14.fma(b3, c61);
      FloatVector a15 = FloatVector.broadcast(SPECIES, a[row7 + k + 1]);
      c70 = a15.fma(b2, c70);
      c71 = a15.fma(b3, c71);
    }
    if (k < depth) {
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
      FloatVector a4 = FloatVector.broadcast(SPECIES, a[row4 + k]);
      c40 = a4.fma(b0, c40);
      c41 = a4.fma(b1, c41);
      FloatVector a5 = FloatVector.broadcast(SPECIES, a[row5 + k]);
      c50 = a5.fma(b0, c50);
      c51 = a5.fma(b1, c51);
      FloatVector a6 = FloatVector.broadcast(SPECIES, a[row6 + k]);
      c60 = a6.fma(b0, c60);
      c61 = a6.fma(b1, c61);
      FloatVector a7 = FloatVector.broadcast(SPECIES, a[row7 + k]);
      c70 = a7.fma(b0, c70);
      c71 = a7.fma(b1, c71);
    }
    c00.intoArray(c, cAt);
    c01.intoArray(c, cAt + LANES);
    c10.intoArray(c, cAt + cStride);
    c11.intoArray(c, cAt + cStride + LANES);
    c20.intoArray(c, cAt + 2 * cStride);
    c21.intoArray(c, cAt + 2 * cStride + LANES);
    c30.intoArray(c, cAt + 3 * cStride);
    c31.intoArray(c, cAt + 3 * cStride + LANES);
    c40.intoArray(c, cAt + 4 * cStride);
    c41.intoArray(c, cAt + 4 * cStride + LANES);
    c50.intoArray(c, cAt + 5 * cStride);
    c51.intoArray(c, cAt + 5 * cStride + LANES);
    c60.intoArray(c, cAt + 6 * cStride);
    c61.intoArray(c, cAt + 6 * cStride + LANES);
    c70.intoArray(c, cAt + 7 * cStride);
    c71.intoArray(c, cAt + 7 * cStride + LANES);
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
    FloatVector c00 = FloatVector.fromArray(SPECIES, c, cAt);
    FloatVector c01 = FloatVector.fromArray(SPECIES, c, cAt + LANES);
    FloatVector c10 = FloatVector.fromArray(SPECIES, c, cAt + cStride);
    FloatVector c11 = FloatVector.fromArray(SPECIES, c, cAt + cStride + LANES);
    FloatVector c20 = FloatVector.fromArray(SPECIES, c, cAt + 2 * cStride);
    FloatVector c21 = FloatVector.fromArray(SPECIES, c, cAt + 2 * cStride + LANES);
    FloatVector c30 = FloatVector.fromArray(SPECIES, c, cAt + 3 * cStride);
    FloatVector c31 = FloatVector.fromArray(SPECIES, c, cAt + 3 * cStride + LANES);
    FloatVector c40 = FloatVector.fromArray(SPECIES, c, cAt + 4 * cStride);
    FloatVector c41 = FloatVector.fromArray(SPECIES, c, cAt + 4 * cStride + LANES);
    FloatVector c50 = FloatVector.fromArray(SPECIES, c, cAt + 5 * cStride);
    FloatVector c51 = FloatVector.fromArray(SPECIES, c, cAt + 5 * cStride + LANES);
    FloatVector c60 = FloatVector.fromArray(SPECIES, c, cAt + 6 * cStride);
    FloatVector c61 = FloatVector.fromArray(SPECIES, c, cAt + 6 * cStride + LANES);
    FloatVector c70 = FloatVector.fromArray(SPECIES, c, cAt + 7 * cStride);
    FloatVector c71 = FloatVector.fromArray(SPECIES, c, cAt + 7 * cStride + LANES);
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
      FloatVector a4 = FloatVector.broadcast(SPECIES, a[at + 4]);
      c40 = a4.fma(b0, c40);
      c41 = a4.fma(b1, c41);
      FloatVector a5 = FloatVector.broadcast(SPECIES, a[at + 5]);
      c50 = a5.fma(b0, c50);
      c51 = a5.fma(b1, c51);
      FloatVector a6 = FloatVector.broadcast(SPECIES, a[at + 6]);
      c60 = a6.fma(b0, c60);
      c61 = a6.fma(b1, c61);
      FloatVector a7 = FloatVector.broadcast(SPECIES, a[at + 7]);
      c70 = a7.fma(b0, c70);
      c71 = a7.fma(b1, c71);
    }
    c00.intoArray(c, cAt);
    c01.intoArray(c, cAt + LANES);
    c10.intoArray(c, cAt + cStride);
    c11.intoArray(c, cAt + cStride + LANES);
    c20.intoArray(c, cAt + 2 * cStride);
    c21.intoArray(c, cAt + 2 * cStride + LANES);
    c30.intoArray(c, cAt + 3 * cStride);
    c31.intoArray(c, cAt + 3 * cStride + LANES);
    c40.intoArray(c, cAt + 4 * cStride);
    c41.intoArray(c, cAt + 4 * cStride + LANES);
    c50.intoArray(c, cAt + 5 * cStride);
    c51.intoArray(c, cAt + 5 * cStride + LANES);
    c60.intoArray(c, cAt + 6 * cStride);
    c61.intoArray(c, cAt + 6 * cStride + LANES);
    c70.intoArray(c, cAt + 7 * cStride);
    c71.intoArray(c, cAt + 7 * cStride + LANES);
  }
}
