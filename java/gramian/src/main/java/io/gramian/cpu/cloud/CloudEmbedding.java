package io.gramian.cpu.cloud;

import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.device.Gradient;
import io.gramian.cpu.device.Rows;
import io.gramian.cpu.device.Workers;
import io.gramian.cpu.simd.Left;
import io.gramian.cpu.simd.Panels;
import io.gramian.cpu.simd.Product;
import io.gramian.cpu.simd.Simd;
import io.gramian.cpu.simd.StripMath;
import io.gramian.cpu.simd.TileKernel;
import io.gramian.cpu.simd.Waves;
import io.gramian.op.PointCloudEmbed;
import java.util.Arrays;

/**
 * Embeddings of weighted point clouds by random features and their gradients: blocks of points
 * times the frequencies in a matrix product, with cosines as its epilogue. A task has a few small
 * clouds, so that products have enough rows, or one cloud in several blocks.
 */
public final class CloudEmbedding {
  /** Most points of a matrix product. */
  private static final int BLOCK = 5 * TileKernel.ROWS;

  private final Simd simd;
  private final Workers workers;
  private final WaveFeatures features;
  private final PointSet set;
  private final int d;
  private final double linear;
  private final double kernel;

  /** Clouds of a task. */
  private final int clouds;

  /** Points of a product. */
  private final int block;

  /** Values from one point to the next. */
  private final int pointStride;

  /** Values from the angles of one point to those of the next. */
  private final int waveStride;

  private final Scratch[] scratch;

  public CloudEmbedding(
      CpuDevice device, PointCloudEmbed op, WaveFeatures features, PointSet set, boolean backward) {
    this.simd = Simd.of(device);
    this.workers = device.workers();
    this.features = features;
    this.set = set;
    this.d = set.d();
    this.linear = Math.sqrt(op.linearWeight());
    this.kernel = Math.sqrt(op.kernelWeight()) * Math.sqrt(2.0 / features.count());
    this.clouds = Math.max(BLOCK / set.size(), 1);
    this.block = Math.ceilDiv(set.size() * clouds, Math.ceilDiv(set.size(), BLOCK));
    int columns = simd.tiles().columns();
    this.pointStride = Panels.padded(d, columns);
    this.waveStride = Panels.padded(features.count(), columns);
    this.scratch = new Scratch[workers.threads()];
    Arrays.setAll(scratch, worker -> new Scratch(backward));
  }

  /** Arrays of a worker. */
  private final class Scratch {
    final float[] points = new float[Panels.paddedRows(block) * pointStride];
    final float[] waves = new float[Panels.paddedRows(block) * waveStride];

    /** Sums over the points of a cloud in a block, and over all: linear part, then waves. */
    final float[] strip = new float[pointStride + waveStride];

    final double[] sums = new double[strip.length];
    final float[] cosines = new float[waveStride];

    /** An embedding, or the gradient of one. */
    final float[] row = new float[width()];

    /** For each cloud of a task the gradient of its sums. */
    final float[] upstream;

    final float[] gradients;
    final float[] weightGradients;

    Scratch(boolean backward) {
      upstream = new float[backward ? clouds * strip.length : 0];
      gradients = new float[backward ? points.length : 0];
      weightGradients = new float[backward ? clouds * set.size() : 0];
    }

    public long bytes() {
      long floats = points.length + waves.length + gradients.length + weightGradients.length;
      floats += strip.length + cosines.length + row.length + upstream.length;
      return 4 * floats + 8L * sums.length;
    }
  }

  /** Length of an embedding: d + D. */
  public int width() {
    return d + features.count();
  }

  public long bytes() {
    return scratch.length * scratch[0].bytes();
  }

  /**
   * Embeds all clouds, or makes the gradients of their points and weights, or both at once.
   *
   * @param embeddings where embeddings go; null for none
   * @param upstream gradients of the embeddings; null for no gradients
   */
  public void run(Rows embeddings, Rows upstream, Gradient points, Gradient weights) {
    Pass pass = new Pass(embeddings, upstream, points, weights);
    workers.run(
        Math.ceilDiv(set.clouds(), clouds),
        (task, worker) -> {
          int first = task * clouds;
          pass.run(first, Math.min(first + clouds, set.clouds()), scratch[worker]);
        });
  }

  /** What is made of the clouds of a task. */
  private final class Pass {
    private final Rows embeddings;
    private final Rows upstream;
    private final Gradient points;
    private final Gradient weights;

    Pass(Rows embeddings, Rows upstream, Gradient points, Gradient weights) {
      this.embeddings = embeddings;
      this.upstream = upstream;
      this.points = points;
      this.weights = weights;
    }

