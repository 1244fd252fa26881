package io.gramian.cpu.sample;

/** A sample as its function sees it. One per worker, filled anew for each. */
public final class Sample {
  /** Number of vectors. */
  public final int k;

  /** Number of the sample. */
  public int index;

  /** The Gram matrix [k,k]. */
  public final double[] gram;

  /** Partial derivatives with respect to it, symmetric. */
  public final double[] partials;

  /** For a Cholesky factorisation. */
  public final SampleFactor factor;

  /** Lengths of the vectors are divided out by these. */
  final double[] factors;

  Sample(int k) {
    this.k = k;
    this.gram = new double[k * k];
    this.partials = new double[k * k];
    this.factor = new SampleFactor(k);
    this.factors = new double[k];
  }
}
