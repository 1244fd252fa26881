package io.gramian.reference.math;

/** &lt;a, m&gt;. */
final class CosineFunction implements GramFunction {
  @Override
  public double score(double[] gram, boolean[] absent) {
    return gram[1];
  }

  @Override
  public void partials(double[] gram, boolean[] absent, double[] partials) {
    partials[0] = 0;
    partials[1] = 0.5;
    partials[2] = 0.5;
    partials[3] = 0;
  }
}
