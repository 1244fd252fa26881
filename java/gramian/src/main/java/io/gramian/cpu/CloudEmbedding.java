package io.gramian.cpu;

import io.gramian.op.PointCloudEmbed;
import java.util.Arrays;

/**
 * Embeddings of weighted point clouds by random features and their gradients: blocks of points
 * times the frequencies in a matrix product, with cosines as its epilogue. A thread works on a
 * cloud at a time.
 */
final class CloudEmbedding {
  /** Points of a matrix product. */
  private static final int BLOCK = 5 * TileKernel.ROWS;

  private final Simd simd;
  private final WaveFeatures features;
  private final PointSet set;
  private final int d;
  private final double linear;
  private final double kernel;

  /** Values from one point to the next. */
  private final int pointStride;

  /** Values from the angles of one point to those of the next. */
  private final int waveStride;

  private final Scratch[] scratch;

  CloudEmbedding(
      CpuDevice device, PointCloudEmbed op, WaveFeatures features, PointSet set, boolean backward) {
    this.simd = device.simd();
    this.features = features;
    this.set = set;
    this.d = set.d();
    this.linear = Math.sqrt(op.linearWeight());
    this.kernel = Math.sqrt(op.kernelWeight()) * Math.sqrt(2.0 / features.count());
    int columns = simd.tiles().columns();
    this.pointStride = Panels.padded(d, columns);
    this.waveStride = Panels.padded(features.count(), columns);
    this.scratch = new Scratch[device.workers().threads()];
    Arrays.setAll(scratch, worker -> new Scratch(backward));
  }

  /** Arrays of a worker. */
  private final class Scratch {
    final float[] points = new float[BLOCK * pointStride];
    final float[] waves = new float[BLOCK * waveStride];

    /** Sums over a block, and the upstream gradient: linear part, then waves. */
    final float[] strip = new float[pointStride + waveStride];

    final double[] sums = new double[pointStride + waveStride];
    final float[] cosines = new float[waveStride];
    final float[] gradients;
    final float[] weightGradients;

    Scratch(boolean backward) {
      gradients = new float[backward ? points.length : 0];
      weightGradients = new float[backward ? set.size() : 0];
    }

    long bytes() {
      long floats = points.length + waves.length + gradients.length + weightGradients.length;
      return 4 * (floats + strip.length + cosines.length + 2L * sums.length);
    }
  }

  /** Length of an embedding: d + D. */
  int width() {
    return d + features.count();
  }

  long bytes() {
    return scratch.length * scratch[0].bytes();
  }

  /** Embeds a cloud. */
  void forward(int cloud, int worker, float[] to, int at) {
    Scratch own = scratch[worker];
    Arrays.fill(own.sums, 0);
    int first = cloud * set.size();
    int end = first + set.size();
    for (int from = first; from < end; from += BLOCK) {
      int count = Math.min(BLOCK, end - from);
      loadWaves(own, from, count);
      // Sums of a block in float32, of the blocks in float64.
      Arrays.fill(own.strip, 0);
      for (int i = 0; i < count; i++) {
        float weight = set.weights()[from + i];
        simd.strips().addScaled(own.points, i * pointStride, weight, own.strip, 0, d);
        Waves.cosines(
            own.waves, i * waveStride, features.phases(), own.cosines, 0, features.count());
        simd.strips().addScaled(own.cosines, 0, weight, own.strip, pointStride, features.count());
      }
      for (int z = 0; z < own.sums.length; z++) {
        own.sums[z] += own.strip[z];
      }
    }
    for (int z = 0; z < d; z++) {
      to[at + z] = (float) (own.sums[z] * linear / set.size());
    }
    for (int f = 0; f < features.count(); f++) {
      to[at + d + f] = (float) (own.sums[pointStride + f] * kernel / set.size());
    }
  }

  /** Reads points and multiplies them by the frequencies. */
  private void loadWaves(Scratch own, int from, int count) {
    for (int i = 0; i < count; i++) {
      set.points().read(from + i, own.points, i * pointStride);
    }
    Product.multiply(
        simd.tiles(),
        Left.rows(own.points, 0, pointStride),
        0,
        count,
        features.columns(),
        own.waves,
        0,
        waveStride,
        false);
  }

  /**
   * Writes the gradients of a cloud.
   *
   * @param upstream gradient of its embedding
   * @param points gradient of the points
   * @param weights gradient of the weights
   */
  void backward(
      int cloud, int worker, float[] upstream, int at, Gradient points, Gradient weights) {
    Scratch own = scratch[worker];
    for (int z = 0; z < d; z++) {
      own.strip[z] = (float) (linear * upstream[at + z]);
    }
    for (int f = 0; f < features.count(); f++) {
      own.strip[pointStride + f] = (float) (kernel * upstream[at + d + f]);
    }
    int first = cloud * set.size();
    int end = first + set.size();
    for (int from = first; from < end; from += BLOCK) {
      int count = Math.min(BLOCK, end - from);
      loadWaves(own, from, count);
      for (int i = 0; i < count; i++) {
        weigh(own, i, set.weights()[from + i] / set.size());
        own.weightGradients[from - first + i] = weightGradient(own, i);
      }
      if (points.isWanted()) {
        writePoints(own, from, count, points);
      }
    }
    if (weights.isWanted()) {
      weights.write(cloud, own.weightGradients, 0);
    }
  }

  /** The waves of a point become the weights of its angles, the cosines stay beside them. */
  private void weigh(Scratch own, int i, float share) {
    int wavesAt = i * waveStride;
    int count = features.count();
    Waves.cosinesAndSines(own.waves, wavesAt, features.phases(), own.cosines, 0, count);
    StripMath math = simd.strips();
    math.multiply(own.waves, wavesAt, own.strip, pointStride, own.waves, wavesAt, count);
    math.scale(own.waves, wavesAt, -share, own.waves, wavesAt, count);
  }

  private float weightGradient(Scratch own, int i) {
    StripMath math = simd.strips();
    double sum =
        math.dot(own.points, i * pointStride, own.strip, 0, d)
            + math.dot(own.cosines, 0, own.strip, pointStride, features.count());
    return (float) (sum / set.size());
  }

  private void writePoints(Scratch own, int from, int count, Gradient output) {
    Product.multiply(
        simd.tiles(),
        Left.rows(own.waves, 0, waveStride),
        0,
        count,
        features.rows(),
        own.gradients,
        0,
        pointStride,
        false);
    for (int i = 0; i < count; i++) {
      int row = i * pointStride;
      float share = set.weights()[from + i] / set.size();
      simd.strips().addScaled(own.strip, 0, share, own.gradients, row, d);
      set.points().backward(from + i, own.points, row, own.gradients, row);
      output.write(from + i, own.gradients, row);
    }
  }
}
