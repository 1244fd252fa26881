package io.gramian.cpu;

/** The inner product with the one row of a tuple itself. */
final class InnerScore extends PairScore {
  InnerScore(Simd simd) {
    super(simd);
  }

  @Override
  int strips() {
    return 0;
  }

  @Override
  long bytes() {
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
  void anchor(int anchor, double squaredNorm) {}

  @Override
  void tuple(int tuple, double[] gram) {}

  @Override
  void score(Strip strip) {
    System.arraycopy(strip.products, strip.productsAt, strip.scores, strip.scoresAt, strip.length);
  }

  @Override
  void weigh(Strip strip) {
    System.arraycopy(
        strip.weights, strip.weightsAt, strip.products, strip.productsAt, strip.length);
  }

  @Override
  boolean gramGradient(int tuple, double[] gradient) {
    return false;
  }
}
