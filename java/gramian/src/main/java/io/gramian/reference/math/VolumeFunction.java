package io.gramian.reference.math;

import java.util.Arrays;

/** -V, V = sqrt(det G); dV = V^2 / (2 max(V, minVolume)) tr(G^-1 dG). */
public final class VolumeFunction implements GramFunction {
  private final double minVolume;
  private final GatedCholesky cholesky;

  /** Of matrices [k,k]. */
  public VolumeFunction(double minVolume, int k) {
    this.minVolume = minVolume;
    this.cholesky = new GatedCholesky(k);
  }

  @Override
  public double score(double[] gram, boolean[] absent) {
    return -cholesky.factor(gram).volume();
  }

  @Override
  public void partials(double[] gram, boolean[] absent, double[] partials) {
    if (cholesky.factor(gram).isSingular()) {
      Arrays.fill(partials, 0);
      return;
    }
    double volume = cholesky.volume();
    cholesky.inverse(partials);
    Dense.scale(partials, -volume * Math.min(1, volume / minVolume) / 2);
  }
}
