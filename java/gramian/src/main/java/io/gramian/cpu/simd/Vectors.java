package io.gramian.cpu.simd;

import io.gramian.Tensor;
import io.gramian.cpu.device.Rows;
import java.util.Arrays;

/**
 * The rows of an input as an op uses them: float32, unit(x) = x / max(|x|, floor) if asked for,
 * rows of an absent modality zero. Holds one factor per row; {@link #bind} before each run.
 */
public final class Vectors {
  /** The floor of lengths everywhere but in point clouds. */
  public static final double FLOOR = 1e-12;

  /** Tells rows that are not there. */
  @FunctionalInterface
  public interface Absent {
    /** None. */
    Absent NONE = row -> false;

    boolean at(int row);
  }

  private static final float[] NOWHERE = {};

  private final StripMath strips;
  private final int d;
  private final boolean normalize;
  private final double floor;
  private final float[] factors;
  private Rows rows = Rows.NONE;
  private Absent absent = Absent.NONE;
  private float[] centre = NOWHERE;

  /** Vectors of dimension d. */
  public Vectors(Resources resources, int count, int d, boolean normalize) {
    this(resources, count, d, normalize, FLOOR);
  }

  /** Unit vectors with another floor. */
  public static Vectors unit(Resources resources, int count, int d, double floor) {
    return new Vectors(resources, count, d, true, floor);
  }

  private Vectors(Resources resources, int count, int d, boolean normalize, double floor) {
    this.strips = resources.simd().strips();
    this.d = d;
    this.normalize = normalize;
    this.floor = floor;
    this.factors = resources.floats(count);
  }

  /** Takes the tensor of a run. */
  public void bind(Tensor tensor, Absent missing) {
    rows = new Rows(tensor);
    absent = missing;
    centre = NOWHERE;
  }

  /** Takes a vector, padded as a strip, away from every row of the run. */
  public void centre(float[] vector) {
    centre = vector;
  }

  public int count() {
    return factors.length;
  }

  public int d() {
    return d;
  }

  /** Whether {@link #measure} finds anything out. */
  public boolean isNormalized() {
    return normalize;
  }

  /** Finds the factor of a row and reads it. Other methods need this first, once a run. */
  public void measure(int row, float[] to, int at) {
    factors[row] = 1;
    if (isAbsent(row)) {
      Arrays.fill(to, at, at + d, 0);
      factors[row] = 0;
      return;
    }
    readRaw(row, to, at);
    if (normalize) {
      double length = Math.sqrt(strips.exactDot(to, at, to, at, d));
      // A negative factor marks a length below the floor, which is a constant for gradients.
      double divisor = Math.max(length, floor);
      factors[row] = (float) (length <= floor ? -1 / divisor : 1 / divisor);
      strips.scale(to, at, Math.abs(factors[row]), to, at, d);
    }
  }

  /** Reads a row. */
  public void read(int row, float[] to, int at) {
    if (isAbsent(row)) {
      Arrays.fill(to, at, at + d, 0);
      return;
    }
    readRaw(row, to, at);
    if (normalize) {
      strips.scale(to, at, Math.abs(factors[row]), to, at, d);
    }
  }

  /**
   * Adds a row to a sum as it is, where {@link #read} rounds its factor.
   *
   * @param scratch has room for the row
   * @return the squared length of what was added
   */
  public double addTo(double[] sum, int row, float[] scratch, int at) {
    if (isAbsent(row)) {
      return 0;
    }
    readRaw(row, scratch, at);
    double square = strips.exactDot(scratch, at, scratch, at, d);
    double factor = normalize ? 1 / Math.max(Math.sqrt(square), floor) : 1;
    for (int z = 0; z < d; z++) {
      sum[z] += factor * scratch[at + z];
    }
    return factor * factor * square;
  }

  private void readRaw(int row, float[] to, int at) {
    rows.read(row, to, at);
    if (centre.length > 0) {
      strips.addScaled(centre, 0, -1, to, at, d);
    }
  }

  /**
   * Turns the gradient of a row into that of the raw row: (g - u (u.g)) / |x|, or g / floor below
   * the floor; 0 for an absent row.
   *
   * @param values the row as {@link #read} gives it
   * @param gradient changed in place
   */
  public void backward(int row, float[] values, int valuesAt, float[] gradient, int gradientAt) {
    if (isAbsent(row)) {
      Arrays.fill(gradient, gradientAt, gradientAt + d, 0);
    } else if (normalize) {
      float factor = factors[row];
      if (factor < 0) {
        strips.scale(gradient, gradientAt, -factor, gradient, gradientAt, d);
        return;
      }
      double along = strips.exactDot(values, valuesAt, gradient, gradientAt, d);
      for (int z = 0; z < d; z++) {
        double g = gradient[gradientAt + z] - along * values[valuesAt + z];
        gradient[gradientAt + z] = (float) (g * factor);
      }
    }
  }

  public boolean isAbsent(int row) {
    return absent.at(row);
  }
}
