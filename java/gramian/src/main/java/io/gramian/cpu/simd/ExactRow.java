package io.gramian.cpu.simd;

/** Room for a row in float64, see {@link Vectors#readExact}. One per worker. */
public final class ExactRow {
  private final Vectors vectors;
  private final float[] scratch;
  private final double[] values;

  /** For rows of these vectors. */
  public ExactRow(Resources resources, Vectors vectors) {
    this.vectors = vectors;
    this.scratch = resources.floats(Simd.room(vectors.d()));
    this.values = resources.doubles(vectors.d());
  }

  /** Reads a row; the array is the same for all. */
  public double[] read(int row) {
    vectors.readExact(row, scratch, values);
    return values;
  }

  /** The row that was read last. */
  public double[] values() {
    return values;
  }
}
