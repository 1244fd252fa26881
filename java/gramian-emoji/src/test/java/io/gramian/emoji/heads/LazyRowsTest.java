package io.gramian.emoji.heads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LazyRowsTest {
  private static final int FEATURES = 9;
  private static final int UNITS = 5;
  private static final int SAMPLES = 12;

  /** Feature f is had by every (f + 1)-th sample or fewer; the last by none that is trained on. */
  private static Features.Sparse features() {
    int[][] indices = new int[SAMPLES][];
    float[][] values = new float[SAMPLES][];
    for (int i = 0; i < SAMPLES; i++) {
      int sample = i;
      indices[i] =
          java.util.stream.IntStream.range(0, FEATURES - 1)
              .filter(f -> sample % (f + 1) == f / 2)
              .toArray();
      values[i] = new float[indices[i].length];
      for (int p = 0; p < indices[i].length; p++) {
        values[i][p] = 0.3f + 0.1f * p;
      }
    }
    return new Features.Sparse(FEATURES, indices, values);
  }

  @Test
  void trainsAsIfEveryStepMovedAllRows() {
    Features.Sparse features = features();
    float[][] start = Initial.weights(FEATURES, UNITS, FEATURES, 3);
    Parameter all = new Parameter(new Matrix(start).toFlat(), true);
    LazyRows lazy = new LazyRows(Matrix.ofFlat(all.value(), UNITS).data());
    AdamW optimiser = new AdamW(List.of(all), 0.05f);
    AdamW lazily = new AdamW(List.of(lazy), 0.05f);
    SplittableRandom random = new SplittableRandom(8);
    for (int step = 0; step < 400; step++) {
      int[] batch = {random.nextInt(SAMPLES), random.nextInt(step < 200 ? SAMPLES : 3)};
      float[][] gradient = Initial.weights(batch.length, UNITS, 4, step);
      FeatureLists lists = FeatureLists.of(features, batch);
      lazy.catchUp(lists.present());
      lazy.gradient(lists, gradient);
      for (int i = 0; i < batch.length; i++) {
        int[] index = features.indices()[batch[i]];
        for (int p = 0; p < index.length; p++) {
          for (int j = 0; j < UNITS; j++) {
            all.gradient()[index[p] * UNITS + j] += features.values()[batch[i]][p] * gradient[i][j];
          }
        }
      }
      double rate = 0.01 * (1 + Math.cos(step * 0.007));
      optimiser.step(rate);
      lazily.step(rate);
    }
    lazy.catchUp(java.util.stream.IntStream.range(0, FEATURES).toArray());
    for (int f = 0; f < FEATURES; f++) {
      for (int j = 0; j < UNITS; j++) {
        assertThat((double) lazy.rows()[f][j])
            .as("feature %d, unit %d", f, j)
            .isCloseTo(all.value()[f * UNITS + j], within(2e-5));
      }
    }
  }
}
