package io.gramian.cli.emoji;

import io.gramian.cli.nn.Features;
import io.gramian.cli.nn.Matrix;
import java.util.List;

/**
 * Pictures as rows of numbers: red, green, blue over a white ground, and alpha, of every pixel; the
 * mean of the training samples taken off, the whole scaled to unit variance.
 */
final class PictureFeatures {
  private static final int CHANNELS = 4;
  private static final float FULL = 255;

  private PictureFeatures() {}

  /**
   * @param pictures the pixels of each sample as 0xAARRGGBB, all of one size
   * @param train the samples that set mean and scale
   * @return a row per sample
   */
  static Features of(List<int[]> pictures, int[] train) {
    float[][] rows = pictures.stream().map(PictureFeatures::channels).toArray(float[][]::new);
    standardise(rows, train);
    return new Features.Dense(new Matrix(rows));
  }

  private static float[] channels(int[] pixels) {
    float[] row = new float[pixels.length * CHANNELS];
    for (int i = 0; i < pixels.length; i++) {
      float alpha = (pixels[i] >>> 24) / FULL;
      row[CHANNELS * i] = overWhite(pixels[i] >>> 16, alpha);
      row[CHANNELS * i + 1] = overWhite(pixels[i] >>> 8, alpha);
      row[CHANNELS * i + 2] = overWhite(pixels[i], alpha);
      row[CHANNELS * i + 3] = alpha;
    }
    return row;
  }

  private static float overWhite(int channel, float alpha) {
    return alpha * (channel & 0xFF) / FULL + (1 - alpha);
  }

  private static void standardise(float[][] rows, int[] train) {
    int width = rows[0].length;
    double[] mean = new double[width];
    for (int sample : train) {
      for (int j = 0; j < width; j++) {
        mean[j] += rows[sample][j] / train.length;
      }
    }
    double variance = 0;
    for (int sample : train) {
      for (int j = 0; j < width; j++) {
        variance += Math.pow(rows[sample][j] - mean[j], 2) / ((double) train.length * width);
      }
    }
    double scale = 1 / Math.sqrt(variance);
    for (float[] row : rows) {
      for (int j = 0; j < width; j++) {
        row[j] = (float) ((row[j] - mean[j]) * scale);
      }
    }
  }
}
