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
    Arrays.fill(factors, 1);
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

  /** Finds the factor of a row and reads it. Unit vectors need this first, once a run. */
  public void measure(int row, float[] to, int at) {
    if (isAbsent(row)) {
      Arrays.fill(to, at, at + d, 0);
      factors[row] = 0;
      return;
    }
    readRaw(row, to, at);
    double length = Math.sqrt(strips.exactDot(to, at, to, at, d));
    if (!Double.isFinite(length)) {
      factors[row] = Float.NaN;
    } else if (normalize) {
      // A negative factor marks a length below the floor, which is a constant for gradients.
      double divisor = Math.max(length, floor);
      factors[row] = (float) (length <= floor ? -1 / divisor : 1 / divisor);
    }
    scale(row, to, at);
  }

  /** Reads a row. */
  public void read(int row, float[] to, int at) {
    if (isAbsent(row)) {
      Arrays.fill(to, at, at + d, 0);
      return;
    }
    readRaw(row, to, at);
    scale(row, to, at);
  }

  /** A row that is not finite becomes NaN as a whole: no later step may lose an infinity. */
  private void scale(int row, float[] values, int at) {
    float factor = Math.abs(factors[row]);
    if (factor != 1) {
      strips.scale(values, at, factor, values, at, d);
    }
  }

  /**
   * Reads a row in float64: of unit vectors all digits that the input gives, which differences of
   * nearly equal ones need.
   *
   * @param scratch has room for a row
   */
  public void readExact(int row, float[] scratch, double[] to) {
    if (isAbsent(row)) {
      Arrays.fill(to, 0);
      return;
    }
    readRaw(row, scratch, 0);
    double factor = Float.isNaN(factors[row]) ? Double.NaN : 1;
    if (normalize) {
      factor /= Math.max(Math.sqrt(strips.exactDot(scratch, 0, scratch, 0, d)), floor);
    }
    for (int z = 0; z < d; z++) {
      to[z] = scratch[z] * factor;
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
