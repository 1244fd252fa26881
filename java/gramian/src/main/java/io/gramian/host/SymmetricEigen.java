package io.gramian.host;

import java.util.Arrays;

/**
 * Eigenvalues and eigenvectors of symmetric matrices [k,k], in float64, by cyclic Jacobi rotations.
 * Made for one size; not thread-safe.
 */
public final class SymmetricEigen {
  private static final int SWEEPS = 30;

  /** Squared elements beside the diagonal of this part of the whole matrix count as none. */
  private static final double NOTHING = 1e-33;

  /** A projection of a unit vector of at most this length is none. */
  private static final double RIGHT_ANGLE = 1e-9;

  private final int k;
  private final double[] a;

  /** Eigenvectors, one a row. */
  private final double[] vectors;

  private final double[] values;

  /** Room for k x k matrices. */
  public SymmetricEigen(int k) {
    this.k = k;
    this.a = new double[k * k];
    this.vectors = new double[k * k];
    this.values = new double[k];
  }

  /** Decomposes a matrix; eigenvalues come in falling order. All are NaN if an element is. */
  public void decompose(double[] matrix) {
    System.arraycopy(matrix, 0, a, 0, k * k);
    Arrays.fill(vectors, 0);
    double whole = 0;
    for (int i = 0; i < k; i++) {
      vectors[i * k + i] = 1;
    }
    for (double element : matrix) {
      whole += element * element;
    }
    for (int sweep = 0; sweep < SWEEPS && besideDiagonal() > NOTHING * whole; sweep++) {
      for (int p = 0; p < k; p++) {
        for (int q = p + 1; q < k; q++) {
          rotate(p, q);
        }
      }
    }
    for (int i = 0; i < k; i++) {
      values[i] = Double.isFinite(whole) ? a[i * k + i] : Double.NaN;
    }
    sort();
  }

  private double besideDiagonal() {
    double sum = 0;
    for (int p = 0; p < k; p++) {
      for (int q = p + 1; q < k; q++) {
        sum += 2 * a[p * k + q] * a[p * k + q];
      }
    }
    return sum;
  }

  /** Makes the element (p, q) zero. */
  private void rotate(int p, int q) {
    double element = a[p * k + q];
    if (element == 0) {
      return;
    }
    double theta = (a[q * k + q] - a[p * k + p]) / (2 * element);
    double tangent = Math.copySign(1, theta) / (Math.abs(theta) + Math.hypot(theta, 1));
    double cosine = 1 / Math.hypot(tangent, 1);
    double sine = tangent * cosine;
    for (int l = 0; l < k; l++) {
      double lp = a[l * k + p];
      double lq = a[l * k + q];
      a[l * k + p] = cosine * lp - sine * lq;
      a[l * k + q] = sine * lp + cosine * lq;
    }
    for (int l = 0; l < k; l++) {
      double pl = a[p * k + l];
      double ql = a[q * k + l];
      a[p * k + l] = cosine * pl - sine * ql;
      a[q * k + l] = sine * pl + cosine * ql;
      double vp = vectors[p * k + l];
      double vq = vectors[q * k + l];
      vectors[p * k + l] = cosine * vp - sine * vq;
      vectors[q * k + l] = sine * vp + cosine * vq;
    }
  }

  /** Falling eigenvalues, by insertion. */
  private void sort() {
    for (int i = 1; i < k; i++) {
      for (int j = i; j > 0 && values[j] > values[j - 1]; j--) {
        swap(values, j, j - 1);
        for (int l = 0; l < k; l++) {
          swap(vectors, j * k + l, (j - 1) * k + l);
        }
      }
    }
  }

  private static void swap(double[] of, int i, int j) {
    double held = of[i];
    of[i] = of[j];
    of[j] = held;
  }

  /** An eigenvalue, the largest first. */
  public double value(int index) {
    return values[index];
  }

  /** An element of its eigenvector. */
  public double element(int index, int l) {
    return vectors[index * k + l];
  }

  /** How many eigenvalues are within a part of the largest of it, itself among them. */
  public int multiplicity(double part) {
    int count = 1;
    while (count < k && values[0] - values[count] <= part * Math.abs(values[0])) {
      count++;
    }
    return count;
  }

  /**
   * The mean of the gradients of the largest eigenvalues: P / m, P the projection on the
   * eigenvectors of the m that count as equal.
   *
   * @param part how near to the largest, relative to it, those are
   * @param partials [k,k], overwritten
   */
  public void meanProjection(double part, double[] partials) {
    int count = multiplicity(part);
    Arrays.fill(partials, 0);
    for (int i = 0; i < count; i++) {
      for (int r = 0; r < k; r++) {
        for (int c = 0; c < k; c++) {
          partials[r * k + c] += element(i, r) * element(i, c) / count;
        }
      }
    }
  }

  /**
   * The unit vector of coefficients of the leading direction: what the sum of all vectors has in
   * the space of the eigenvectors that count as equal to the first, or where that is nothing, what
   * the first vector has that is not at right angles to it.
   *
   * @param part how near to the largest eigenvalue, relative to it, those are
   */
  public double[] leading(double part) {
    int count = multiplicity(part);
    double[] ones = new double[k];
    Arrays.fill(ones, 1);
    double[] leading = projected(ones, count);
    for (int l = 0; l < k && norm(leading) <= RIGHT_ANGLE; l++) {
      Arrays.fill(ones, 0);
      ones[l] = 1;
      leading = projected(ones, count);
    }
    double norm = norm(leading);
    for (int l = 0; l < k; l++) {
      leading[l] /= norm;
    }
    return leading;
  }

  private double[] projected(double[] vector, int count) {
    double[] projected = new double[k];
    for (int i = 0; i < count; i++) {
      double along = 0;
      for (int l = 0; l < k; l++) {
        along += element(i, l) * vector[l];
      }
      for (int l = 0; l < k; l++) {
        projected[l] += along * element(i, l);
      }
    }
    return projected;
  }

  private static double norm(double[] vector) {
    double square = 0;
    for (double element : vector) {
      square += element * element;
    }
    return Math.sqrt(square);
  }
}
