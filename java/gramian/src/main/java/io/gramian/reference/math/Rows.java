package io.gramian.reference.math;

/**
 * Rows of vectors as an op uses them, raw or scaled to unit length: unit(x) = x / max(|x|, floor).
 */
public final class Rows {
  /** The floor of lengths everywhere but in point clouds. */
  public static final double FLOOR = 1e-12;

  /** Number of rows. */
  final int count;

  /** Their dimension. */
  final int d;

  /** The rows, [count,d]. */
  public final double[] values;

  /** Lengths of the raw rows; none if they were not scaled. */
  private final double[] lengths;

  private final double floor;

  private Rows(int count, int d, double[] values, double[] lengths, double floor) {
    this.count = count;
    this.d = d;
    this.values = values;
    this.lengths = lengths;
    this.floor = floor;
  }

  /** Rows as they are. */
  static Rows raw(double[] values, int count, int d) {
    return new Rows(count, d, values, new double[0], 0);
  }

  /** Rows scaled to unit length. */
  public static Rows unit(double[] values, int count, int d, double floor) {
    double[] lengths = new double[count];
    double[] units = new double[values.length];
    for (int i = 0; i < count; i++) {
      lengths[i] = Math.sqrt(Dense.dot(values, i * d, values, i * d, d));
      double divisor = Math.max(lengths[i], floor);
      for (int z = 0; z < d; z++) {
        units[i * d + z] = values[i * d + z] / divisor;
      }
    }
    return new Rows(count, d, units, lengths, floor);
  }

  /** Rows scaled to unit length if {@code normalize} is set. */
  public static Rows of(double[] values, int count, int d, boolean normalize) {
    return normalize ? unit(values, count, d, FLOOR) : raw(values, count, d);
  }

  /**
   * The gradient of the raw rows: (g - u (u.g)) / |x|; below the floor the divisor is a constant,
   * so g / floor.
   *
   * @param gradient that of {@link #values}
   */
  public double[] backward(double[] gradient) {
    if (lengths.length == 0) {
      return gradient;
    }
    double[] raw = new double[gradient.length];
    for (int i = 0; i < count; i++) {
      boolean scaled = !(lengths[i] <= floor);
      double along = scaled ? Dense.dot(values, i * d, gradient, i * d, d) : 0;
      double divisor = Math.max(lengths[i], floor);
      for (int z = i * d; z < (i + 1) * d; z++) {
        raw[z] = (gradient[z] - values[z] * along) / divisor;
      }
    }
    return raw;
  }
}
