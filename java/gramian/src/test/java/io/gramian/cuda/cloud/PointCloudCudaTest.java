package io.gramian.cuda.cloud;

import io.gramian.DType;
import io.gramian.Device;
import io.gramian.cuda.Emulated;
import io.gramian.cuda.OpCase;
import io.gramian.op.Op;
import io.gramian.op.PointCloudContrastive;
import io.gramian.op.PointCloudEmbed;
import io.gramian.op.PointCloudSimilarity;
import io.gramian.op.PointCloudSimilarity.Kernel;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Clouds that begin and end anywhere in the tiles of the kernels, lie in several of them and in
 * several waves, and points at which the formulas degenerate.
 */
final class PointCloudCudaTest {
  private static final Op GAUSSIAN =
      new PointCloudSimilarity(new Kernel.Gaussian(0.5), 0.667, 0.333);

  private static Device device;

  @BeforeAll
  static void open() {
    device = Emulated.open();
  }

  @AfterAll
  static void close() {
    if (device != null) {
      device.close();
    }
  }

  private static OpCase embedding(DType type, int clouds, int size, int d, int features) {
    return new OpCase(new PointCloudEmbed(), device, type)
        .data("points", clouds, size, d)
        .data("weights", clouds, size)
        .data("frequencies", features, d)
        .data("phases", features)
        .upstream("embedding", DType.F32);
  }

  private static OpCase similarity(Op op, DType type, int bx, int mx, int by, int my, int d) {
    return new OpCase(op, device, type)
        .data("x_points", bx, mx, d)
        .data("x_weights", bx, mx)
        .data("y_points", by, my, d)
        .data("y_weights", by, my)
        .upstream("similarity", DType.F32);
  }

  private static void checkOnce(OpCase c) {
    c.check(c.outputs(), DType.F32, false);
  }

  @Test
  void embeddingsOfCloudsAcrossTiles() {
    int[][] shapes = {
      {3, 130, 20, 133}, {50, 7, 9, 5}, {3, 128, 8, 16}, {5, 64, 3, 1}, {1, 1, 1, 1}
    };
    for (int[] s : shapes) {
      OpCase c = embedding(DType.F32, s[0], s[1], s[2], s[3]);
      checkOnce(c);
    }
  }

  @Test
  void embeddingsInAllTypesAndEachOutputAlone() {
    for (DType type : new DType[] {DType.F32, DType.BF16, DType.F16}) {
      OpCase c = embedding(type, 3, 50, 17, 21);
      c.check();
    }
  }

  @Test
  void embeddingsInSeveralWaves() {
    checkOnce(embedding(DType.F32, 2100, 2, 3, 2));
    checkOnce(embedding(DType.F32, 2, 2, 1, 66_000));
  }

  @Test
  void highFrequenciesKeepTheirPhase() {
    OpCase c = embedding(DType.F32, 4, 9, 65, 40);
    double[] frequencies = c.valuesOf("frequencies");
    Arrays.setAll(frequencies, i -> frequencies[i] * 4);
    c.values("frequencies", frequencies, 40, 65);
    checkOnce(c);
  }

  @Test
  void zeroAndTinyPointsAndNoClouds() {
    OpCase embedded = embedding(DType.F32, 2, 5, 6, 8);
    double[] points = withZeroAndTinyPoint(embedded.valuesOf("points"), 6);
    checkOnce(embedded.values("points", points, 2, 5, 6));
    checkOnce(embedding(DType.F32, 0, 5, 6, 8));
    OpCase pairs = similarity(GAUSSIAN, DType.F32, 2, 5, 3, 4, 6);
    double[] ofX = withZeroAndTinyPoint(pairs.valuesOf("x_points"), 6);
    double[] ofY = pairs.valuesOf("y_points");
    System.arraycopy(ofX, 0, ofY, 0, ofX.length);
    checkOnce(pairs.values("x_points", ofX, 2, 5, 6).values("y_points", ofY, 3, 4, 6));
    checkOnce(similarity(GAUSSIAN, DType.F32, 0, 5, 3, 4, 6));
    checkOnce(similarity(GAUSSIAN, DType.F32, 2, 5, 0, 4, 6));
  }

  private static double[] withZeroAndTinyPoint(double[] points, int d) {
    Arrays.fill(points, 0, d, 0);
    for (int k = d; k < 2 * d; k++) {
      points[k] *= 1e-8;
    }
    return points;
  }

  @Test
  void similaritiesOfCloudsAcrossTiles() {
    int[][] shapes = {{3, 150, 5, 40, 9}, {40, 5, 61, 3, 4}, {2, 128, 2, 64, 8}, {7, 1, 9, 1, 70}};
    for (int[] s : shapes) {
      OpCase c = similarity(GAUSSIAN, DType.F32, s[0], s[1], s[2], s[3], s[4]);
      checkOnce(c);
    }
  }

  @Test
  void similaritiesInAllTypesAndEachOutputAlone() {
    Op imq = new PointCloudSimilarity(new Kernel.InverseMultiquadric(0.5), 0.4, 0.6);
    for (DType type : new DType[] {DType.F32, DType.BF16, DType.F16}) {
      OpCase c = similarity(imq, type, 3, 50, 4, 21, 17);
      c.check();
    }
  }

  @Test
  void similaritiesInSeveralWaves() {
    OpCase c = similarity(GAUSSIAN, DType.F32, 2100, 2, 2, 3, 3);
    checkOnce(c);
  }

  @Test
  void narrowKernelsOfNearPointsKeepTheirDigits() {
    for (Kernel kernel :
        new Kernel[] {new Kernel.Gaussian(0.01), new Kernel.InverseMultiquadric(0.01)}) {
      Op op = new PointCloudSimilarity(kernel, 0, 1);
      OpCase c = similarity(op, DType.F32, 2, 6, 2, 6, 40);
      double[] points = c.valuesOf("x_points");
      double[] noise = c.valuesOf("y_points");
      double[] near = new double[points.length];
      Arrays.setAll(near, i -> points[i] + 5e-3 * noise[i]);
      c.values("y_points", near, 2, 6, 40);
      checkOnce(c);
    }
  }

  @Test
  void lossesOfEmbeddings() {
    for (DType type : new DType[] {DType.F32, DType.BF16, DType.F16}) {
      OpCase c =
          new OpCase(new PointCloudContrastive(), device, type)
              .data("x_points", 11, 13, 10)
              .data("x_weights", 11, 13)
              .data("y_points", 11, 12, 10)
              .data("y_weights", 11, 12)
              .data("frequencies", 37, 10)
              .data("phases", 37)
              .scalar("scale", DType.F32, 9.5)
              .scalar("grad_loss", DType.F32, -1.25);
      c.check(c.outputs(), DType.F32, false);
      c.check(c.outputs(), type, true);
      c.check(Set.of("loss"), DType.F32, false);
      c.check(Set.of("grad_y_points"), DType.F32, false);
      c.check(Set.of("grad_x_weights", "grad_scale"), DType.F32, true);
    }
  }
}
