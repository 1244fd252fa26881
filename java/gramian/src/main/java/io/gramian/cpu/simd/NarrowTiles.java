package io.gramian.cpu.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Blocks of 6 rows by 2 vectors, twice, for machines with 16 vector registers: 12 hold C. Written
 * out by hand for the reason given in {@link WideTiles}.
 */
final class NarrowTiles implements TileKernel {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int COLUMNS = 2 * LANES;
  private static final int HALF = ROWS / 2;

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
    halfRows(a, aAt, rowStride, b, bAt, depth, c, cAt, cStride);
    halfRows(a, aAt + HALF * rowStride, rowStride, b, bAt, depth, c, cAt + HALF * cStride, cStride);
  }

  @Override
  public void multiplyPacked(
      float[] a, int aAt, float[] b, int bAt, int depth, float[] c, int cAt, int cStride) {
    halfPacked(a, aAt, b, bAt, depth, c, cAt, cStride);
    halfPacked(a, aAt + HALF, b, bAt, depth, c, cAt + HALF * cStride, cStride);
  }

  @Override
  public void packColumns(float[] from, int at, int stride, int depth, float[] to, int toAt) {
    for (int k = 0; k < depth; k++) {
      for (int r = 0; r < ROWS; r += LANES) {
        FloatVector.fromArray(SPECIES, from, at + k * stride + r)
            .intoArray(to, toAt + k * ROWS + r);
      }
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
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = FloatVector.zero(SPECIES);
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c11 = FloatVector.zero(SPECIES);
    FloatVector c20 = FloatVector.zero(SPECIES);
    FloatVector c21 = FloatVector.zero(SPECIES);
    FloatVector c30 = FloatVector.zero(SPECIES);
    FloatVector c31 = FloatVector.zero(SPECIES);
    FloatVector c40 = FloatVector.zero(SPECIES);
    FloatVector c41 = FloatVector.zero(SPECIES);
    FloatVector c50 = FloatVector.zero(SPECIES);
    FloatVector c51 = FloatVector.zero(SPECIES);
    int row1 = aAt + rowStride;
    int row2 = row1 + rowStride;
    int row3 = row2 + rowStride;
    int row4 = row3 + rowStride;
    int row5 = row4 + rowStride;
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
      FloatVector a4 = FloatVector.broadcast(SPECIES, a[row4 + k]);
      c40 = a4.fma(b0, c40);
      c41 = a4.fma(b1, c41);
      FloatVector a5 = FloatVector.broadcast(SPECIES, a[row5 + k]);
      c50 = a5.fma(b0, c50);
      c51 = a5.fma(b1, c51);
    }
    c00.add(FloatVector.fromArray(SPECIES, c, cAt)).intoArray(c, cAt);
    c01.add(FloatVector.fromArray(SPECIES, c, cAt + LANES)).intoArray(c, cAt + LANES);
    c10.add(FloatVector.fromArray(SPECIES, c, cAt + cStride)).intoArray(c, cAt + cStride);
    c11.add(FloatVector.fromArray(SPECIES, c, cAt + cStride + LANES))
        .intoArray(c, cAt + cStride + LANES);
    c20.add(FloatVector.fromArray(SPECIES, c, cAt + 2 * cStride)).intoArray(c, cAt + 2 * cStride);
    c21.add(FloatVector.fromArray(SPECIES, c, cAt + 2 * cStride + LANES))
        .intoArray(c, cAt + 2 * cStride + LANES);
    c30.add(FloatVector.fromArray(SPECIES, c, cAt + 3 * cStride)).intoArray(c, cAt + 3 * cStride);
    c31.add(FloatVector.fromArray(SPECIES, c, cAt + 3 * cStride + LANES))
        .intoArray(c, cAt + 3 * cStride + LANES);
    c40.add(FloatVector.fromArray(SPECIES, c, cAt + 4 * cStride)).intoArray(c, cAt + 4 * cStride);
    c41.add(FloatVector.fromArray(SPECIES, c, cAt + 4 * cStride + LANES))
        .intoArray(c, cAt + 4 * cStride + LANES);
    c50.add(FloatVector.fromArray(SPECIES, c, cAt + 5 * cStride)).intoArray(c, cAt + 5 * cStride);
    c51.add(FloatVector.fromArray(SPECIES, c, cAt + 5 * cStride + LANES))
        .intoArray(c, cAt + 5 * cStride + LANES);
  }

  private static void halfPacked(
      float[] a, int aAt, float[] b, int bAt, int depth, float[] c, int cAt, int cStride) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = FloatVector.zero(SPECIES);
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c11 = FloatVector.zero(SPECIES);
    FloatVector c20 = FloatVector.zero(SPECIES);
    FloatVector c21 = FloatVector.zero(SPECIES);
    FloatVector c30 = FloatVector.zero(SPECIES);
    FloatVector c31 = FloatVector.zero(SPECIES);
    FloatVector c40 = FloatVector.zero(SPECIES);
    FloatVector c41 = FloatVector.zero(SPECIES);
    FloatVector c50 = FloatVector.zero(SPECIES);
    FloatVector c51 = FloatVector.zero(SPECIES);
    for (int k = 0; k < depth; k++) {
      int at = aAt + k * ROWS;
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, bAt + k * COLUMNS);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, bAt + k * COLUMNS + LANES);
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
    }
    c00.add(FloatVector.fromArray(SPECIES, c, cAt)).intoArray(c, cAt);
    c01.add(FloatVector.fromArray(SPECIES, c, cAt + LANES)).intoArray(c, cAt + LANES);
    c10.add(FloatVector.fromArray(SPECIES, c, cAt + cStride)).intoArray(c, cAt + cStride);
    c11.add(FloatVector.fromArray(SPECIES, c, cAt + cStride + LANES))
        .intoArray(c, cAt + cStride + LANES);
    c20.add(FloatVector.fromArray(SPECIES, c, cAt + 2 * cStride)).intoArray(c, cAt + 2 * cStride);
    c21.add(FloatVector.fromArray(SPECIES, c, cAt + 2 * cStride + LANES))
        .intoArray(c, cAt + 2 * cStride + LANES);
    c30.add(FloatVector.fromArray(SPECIES, c, cAt + 3 * cStride)).intoArray(c, cAt + 3 * cStride);
    c31.add(FloatVector.fromArray(SPECIES, c, cAt + 3 * cStride + LANES))
        .intoArray(c, cAt + 3 * cStride + LANES);
    c40.add(FloatVector.fromArray(SPECIES, c, cAt + 4 * cStride)).intoArray(c, cAt + 4 * cStride);
    c41.add(FloatVector.fromArray(SPECIES, c, cAt + 4 * cStride + LANES))
        .intoArray(c, cAt + 4 * cStride + LANES);
    c50.add(FloatVector.fromArray(SPECIES, c, cAt + 5 * cStride)).intoArray(c, cAt + 5 * cStride);
    c51.add(FloatVector.fromArray(SPECIES, c, cAt + 5 * cStride + LANES))
        .intoArray(c, cAt + 5 * cStride + LANES);
  }
}
