package io.gramian.cpu.pair;

import io.gramian.Tensor;
import io.gramian.cpu.simd.Resources;
import io.gramian.cpu.simd.Simd;
import io.gramian.spi.Shard;
import java.util.Arrays;

/**
 * Sums of exp(scale * x), each kept relative to the largest x so far. Two threads may work on
 * different sums.
 */
public final class RunningSums {
  private final float[] maxima;
  private final double[] sums;
  private double scale;

  public RunningSums(Resources resources, int count) {
    this.maxima = resources.floats(Simd.room(count));
    this.sums = resources.doubles(count);
  }

  /** Starts anew. */
  public void clear(double newScale) {
    scale = newScale;
    Arrays.fill(maxima, Float.NEGATIVE_INFINITY);
    Arrays.fill(sums, 0);
  }

  /** Adds a sum of exp(scale * (x - maximum)). */
  public void add(int index, double sum, float maximum) {
    float old = maxima[index];
    if (old == Float.NEGATIVE_INFINITY) {
      sums[index] = sum;
    } else if (old == maximum) {
      sums[index] += sum;
    } else if (old > maximum) {
      sums[index] += sum * Math.exp(((double) maximum - old) * scale);
    } else {
      sums[index] = sums[index] * Math.exp(((double) old - maximum) * scale) + sum;
    }
    maxima[index] = Math.max(old, maximum);
  }

  /** Makes of the sums of each rank those over all ranks. */
  void unite(Shard shard) {
    double[] peaks = new double[sums.length];
    for (int i = 0; i < peaks.length; i++) {
      peaks[i] = maxima[i];
    }
    shard.max(Tensor.of(peaks, peaks.length));
    for (int i = 0; i < peaks.length; i++) {
      // Without any score the sum is 0, and so are differences of peaks that there are not.
      double difference = sums[i] == 0 ? 0 : (maxima[i] - peaks[i]) * scale;
      sums[i] *= Math.exp(difference);
      maxima[i] = (float) peaks[i];
    }
    shard.sum(Tensor.of(sums, sums.length));
  }

  /** Takes over other sums of as many. */
  void copy(RunningSums from) {
    System.arraycopy(from.maxima, 0, maxima, 0, maxima.length);
    System.arraycopy(from.sums, 0, sums, 0, sums.length);
    scale = from.scale;
  }

  public int count() {
    return sums.length;
  }

  /** The largest x of each sum, with the room of a strip after it. */
  public float[] maxima() {
    return maxima;
  }

  /** The largest x of a sum. */
  public float maximum(int index) {
    return maxima[index];
  }

  /** The mean of the largest x of the first sums. */
  public double meanMaximum(int of) {
    double total = 0;
    for (int i = 0; i < of; i++) {
      total += maxima[i];
    }
    return total / of;
  }

  /** The sum of exp(scale * (x - maximum)). */
  public double sum(int index) {
    return sums[index];
  }

  /** The logarithm of the sum. */
  public double log(int index) {
    return maxima[index] * scale + Math.log(sums[index]);
  }
}
