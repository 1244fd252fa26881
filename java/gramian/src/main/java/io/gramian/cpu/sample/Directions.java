package io.gramian.cpu.sample;

import io.gramian.Bindings;
import io.gramian.TensorSpec;
import io.gramian.cpu.device.Gradient;
import io.gramian.cpu.device.Rows;
import io.gramian.cpu.device.Workers;
import io.gramian.cpu.simd.Panels;
import io.gramian.cpu.simd.Resources;
import io.gramian.cpu.simd.Simd;
import io.gramian.cpu.simd.StripMath;
import io.gramian.cpu.simd.Vectors;
import io.gramian.host.SymmetricEigen;
import io.gramian.op.Principal;
import java.util.Arrays;

/**
 * The singular values and the leading direction of the unit vectors of each sample, and back: the
 * samples' part of {@link Principal}. From k x k Gram matrices in float64, which are made anew for
 * gradients.
 */
public final class Directions {
  private static final int TASK_SAMPLES = 16;

  /** A largest eigenvalue of at most this is that of vectors without a direction. */
  private static final double NO_DIRECTION = 1e-30;

  private final Principal op;
  private final StripMath math;
  private final Workers workers;
  private final int batch;
  private final int k;
  private final int d;
  private final int stride;
  private final float[][] scratch;
  private final float[] directions;
  private final boolean[] isDirected;
  private final double[] losses;
  private Rows vectors = Rows.NONE;

  /** Of vectors of a spec [B,k,d]. */
  public Directions(Resources resources, Principal op, TensorSpec spec) {
    this.op = op;
    this.math = resources.simd().strips();
    this.workers = resources.workers();
    this.batch = Math.toIntExact(spec.size(0));
    this.k = Math.toIntExact(spec.size(1));
    this.d = Math.toIntExact(spec.size(2));
    this.stride = Panels.padded(d, Simd.PADDING);
    this.scratch = resources.scratch((k + 2) * stride);
    this.directions = resources.floats(Math.multiplyExact(batch, d));
    this.isDirected = new boolean[batch];
    this.losses = resources.doubles(batch);
  }

  /** The directions u [B,d], once a run has begun. */
  public float[] rows() {
    return directions;
  }

  /** The squared length of a direction: 1, or 0 where vectors have none. */
  public float squaredLength(int sample) {
    return isDirected[sample] ? 1 : 0;
  }

  /** Takes the vectors of a run; returns the mean cross-entropy of singular values. */
  public double forward(Bindings in) {
    vectors = new Rows(in.get("vectors"));
    workers.run(
        Math.ceilDiv(batch, TASK_SAMPLES),
        (task, worker) -> {
          Spectrum spectrum = new Spectrum(scratch[worker]);
          for (int b = task * TASK_SAMPLES; b < end(task); b++) {
            spectrum.measure(b);
            losses[b] = spectrum.values(new double[k]);
            spectrum.writeDirection(b);
          }
        });
    return Arrays.stream(losses).sum() / batch;
  }

  /**
   * Writes the gradient of the vectors.
   *
   * @param upstream gradient of the loss
   * @param ofDirections gradients of the directions, times the upstream one
   */
  public void backward(double upstream, Gradient ofDirections, Gradient output) {
    workers.run(
        Math.ceilDiv(batch, TASK_SAMPLES),
        (task, worker) -> {
          Spectrum spectrum = new Spectrum(scratch[worker]);
          for (int b = task * TASK_SAMPLES; b < end(task); b++) {
            spectrum.measure(b);
            ofDirections.read(b, scratch[worker], k * stride);
            spectrum.backward(b, upstream * op.weightValues() / batch, output);
          }
        });
  }

  private int end(int task) {
    return Math.min((task + 1) * TASK_SAMPLES, batch);
  }

  /** The decomposed Gram matrix of a sample. */
  private final class Spectrum {
    private final SymmetricEigen eigen = new SymmetricEigen(k);
    private final double[] gram = new double[k * k];
    private final double[] factors = new double[k];

    /** The vectors, then the gradient of the direction, then room for a result. */
    private final float[] rows;

    Spectrum(float[] rows) {
      this.rows = rows;
    }

    void measure(int sample) {
      for (int i = 0; i < k; i++) {
        vectors.read(sample * k + i, rows, i * stride);
        for (int j = 0; j <= i; j++) {
          double product = math.exactDot(rows, i * stride, rows, j * stride, d);
          gram[i * k + j] = product;
          gram[j * k + i] = product;
        }
        factors[i] = 1 / Math.max(Math.sqrt(gram[i * k + i]), Vectors.FLOOR);
      }
      for (int i = 0; i < k * k; i++) {
        gram[i] *= factors[i / k] * factors[i % k];
      }
      eigen.decompose(gram);
    }

