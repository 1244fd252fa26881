package io.gramian.cpu.pair;

import io.gramian.cpu.simd.Strip;

/** The inner product with the one row of a tuple itself. */
public class CosineScore extends PairScore {
  @Override
  public boolean isSymmetric() {
    return true;
  }

  @Override
  public boolean needsGrams() {
    return false;
  }

  @Override
  public boolean isInnerProduct() {
    return true;
  }

  @Override
  public void score(Strip strip) {
    System.arraycopy(strip.c, strip.cAt, strip.scores, strip.scoresAt, strip.length);
  }

  @Override
  public void weigh(Strip strip) {
    System.arraycopy(strip.weights, strip.weightsAt, strip.c, strip.cAt, strip.length);
  }
}
