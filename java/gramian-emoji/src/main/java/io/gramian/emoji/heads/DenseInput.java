package io.gramian.emoji.heads;

import java.util.Map;

/** A first layer for features that all have values. */
final class DenseInput implements InputLayer {
  private final Features.Dense features;
  private final DenseLayer layer;

  DenseInput(Features.Dense features, int units, long seed, Products products) {
    this.features = features;
    this.layer = new DenseLayer(features.width(), units, seed, products);
  }

  @Override
  public void project(int[] samples, float[] out) {
    layer.forward(gather(samples), samples.length, out);
  }

  @Override
  public void backward(int[] samples, float[] outGradient) {
    layer.backward(gather(samples), samples.length, outGradient);
  }

  private float[] gather(int[] samples) {
    int width = features.width();
    float[] rows = new float[samples.length * width];
    for (int i = 0; i < samples.length; i++) {
      System.arraycopy(features.values().data()[samples[i]], 0, rows, i * width, width);
    }
    return rows;
  }

  @Override
  public Map<String, Trained> trained() {
    return layer.trained();
  }
}