    private double root(int index) {
      return Math.sqrt(Math.max(eigen.value(index), 0));
    }

    /** The cross-entropy of the singular values; fills its gradient by each of them. */
    double values(double[] gradient) {
      double sum = 0;
      for (int j = 1; j < k; j++) {
        gradient[j] = Math.exp((root(j) - root(0)) / op.temperatureValues());
        sum += gradient[j];
      }
      for (int j = 1; j < k; j++) {
        gradient[j] /= (1 + sum) * op.temperatureValues();
      }
      gradient[0] = -sum / ((1 + sum) * op.temperatureValues());
      int equal = eigen.multiplicity(Principal.EQUAL);
      double mean = 0;
      for (int j = 0; j < equal; j++) {
        mean += gradient[j] / equal;
      }
      Arrays.fill(gradient, 0, equal, mean);
      // Of one value too: not a number where that is none.
      return Math.log1p(sum) + 0 * root(0);
    }

    private boolean hasDirection() {
      return !(eigen.value(0) <= NO_DIRECTION);
    }

    /** u = X^T e / s. */
    void writeDirection(int sample) {
      double[] e = hasDirection() ? eigen.leading(Principal.EQUAL) : new double[k];
      double length = hasDirection() ? root(0) : 1;
      isDirected[sample] = hasDirection();
      for (int l = 0; l < k; l++) {
        e[l] *= factors[l] / length;
      }
      int to = (k + 1) * stride;
      math.exactCombine(e, 0, k, rows, stride, rows, to, d);
      System.arraycopy(rows, to, directions, sample * d, d);
    }

    /**
     * With g the gradient of u: dX = e g^T / s + 2 P X, P from de = sum over j of e_j (e_j^T dG e)
     * / (s^2 - s_j^2), from s, and from all singular values.
     */
    void backward(int sample, double weight, Gradient output) {
      double[] partials = new double[k * k];
      addValues(weight, partials);
      double[] along = new double[k];
      double[] ofG = new double[k];
      if (hasDirection()) {
        for (int l = 0; l < k; l++) {
          along[l] = factors[l] * math.exactDot(rows, l * stride, rows, k * stride, d);
        }
        addDirection(along, ofG, partials);
      }
      double[] terms = new double[k + 1];
      int to = (k + 1) * stride;
      for (int i = 0; i < k; i++) {
        double radial = ofG[i] * along[i];
        for (int j = 0; j < k; j++) {
          terms[j] = 2 * partials[i * k + j];
          radial += terms[j] * gram[i * k + j];
        }
        // Below the floor the length that is divided by is a constant.
        terms[i] -= factors[i] < 1 / Vectors.FLOOR ? radial : 0;
        for (int j = 0; j < k; j++) {
          terms[j] *= factors[i] * factors[j];
        }
        terms[k] = factors[i] * ofG[i];
        math.exactCombine(terms, 0, k + 1, rows, stride, rows, to, d);
        output.write(sample * k + i, rows, to);
      }
    }

    private void addValues(double weight, double[] partials) {
      double[] gradient = new double[k];
      values(gradient);
      for (int j = 0; j < k; j++) {
        double ofSquare = weight * gradient[j] / (2 * Math.max(root(j), Principal.LEAST_VALUE));
        for (int i = 0; i < k * k; i++) {
          partials[i] += ofSquare * eigen.element(j, i / k) * eigen.element(j, i % k);
        }
      }
    }

    private void addDirection(double[] along, double[] ofG, double[] partials) {
      double[] e = eigen.leading(Principal.EQUAL);
      double square = eigen.value(0);
      double s = root(0);
      double ofRoot = 0;
      for (int l = 0; l < k; l++) {
        ofG[l] = e[l] / s;
        ofRoot += e[l] * along[l] / (s * square);
      }
      for (int i = 0; i < k * k; i++) {
        partials[i] -= ofRoot * e[i / k] * e[i % k] / 2;
      }
      for (int j = eigen.multiplicity(Principal.EQUAL); j < k; j++) {
        double turn = 0;
        for (int l = 0; l < k; l++) {
          turn += eigen.element(j, l) * along[l] / (s * (square - eigen.value(j)));
        }
        for (int i = 0; i < k * k; i++) {
          double mixed = eigen.element(j, i / k) * e[i % k] + e[i / k] * eigen.element(j, i % k);
          partials[i] += turn * mixed / 2;
        }
      }
    }
  }
}
