package io.gramian.reference.math;

/** s = sqrt(1 - q); ds = -dq / (2 max(s, minScore)). */
final class JgcsFunction implements GramFunction {
  private final double minScore;
  private final JgcsSquaredFunction squared;

  JgcsFunction(double minScore, int k) {
    this.minScore = minScore;
    this.squared = new JgcsSquaredFunction(k);
  }

  @Override
  public double score(double[] gram, boolean[] absent) {
    return Math.sqrt(Math.max(squared.score(gram, absent), 0));
  }

  @Override
  public void partials(double[] gram, boolean[] absent, double[] partials) {
    double score = score(gram, absent);
    squared.partials(gram, absent, partials);
    Dense.scale(partials, 1 / (2 * Math.max(score, minScore)));
  }
}
