package io.gramian.emoji.heads;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;

/** A first layer for features of which a sample has few. Its weights have a row per feature. */
final class SparseInput implements InputLayer {
  private final Features.Sparse features;
  private final int units;
  private final LazyRows weights;
  private final Parameter bias;

  SparseInput(Features.Sparse features, int units, long seed) {
    this.features = features;
    this.units = units;
    int width = features.width();
    this.weights = new LazyRows(Initial.weights(width, units, width, seed));
    this.bias = new Parameter(new float[units], false);
  }

  @Override
  public void project(int[] samples, float[] out) {
    weights.catchUp(FeatureLists.of(features, samples).present());
    IntStream.range(0, samples.length)
        .parallel()
        .forEach(
            i -> {
              float[] sum = bias.value().clone();
              Combination.add(
                  features.values()[samples[i]],
                  weights.rows(),
                  features.indices()[samples[i]],
                  0,
                  features.indices()[samples[i]].length,
                  sum);
              System.arraycopy(sum, 0, out, i * units, units);
            });
  }

  @Override
  public void backward(int[] samples, float[] outGradient) {
    float[][] rows = Matrix.ofFlat(outGradient, units).data();
    weights.gradient(FeatureLists.of(features, samples), rows);
    float[] sum = bias.gradient();
    Arrays.fill(sum, 0);
    for (float[] row : rows) {
      Matrix.addScaled(1, row, sum);
    }
  }

  @Override
  public Map<String, Trained> trained() {
    return Map.of("weights", weights, "bias", bias);
  }
}