    /** Clouds {@code first} to {@code end}. */
    void run(int first, int end, Scratch own) {
      for (int cloud = first; cloud < end && upstream != null; cloud++) {
        readUpstream(cloud, own, (cloud - first) * own.strip.length);
      }
      int size = set.size();
      for (int from = first * size; from < end * size; from += block) {
        int to = Math.min(from + block, end * size);
        loadWaves(own, from, to - from);
        for (int cloud = from / size; cloud * size < to; cloud++) {
          int begin = Math.max(cloud * size, from);
          addPoints(own, first, cloud, begin, Math.min((cloud + 1) * size, to), from);
        }
        if (upstream != null && points.isWanted()) {
          writePoints(own, first, from, to);
        }
      }
      for (int cloud = first; cloud < end && upstream != null && weights.isWanted(); cloud++) {
        weights.write(cloud, own.weightGradients, (cloud - first) * size);
      }
    }

    private void readUpstream(int cloud, Scratch own, int at) {
      upstream.read(cloud, own.row, 0);
      for (int z = 0; z < d; z++) {
        own.upstream[at + z] = (float) (linear * own.row[z]);
      }
      for (int f = 0; f < features.count(); f++) {
        own.upstream[at + pointStride + f] = (float) (kernel * own.row[d + f]);
      }
    }

    /**
     * Takes in the points {@code begin} to {@code end} of a cloud, in the block from {@code from}.
     */
    private void addPoints(Scratch own, int first, int cloud, int begin, int end, int from) {
      // Sums of a block in float32, of the blocks in float64.
      Arrays.fill(own.strip, 0);
      if (begin == cloud * set.size()) {
        Arrays.fill(own.sums, 0);
      }
      for (int point = begin; point < end; point++) {
        int i = point - from;
        turn(own, i);
        if (embeddings != null) {
          addPoint(own, i, set.weights()[point]);
        }
        if (upstream != null) {
          int at = (cloud - first) * own.strip.length;
          int weightAt = point - first * set.size();
          weigh(own, i, at, set.weights()[point] / set.size());
          own.weightGradients[weightAt] = weightGradient(own, i, at);
        }
      }
      if (embeddings != null) {
        for (int z = 0; z < own.sums.length; z++) {
          own.sums[z] += own.strip[z];
        }
        if (end == (cloud + 1) * set.size()) {
          writeEmbedding(cloud, own);
        }
      }
    }

    /** Cosines of the angles of a point, and their sines where gradients need them. */
    private void turn(Scratch own, int i) {
      int at = i * waveStride;
      int count = features.count();
      if (upstream == null) {
        Waves.cosines(own.waves, at, features.phases(), own.cosines, 0, count);
      } else {
        Waves.cosinesAndSines(own.waves, at, features.phases(), own.cosines, 0, count);
      }
    }

    private void addPoint(Scratch own, int i, float weight) {
      StripMath math = simd.strips();
      math.addScaled(own.points, i * pointStride, weight, own.strip, 0, d);
      math.addScaled(own.cosines, 0, weight, own.strip, pointStride, features.count());
    }

    private void writeEmbedding(int cloud, Scratch own) {
      for (int z = 0; z < d; z++) {
        own.row[z] = (float) (own.sums[z] * linear / set.size());
      }
      for (int f = 0; f < features.count(); f++) {
        own.row[d + f] = (float) (own.sums[pointStride + f] * kernel / set.size());
      }
      embeddings.write(cloud, own.row, 0, false);
    }

    /** The sines of a point become the weights of its angles. */
    private void weigh(Scratch own, int i, int upstreamAt, float share) {
      int at = i * waveStride;
      int count = features.count();
      StripMath math = simd.strips();
      math.multiply(own.waves, at, own.upstream, upstreamAt + pointStride, own.waves, at, count);
      math.scale(own.waves, at, -share, own.waves, at, count);
    }

    private float weightGradient(Scratch own, int i, int upstreamAt) {
      StripMath math = simd.strips();
      double sum =
          math.dot(own.points, i * pointStride, own.upstream, upstreamAt, d)
              + math.dot(own.cosines, 0, own.upstream, upstreamAt + pointStride, features.count());
      return (float) (sum / set.size());
    }

    private void writePoints(Scratch own, int first, int from, int to) {
      Product.multiply(
          simd.tiles(),
          Left.rows(own.waves, 0, waveStride),
          0,
          to - from,
          features.rows(),
          own.gradients,
          0,
          pointStride,
          false);
      for (int point = from; point < to; point++) {
        int row = (point - from) * pointStride;
        int at = (point / set.size() - first) * own.strip.length;
        float share = set.weights()[point] / set.size();
        simd.strips().addScaled(own.upstream, at, share, own.gradients, row, d);
        set.points().backward(point, own.points, row, own.gradients, row);
        points.write(point, own.gradients, row);
      }
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
}
