package io.gramian.bench.cases;

/** The size at which a case is held against the float64 reference before it is timed. */
public enum CheckSize {
  /** A small case, a matter of milliseconds. */
  SMALL(48, 7 * 7 * 7),

  /** The measured case itself, as far as the reference gets in minutes. */
  MEASURED(4096, 1 << 20);

  private final int samples;
  private final int tuples;

  CheckSize(int samples, int tuples) {
    this.samples = samples;
    this.tuples = tuples;
  }

  /** The number of samples to check a case with. */
  public int batch(CaseShape shape) {
    // All index tuples of nway are B^N.
    int most =
        shape.op().equals("nway")
            ? (int) Math.round(Math.floor(Math.pow(tuples + 0.5, 1.0 / shape.modalities())))
            : samples;
    return Math.min(shape.batch(), most);
  }
}
