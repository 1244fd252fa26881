package io.gramian.cpu.cloud;

import io.gramian.cpu.device.Gradient;
import io.gramian.cpu.simd.Gemm;
import io.gramian.cpu.simd.Left;
import io.gramian.cpu.simd.Panels;
import io.gramian.cpu.simd.Resources;
import io.gramian.cpu.simd.Simd;
import io.gramian.cpu.simd.StripMath;
import io.gramian.cpu.simd.TileKernel;
import io.gramian.op.PointCloudSimilarity;
import java.util.Arrays;

/**
 * Sums of a kernel over the pairs of points of one cloud with all clouds of another set, and the
 * gradients of that one cloud. A thread works on a cloud at a time; the other set stays packed.
 */
public final class CloudPairs {
  /** Points of a gemm. */
  private static final int BLOCK = 5 * TileKernel.ROWS;

  /**
   * Where a squared distance is less of the sum of squared norms, float32 products leave too few of
   * its digits, and it is recomputed in float64.
   */
  private static final float CANCELLATION = 1e-2f;

  private final Gemm gemm;
  private final StripMath math;
  private final PointKernel kernel;
  private final float linear;
  private final float kernelWeight;
  private final PointSet set;
  private final PointSet others;
  private final PackedPoints packed;
  private final int pointStride;
  private final Scratch[] scratch;

  /** The upstream gradient of the similarity of the cloud with another one. */
  @FunctionalInterface
  public interface Upstream {
    double with(int other);
  }

  /**
   * Each cloud of a set with all of another.
   *
   * @param packed the points of the others
   */
  public CloudPairs(
      Resources resources,
      PointCloudSimilarity op,
      PointSet set,
      PointSet others,
      PackedPoints packed,
      boolean backward) {
    this.gemm = resources.simd().gemm();
    this.math = resources.simd().strips();
    this.kernel = PointKernel.of(op.kernel(), resources.simd());
    this.linear = (float) op.linearWeight();
    this.kernelWeight = (float) op.kernelWeight();
    this.set = set;
    this.others = others;
    this.packed = packed;
    this.pointStride = Panels.padded(set.d(), gemm.columns());
    this.scratch = new Scratch[resources.workers().threads()];
    Arrays.setAll(scratch, worker -> new Scratch(resources, backward));
  }

  /** Arrays of a worker. */
  private final class Scratch {
    /** Inner products of a block of points with a chunk of the others, then their weights. */
    final float[] dots;

    final float[] points;
    final float[] distances;
    final float[] kernels;
    final double[] sums;

    /** Weights of the others times the upstream gradient. */
    final float[] shares;

    final float[] gradients;
    final double[] normGradients;
    final double[] weightSums;
    final float[] weightGradients;

    Scratch(Resources resources, boolean backward) {
      dots = resources.floats(BLOCK * PackedPoints.CHUNK);
      points = resources.floats(BLOCK * pointStride);
      distances = resources.floats(Simd.room(PackedPoints.CHUNK));
      kernels = resources.floats(Simd.room(PackedPoints.CHUNK));
      sums = resources.doubles(others.clouds());
      shares = resources.floats(backward ? Simd.room(others.count()) : 0);
      gradients = resources.floats(backward ? points.length : 0);
      normGradients = resources.doubles(BLOCK);
      weightSums = resources.doubles(BLOCK);
      weightGradients = resources.floats(backward ? set.size() : 0);
    }
  }

  /**
   * The similarities of a cloud with all others.
   *
   * @return one per other cloud, valid until the next call of this worker
   */
  public double[] forward(int cloud, int worker) {
    Scratch own = scratch[worker];
    Arrays.fill(own.sums, 0);
    int first = cloud * set.size();
    int end = first + set.size();
    for (int from = first; from < end; from += BLOCK) {
      int count = Math.min(BLOCK, end - from);
      readPoints(own, from, count);
      for (int chunk = 0; chunk < packed.chunks(); chunk++) {
        multiply(own, count, chunk);
        for (int i = 0; i < count; i++) {
          scores(own, from + i, i, chunk);
          addSums(own, set.weights()[from + i], chunk);
        }
      }
    }
    for (int other = 0; other < own.sums.length; other++) {
      own.sums[other] /= (double) set.size() * others.size();
    }
    return own.sums;
  }

  private void readPoints(Scratch own, int from, int count) {
    for (int i = 0; i < count; i++) {
      set.points().read(from + i, own.points, i * pointStride);
    }
  }

  private void multiply(Scratch own, int count, int chunk) {
    Left points = Left.rows(own.points, 0, pointStride);
    gemm.multiply(points, count, packed.columns(chunk), own.dots, 0, PackedPoints.CHUNK);
  }

