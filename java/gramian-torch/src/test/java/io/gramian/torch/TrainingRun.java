package io.gramian.torch;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A training run that both stacks do: three modalities of one hidden cause, a small network for
 * each, Adam, a learnable temperature. Data and first weights come from Java, so they are the same
 * everywhere.
 */
public final class TrainingRun {
  /** Steps of a run. */
  public static final int STEPS = 100;

  /** Samples of a batch. */
  public static final int BATCH = 32;

  /** Samples in all. */
  public static final int SAMPLES = 128;

  /** Length of the features of a modality. */
  public static final int FEATURES = 12;

  /** Width of the hidden layer. */
  public static final int HIDDEN = 24;

  /** Length of the vectors that the loss takes. */
  public static final int OUTPUT = 8;

  /** Number of modalities, the anchor included. */
  public static final int MODALITIES = 3;

  /** Adam's learning rate. */
  public static final float LEARNING_RATE = 1e-2f;

  /** Temperature at the start. */
  public static final float TEMPERATURE = 0.2f;

  private static final int CAUSES = 4;

  private TrainingRun() {}

  /** Features of the samples of a step for a modality, [BATCH, FEATURES]. */
  public static float[] batch(int step, int modality) {
    float[] causes = Values.normal(1, SAMPLES * CAUSES);
    float[] mixing = Values.normal(2 + modality, CAUSES * FEATURES);
    float[] noise = Values.normal(10 + modality, SAMPLES * FEATURES, 0.1);
    float[] features = new float[BATCH * FEATURES];
    int first = step * BATCH % SAMPLES;
    for (int i = 0; i < BATCH; i++) {
      for (int f = 0; f < FEATURES; f++) {
        double sum = 0;
        for (int c = 0; c < CAUSES; c++) {
          sum += causes[(first + i) * CAUSES + c] * mixing[c * FEATURES + f];
        }
        features[i * FEATURES + f] = (float) (Math.tanh(sum) + noise[(first + i) * FEATURES + f]);
      }
    }
    return features;
  }

  /** First weights of a layer, [in, out]. */
  public static float[] weights(int modality, int layer, int in, int out) {
    return Values.normal(100 + 10 * modality + layer, in * out, Math.sqrt(2.0 / in));
  }

  /** Two runs have the same losses, which fall. */
  public static void assertSameCurve(double[] actual, double[] expected) {
    assertThat(actual).hasSize(STEPS);
    for (int step = 0; step < STEPS; step++) {
      assertThat(Math.abs(actual[step] - expected[step])).as("step %d", step).isLessThan(1e-4);
    }
    assertThat(expected[STEPS - 1]).isLessThan(0.8 * expected[0]);
  }
}
