package io.gramian.emoji.data;

import io.gramian.emoji.heads.Features;
import io.gramian.emoji.heads.Matrix;
import java.util.List;

/**
 * Pictures as rows of numbers: red, green, blue over a white ground, and alpha, of every square of
 * 2 x 2 pixels, averaged; the mean of the training samples taken off, the whole scaled to unit
 * variance. Whole pixels are four times as much work and were not seen to find more.
 */
final class PictureFeatures {
  private static final int CHANNELS = 4;
  private static final float FULL = 255;

  /** Pixels along the side of a square that is averaged. */
  private static final int SQUARE = 2;

  /** Squares along the side of a picture. */
  private static final int SIDE = SpriteSheet.PICTURE / SQUARE;

  private PictureFeatures() {}

  /**
   * @param pictures the 32 x 32 pixels of each sample as 0xAARRGGBB
   * @param train the samples that set mean and scale
   * @return a row per sample
   */
  static Features of(List<int[]> pictures, int[] train) {
    float[][] rows = pictures.stream().map(PictureFeatures::channels).toArray(float[][]::new);
    standardise(rows, train);
    return new Features.Dense(new Matrix(rows));
  }

  private static float[] channels(int[] pixels) {
    float[] row = new float[SIDE * SIDE * CHANNELS];
    float share = 1f / (SQUARE * SQUARE);
    for (int i = 0; i < pixels.length; i++) {
      int y = i / SpriteSheet.PICTURE / SQUARE;
      int x = i % SpriteSheet.PICTURE / SQUARE;
      int at = CHANNELS * (y * SIDE + x);
      float alpha = (pixels[i] >>> 24) / FULL;
      row[at] += share * overWhite(pixels[i] >>> 16, alpha);
      row[at + 1] += share * overWhite(pixels[i] >>> 8, alpha);
      row[at + 2] += share * overWhite(pixels[i], alpha);
      row[at + 3] += share * alpha;
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
