package io.gramian.cpu.pair;

import io.gramian.cpu.simd.Simd;

/** The inner product with the one row of a tuple itself. */
public final class InnerScore extends PairScore {
  public InnerScore(Simd simd) {
    super(simd);
  }

  @Override
  public int strips() {
    return 0;
  }

  @Override
  public long bytes() {
    return 0;
  }

  @Override
  boolean needsGrams() {
    return false;
  }

  @Override
  boolean isProduct() {
    return true;
  }

  @Override
  public void anchor(int anchor, double squaredNorm) {}

  @Override
  public void tuple(int tuple, double[] gram) {}

  @Override
  public void score(Strip strip) {
    System.arraycopy(strip.products, strip.productsAt, strip.scores, strip.scoresAt, strip.length);
  }

  @Override
  public void weigh(Strip strip) {
    System.arraycopy(
        strip.weights, strip.weightsAt, strip.products, strip.productsAt, strip.length);
  }

  @Override
  public boolean gramGradient(int tuple, double[] gradient) {
    return false;
  }
}
