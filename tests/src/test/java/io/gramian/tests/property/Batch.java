package io.gramian.tests.property;

import io.gramian.Bindings;
import java.util.Arrays;
import java.util.Random;
import java.util.function.IntUnaryOperator;

/**
 * Random anchors and tuples.
 *
 * @param rows number of anchors and of tuples
 * @param d dimension
 * @param vectors anchors first, then each modality, all [rows,d]
 */
record Batch(int rows, int d, double[][] vectors) {
  /** Normally distributed vectors of length about 1. */
  static Batch random(long seed, int rows, int d, int modalities) {
    Random random = new Random(seed);
    double[][] vectors = new double[modalities + 1][rows * d];
    for (double[] values : vectors) {
      Arrays.setAll(values, i -> (float) (random.nextGaussian() / Math.sqrt(d)));
    }
    return new Batch(rows, d, vectors);
  }

  int modalities() {
    return vectors.length - 1;
  }

  Bindings bind(Subject subject) {
    Bindings inputs = Bindings.of("anchor", subject.tensor(vectors[0], rows, d));
    for (int l = 1; l < vectors.length; l++) {
      inputs = inputs.with("modality" + l, subject.tensor(vectors[l], rows, d));
    }
    return inputs;
  }

  /** Row i of every result is row order(i) of this. */
  Batch reorder(IntUnaryOperator order) {
    double[][] moved = new double[vectors.length][];
    for (int m = 0; m < vectors.length; m++) {
      moved[m] = reorder(vectors[m], d, order);
    }
    return new Batch(rows, d, moved);
  }

  static double[] reorder(double[] values, int d, IntUnaryOperator order) {
    double[] moved = new double[values.length];
    for (int i = 0; i < values.length / d; i++) {
      System.arraycopy(values, order.applyAsInt(i) * d, moved, i * d, d);
    }
    return moved;
  }

  /** Every row of one member (0 is the anchor) times a factor of its own. */
  Batch scale(int member, double[] factors) {
    double[][] scaled = vectors.clone();
    scaled[member] = scaleRows(vectors[member], d, factors);
    return new Batch(rows, d, scaled);
  }

  static double[] scaleRows(double[] values, int d, double[] factors) {
    double[] scaled = values.clone();
    for (int i = 0; i < values.length; i++) {
      scaled[i] *= factors[i / d];
    }
    return scaled;
  }

  /** All vectors reflected by the plane orthogonal to a random direction, twice: a rotation. */
  Batch rotate(Rotation rotation) {
    double[][] rotated = new double[vectors.length][];
    for (int m = 0; m < vectors.length; m++) {
      rotated[m] = rotation.apply(vectors[m]);
    }
    return new Batch(rows, d, rotated);
  }

  /** Without one modality, counted from 1. */
  Batch without(int modality) {
    double[][] rest = new double[vectors.length - 1][];
    for (int m = 0, at = 0; m < vectors.length; m++) {
      if (m != modality) {
        rest[at++] = vectors[m];
      }
    }
    return new Batch(rows, d, rest);
  }

  /** The product of two Householder reflections. */
  record Rotation(double[] first, double[] second) {
    static Rotation random(long seed, int d) {
      Random random = new Random(seed);
      return new Rotation(direction(random, d), direction(random, d));
    }

    private static double[] direction(Random random, int d) {
      double[] v = random.doubles(d, -1, 1).toArray();
      double norm = Math.sqrt(Arrays.stream(v).map(x -> x * x).sum());
      return Arrays.stream(v).map(x -> x / norm).toArray();
    }

    double[] apply(double[] rows) {
      return reflect(reflect(rows, first), second);
    }

    private static double[] reflect(double[] rows, double[] v) {
      double[] out = rows.clone();
      for (int start = 0; start < rows.length; start += v.length) {
        double dot = 0;
        for (int z = 0; z < v.length; z++) {
          dot += rows[start + z] * v[z];
        }
        for (int z = 0; z < v.length; z++) {
          out[start + z] -= 2 * dot * v[z];
        }
      }
      return out;
    }
  }
}
