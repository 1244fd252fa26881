package io.gramian.cpu.cloud;

import io.gramian.cpu.device.Gradient;
import io.gramian.cpu.device.Rows;
import io.gramian.cpu.device.Workers;
import io.gramian.cpu.simd.Cosines;
import io.gramian.cpu.simd.Gemm;
import io.gramian.cpu.simd.Left;
import io.gramian.cpu.simd.Panels;
import io.gramian.cpu.simd.Resources;
import io.gramian.cpu.simd.StripMath;
import io.gramian.cpu.simd.TileKernel;
import io.gramian.op.PointCloudEmbed;
import java.util.Arrays;

/**
 * Embeddings of weighted point clouds by random features and their gradients: blocks of points
 * times the frequencies in a gemm, with cosines as its epilogue. A task has a few small clouds, so
 * that gemms have enough rows, or one cloud in several blocks.
 */
public final class CloudEmbedding {
  /** Most points of a gemm. */
  private static final int BLOCK = 5 * TileKernel.ROWS;

  private final Gemm gemm;
  private final StripMath math;
  private final Workers workers;
  private final Features features;
  private final PointSet set;
  private final int d;
  private final double linear;
  private final double kernel;

  /** Clouds of a task. */
  private final int clouds;

  /** Points of a gemm. */
  private final int block;

  /** Values from one point to the next. */
  private final int pointStride;

  /** Values from the angles of one point to those of the next. */
  private final int angleStride;

  private final Scratch[] scratch;

  /** Embeddings of the clouds of a set. */
  public CloudEmbedding(
      Resources resources, PointCloudEmbed op, Features features, PointSet set, boolean backward) {
    this.gemm = resources.simd().gemm();
    this.math = resources.simd().strips();
    this.workers = resources.workers();
    this.features = features;
    this.set = set;
    this.d = set.d();
    this.linear = Math.sqrt(op.linearWeight());
    this.kernel = Math.sqrt(op.kernelWeight()) * Math.sqrt(2.0 / features.count());
    this.clouds = Math.max(BLOCK / set.size(), 1);
    this.block = Math.ceilDiv(set.size() * clouds, Math.ceilDiv(set.size(), BLOCK));
    this.pointStride = Panels.padded(d, gemm.columns());
    this.angleStride = Panels.padded(features.count(), gemm.columns());
    this.scratch = new Scratch[workers.threads()];
    Arrays.setAll(scratch, worker -> new Scratch(resources, backward));
  }

  /** Arrays of a worker. */
  private final class Scratch {
    final float[] points;

    /** Angles of the points of a block, turned into their sines. */
    final float[] angles;

    /** Sums over the points of a cloud in a block, and over all: linear part, then features. */
    final float[] strip;

    final double[] sums;
    final float[] cosines;

    /** An embedding, or the gradient of one. */
    final float[] row;

    /** For each cloud of a task the gradient of its sums. */
    final float[] upstream;

    final float[] gradients;
    final float[] weightGradients;

    Scratch(Resources resources, boolean backward) {
      points = resources.floats(Panels.paddedRows(block) * pointStride);
      angles = resources.floats(Panels.paddedRows(block) * angleStride);
      strip = resources.floats(pointStride + angleStride);
      sums = resources.doubles(strip.length);
      cosines = resources.floats(angleStride);
      row = resources.floats(width());
      upstream = resources.floats(backward ? clouds * strip.length : 0);
      gradients = resources.floats(backward ? points.length : 0);
      weightGradients = resources.floats(backward ? clouds * set.size() : 0);
    }
  }

  /** Length of an embedding: d + D. */
  public int width() {
    return d + features.count();
  }

  /**
   * Embeds all clouds, or makes the gradients of their points and weights, or both at once.
   *
   * @param embeddings where embeddings go, if they are wanted
   * @param upstream gradients of the embeddings, if gradients are wanted
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
      for (int cloud = first; cloud < end && upstream.isBound(); cloud++) {
        readUpstream(cloud, own, (cloud - first) * own.strip.length);
      }
      int size = set.size();
      for (int from = first * size; from < end * size; from += block) {
        int to = Math.min(from + block, end * size);
        loadAngles(own, from, to - from);
        for (int cloud = from / size; cloud * size < to; cloud++) {
          int begin = Math.max(cloud * size, from);
          addPoints(own, first, cloud, begin, Math.min((cloud + 1) * size, to), from);
        }
        if (upstream.isBound() && points.isWanted()) {
          writePoints(own, first, from, to);
        }
      }
      for (int cloud = first; cloud < end && upstream.isBound() && weights.isWanted(); cloud++) {
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
        if (embeddings.isBound()) {
          addPoint(own, i, set.weights()[point]);
        }
        if (upstream.isBound()) {
          int at = (cloud - first) * own.strip.length;
          int weightAt = point - first * set.size();
          weigh(own, i, at, set.weights()[point] / set.size());
          own.weightGradients[weightAt] = weightGradient(own, i, at);
        }
      }
      if (embeddings.isBound()) {
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
      int at = i * angleStride;
      int count = features.count();
      if (!upstream.isBound()) {
        Cosines.cosines(own.angles, at, features.phases(), own.cosines, 0, count);
      } else {
        Cosines.cosinesAndSines(own.angles, at, features.phases(), own.cosines, 0, count);
      }
    }

    private void addPoint(Scratch own, int i, float weight) {
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
      int at = i * angleStride;
      int count = features.count();
      math.multiply(own.angles, at, own.upstream, upstreamAt + pointStride, own.angles, at, count);
      math.scale(own.angles, at, -share, own.angles, at, count);
    }

    private float weightGradient(Scratch own, int i, int upstreamAt) {
      double sum =
          math.dot(own.points, i * pointStride, own.upstream, upstreamAt, d)
              + math.dot(own.cosines, 0, own.upstream, upstreamAt + pointStride, features.count());
      return (float) (sum / set.size());
    }

    private void writePoints(Scratch own, int first, int from, int to) {
      Left weights = Left.rows(own.angles, 0, angleStride);
      gemm.multiply(weights, to - from, features.rows(), own.gradients, 0, pointStride);
      for (int point = from; point < to; point++) {
        int row = (point - from) * pointStride;
        int at = (point / set.size() - first) * own.strip.length;
        float share = set.weights()[point] / set.size();
        math.addScaled(own.upstream, at, share, own.gradients, row, d);
        set.points().backward(point, own.points, row, own.gradients, row);
        points.write(point, own.gradients, row);
      }
    }
  }

  /** Reads points and multiplies them by the frequencies. */
  private void loadAngles(Scratch own, int from, int count) {
    for (int i = 0; i < count; i++) {
      set.points().read(from + i, own.points, i * pointStride);
    }
    Left points = Left.rows(own.points, 0, pointStride);
    gemm.multiply(points, count, features.columns(), own.angles, 0, angleStride);
  }
}