  /** Kernels of a point with a chunk, and in place of its distances the scores. */
  private void scores(Scratch own, int point, int i, int chunk) {
    int length = packed.size(chunk);
    int at = i * PackedPoints.CHUNK;
    int first = packed.first(chunk);
    float norm = set.norms()[point];
    float[] norms = others.norms();
    float[] dots = own.dots;
    float[] distances = own.distances;
    float closest = Float.POSITIVE_INFINITY;
    for (int j = 0; j < length; j++) {
      float both = norm + norms[first + j];
      float squared = both - 2 * dots[at + j];
      distances[j] = -Math.max(squared, 0);
      closest = Math.min(closest, squared - CANCELLATION * both);
    }
    if (closest <= 0) {
      refine(own, i, norm, chunk);
    }
    kernel.values(distances, own.kernels, length);
    for (int j = 0; j < length; j++) {
      distances[j] = linear * dots[at + j] + kernelWeight * own.kernels[j];
    }
  }

  private void refine(Scratch own, int i, float norm, int chunk) {
    Panels columns = packed.columns(chunk);
    for (int j = 0; j < packed.size(chunk); j++) {
      float both = norm + others.norms()[packed.first(chunk) + j];
      if (-own.distances[j] <= CANCELLATION * both) {
        double sum = 0;
        for (int z = 0; z < set.d(); z++) {
          double difference = (double) own.points[i * pointStride + z] - columns.get(z, j);
          sum += difference * difference;
        }
        own.distances[j] = (float) -sum;
      }
    }
  }

  /** Adds the weighted scores of a point to the sums of the clouds of a chunk. */
  private void addSums(Scratch own, float weight, int chunk) {
    int first = packed.first(chunk);
    int end = first + packed.size(chunk);
    for (int from = first; from < end; ) {
      int other = from / others.size();
      int to = Math.min(end, (other + 1) * others.size());
      double sum = math.dot(own.distances, from - first, others.weights(), from, to - from);
      own.sums[other] += weight * sum;
      from = to;
    }
  }

  /**
   * Writes the gradients of a cloud.
   *
   * @param points gradient of the points
   * @param weights gradient of the weights
   */
  public void backward(
      int cloud, int worker, Upstream upstream, Gradient points, Gradient weights) {
    Scratch own = scratch[worker];
    for (int j = 0; j < others.count(); j++) {
      double share = upstream.with(j / others.size()) / ((double) set.size() * others.size());
      own.shares[j] = (float) (share * others.weights()[j]);
    }
    int first = cloud * set.size();
    int end = first + set.size();
    for (int from = first; from < end; from += BLOCK) {
      int count = Math.min(BLOCK, end - from);
      readPoints(own, from, count);
      Arrays.fill(own.gradients, 0);
      Arrays.fill(own.normGradients, 0);
      Arrays.fill(own.weightSums, 0);
      for (int chunk = 0; chunk < packed.chunks(); chunk++) {
        addGradients(own, from, count, chunk, points.isWanted());
      }
      for (int i = 0; i < count; i++) {
        own.weightGradients[from - first + i] = (float) own.weightSums[i];
        if (points.isWanted()) {
          writePoint(own, from + i, i, points);
        }
      }
    }
    if (weights.isWanted()) {
      weights.write(cloud, own.weightGradients, 0);
    }
  }

  private void addGradients(Scratch own, int from, int count, int chunk, boolean wantsPoints) {
    multiply(own, count, chunk);
    for (int i = 0; i < count; i++) {
      scores(own, from + i, i, chunk);
      own.weightSums[i] +=
          math.dot(own.distances, 0, own.shares, packed.first(chunk), packed.size(chunk));
      if (wantsPoints) {
        weigh(own, set.weights()[from + i], i, chunk);
      }
    }
    if (wantsPoints) {
      Left weights = Left.rows(own.dots, 0, PackedPoints.CHUNK);
      gemm.add(weights, count, packed.rows(chunk), own.gradients, 0, pointStride);
    }
  }

  /**
   * The inner products of a point become their weights; adds to the gradient of its squared norm.
   */
  private void weigh(Scratch own, float weight, int i, int chunk) {
    int length = packed.size(chunk);
    float[] slopes = own.distances;
    kernel.slopes(own.kernels, kernelWeight * weight, slopes, length);
    int first = packed.first(chunk);
    own.normGradients[i] += math.dot(slopes, 0, own.shares, first, length);
    int at = i * PackedPoints.CHUNK;
    float direct = linear * weight;
    for (int j = 0; j < length; j++) {
      own.dots[at + j] = own.shares[first + j] * (direct - 2 * slopes[j]);
    }
  }

  private void writePoint(Scratch own, int point, int i, Gradient output) {
    int row = i * pointStride;
    float factor = (float) (2 * own.normGradients[i]);
    math.addScaled(own.points, row, factor, own.gradients, row, set.d());
    set.points().backward(point, own.points, row, own.gradients, row);
    output.write(point, own.gradients, row);
  }
}
