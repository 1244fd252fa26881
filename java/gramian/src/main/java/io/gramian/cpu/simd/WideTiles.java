package io.gramian.cpu.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Blocks of 12 rows by 2 vectors for machines with 32 vector registers: 24 hold C, and as many
 * multiply-adds share 14 loads. Written out by hand, for a vector that reaches a method which is
 * not inlined is boxed, at a sixth of the speed; and one step of the depth at a time, for the
 * compiler orders a longer body worse.
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
    FloatVector c60 = FloatVector.zero(SPECIES);
    FloatVector c61 = FloatVector.zero(SPECIES);
    FloatVector c70 = FloatVector.zero(SPECIES);
    FloatVector c71 = FloatVector.zero(SPECIES);
    FloatVector c80 = FloatVector.zero(SPECIES);
    FloatVector c81 = FloatVector.zero(SPECIES);
    FloatVector c90 = FloatVector.zero(SPECIES);
    FloatVector c91 = FloatVector.zero(SPECIES);
    FloatVector c100 = FloatVector.zero(SPECIES);
    FloatVector c101 = FloatVector.zero(SPECIES);
    FloatVector c110 = FloatVector.zero(SPECIES);
    FloatVector c111 = FloatVector.zero(SPECIES);
    int row1 = aAt + rowStride;
    int row2 = row1 + rowStride;
    int row3 = row2 + rowStride;
    int row4 = row3 + rowStride;
    int row5 = row4 + rowStride;
    int row6 = row5 + rowStride;
    int row7 = row6 + rowStride;
    int row8 = row7 + rowStride;
    int row9 = row8 + rowStride;
    int row10 = row9 + rowStride;
    int row11 = row10 + rowStride;
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
      FloatVector a6 = FloatVector.broadcast(SPECIES, a[row6 + k]);
      c60 = a6.fma(b0, c60);
      c61 = a6.fma(b1, c61);
      FloatVector a7 = FloatVector.broadcast(SPECIES, a[row7 + k]);
      c70 = a7.fma(b0, c70);
      c71 = a7.fma(b1, c71);
      FloatVector a8 = FloatVector.broadcast(SPECIES, a[row8 + k]);
      c80 = a8.fma(b0, c80);
      c81 = a8.fma(b1, c81);
      FloatVector a9 = FloatVector.broadcast(SPECIES, a[row9 + k]);
      c90 = a9.fma(b0, c90);
      c91 = a9.fma(b1, c91);
      FloatVector a10 = FloatVector.broadcast(SPECIES, a[row10 + k]);
      c100 = a10.fma(b0, c100);
      c101 = a10.fma(b1, c101);
      FloatVector a11 = FloatVector.broadcast(SPECIES, a[row11 + k]);
      c110 = a11.fma(b0, c110);
      c111 = a11.fma(b1, c111);
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
    c60.add(FloatVector.fromArray(SPECIES, c, cAt + 6 * cStride)).intoArray(c, cAt + 6 * cStride);
    c61.add(FloatVector.fromArray(SPECIES, c, cAt + 6 * cStride + LANES))
        .intoArray(c, cAt + 6 * cStride + LANES);
    c70.add(FloatVector.fromArray(SPECIES, c, cAt + 7 * cStride)).intoArray(c, cAt + 7 * cStride);
    c71.add(FloatVector.fromArray(SPECIES, c, cAt + 7 * cStride + LANES))
        .intoArray(c, cAt + 7 * cStride + LANES);
    c80.add(FloatVector.fromArray(SPECIES, c, cAt + 8 * cStride)).intoArray(c, cAt + 8 * cStride);
    c81.add(FloatVector.fromArray(SPECIES, c, cAt + 8 * cStride + LANES))
        .intoArray(c, cAt + 8 * cStride + LANES);
    c90.add(FloatVector.fromArray(SPECIES, c, cAt + 9 * cStride)).intoArray(c, cAt + 9 * cStride);
    c91.add(FloatVector.fromArray(SPECIES, c, cAt + 9 * cStride + LANES))
        .intoArray(c, cAt + 9 * cStride + LANES);
    c100.add(FloatVector.fromArray(SPECIES, c, cAt + 10 * cStride))
        .intoArray(c, cAt + 10 * cStride);
    c101.add(FloatVector.fromArray(SPECIES, c, cAt + 10 * cStride + LANES))
        .intoArray(c, cAt + 10 * cStride + LANES);
    c110.add(FloatVector.fromArray(SPECIES, c, cAt + 11 * cStride))
        .intoArray(c, cAt + 11 * cStride);
    c111.add(FloatVector.fromArray(SPECIES, c, cAt + 11 * cStride + LANES))
        .intoArray(c, cAt + 11 * cStride + LANES);
  }

  @Override
  public void multiplyPacked(
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
    FloatVector c60 = FloatVector.zero(SPECIES);
    FloatVector c61 = FloatVector.zero(SPECIES);
    FloatVector c70 = FloatVector.zero(SPECIES);
    FloatVector c71 = FloatVector.zero(SPECIES);
    FloatVector c80 = FloatVector.zero(SPECIES);
    FloatVector c81 = FloatVector.zero(SPECIES);
    FloatVector c90 = FloatVector.zero(SPECIES);
    FloatVector c91 = FloatVector.zero(SPECIES);
    FloatVector c100 = FloatVector.zero(SPECIES);
    FloatVector c101 = FloatVector.zero(SPECIES);
    FloatVector c110 = FloatVector.zero(SPECIES);
    FloatVector c111 = FloatVector.zero(SPECIES);
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
      FloatVector a6 = FloatVector.broadcast(SPECIES, a[at + 6]);
      c60 = a6.fma(b0, c60);
      c61 = a6.fma(b1, c61);
      FloatVector a7 = FloatVector.broadcast(SPECIES, a[at + 7]);
      c70 = a7.fma(b0, c70);
      c71 = a7.fma(b1, c71);
      FloatVector a8 = FloatVector.broadcast(SPECIES, a[at + 8]);
      c80 = a8.fma(b0, c80);
      c81 = a8.fma(b1, c81);
      FloatVector a9 = FloatVector.broadcast(SPECIES, a[at + 9]);
      c90 = a9.fma(b0, c90);
      c91 = a9.fma(b1, c91);
      FloatVector a10 = FloatVector.broadcast(SPECIES, a[at + 10]);
      c100 = a10.fma(b0, c100);
      c101 = a10.fma(b1, c101);
      FloatVector a11 = FloatVector.broadcast(SPECIES, a[at + 11]);
      c110 = a11.fma(b0, c110);
      c111 = a11.fma(b1, c111);
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
    c60.add(FloatVector.fromArray(SPECIES, c, cAt + 6 * cStride)).intoArray(c, cAt + 6 * cStride);
    c61.add(FloatVector.fromArray(SPECIES, c, cAt + 6 * cStride + LANES))
        .intoArray(c, cAt + 6 * cStride + LANES);
    c70.add(FloatVector.fromArray(SPECIES, c, cAt + 7 * cStride)).intoArray(c, cAt + 7 * cStride);
    c71.add(FloatVector.fromArray(SPECIES, c, cAt + 7 * cStride + LANES))
        .intoArray(c, cAt + 7 * cStride + LANES);
    c80.add(FloatVector.fromArray(SPECIES, c, cAt + 8 * cStride)).intoArray(c, cAt + 8 * cStride);
    c81.add(FloatVector.fromArray(SPECIES, c, cAt + 8 * cStride + LANES))
        .intoArray(c, cAt + 8 * cStride + LANES);
    c90.add(FloatVector.fromArray(SPECIES, c, cAt + 9 * cStride)).intoArray(c, cAt + 9 * cStride);
    c91.add(FloatVector.fromArray(SPECIES, c, cAt + 9 * cStride + LANES))
        .intoArray(c, cAt + 9 * cStride + LANES);
    c100.add(FloatVector.fromArray(SPECIES, c, cAt + 10 * cStride))
        .intoArray(c, cAt + 10 * cStride);
    c101.add(FloatVector.fromArray(SPECIES, c, cAt + 10 * cStride + LANES))
        .intoArray(c, cAt + 10 * cStride + LANES);
    c110.add(FloatVector.fromArray(SPECIES, c, cAt + 11 * cStride))
        .intoArray(c, cAt + 11 * cStride);
    c111.add(FloatVector.fromArray(SPECIES, c, cAt + 11 * cStride + LANES))
        .intoArray(c, cAt + 11 * cStride + LANES);
  }

  @Override
  public void packColumns(float[] from, int at, int stride, int depth, float[] to, int toAt) {
    for (int k = 0; k < depth; k++) {
      FloatVector.fromArray(SPECIES, from, at + k * stride).intoArray(to, toAt + k * ROWS);
    }
  }
}
