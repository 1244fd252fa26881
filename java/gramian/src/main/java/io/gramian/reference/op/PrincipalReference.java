package io.gramian.reference.op;

import io.gramian.Bindings;
import io.gramian.Device;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.host.SymmetricEigen;
import io.gramian.op.Principal;
import io.gramian.reference.math.CrossEntropySum;
import io.gramian.reference.math.Dense;
import io.gramian.reference.math.Loss;
import io.gramian.reference.math.Rows;
import java.util.Arrays;

/**
 * {@link Principal}: the eigenvectors of each sample's Gram matrix, and all pairs of directions.
 */
final class PrincipalReference extends SampleExecutor {
  /** A largest eigenvalue of at most this is that of vectors without a direction. */
  private static final double NO_DIRECTION = 1e-30;

  private final Principal op;

  PrincipalReference(
      Device device, Principal op, Specs inputs, Specs outputs, PlanOptions options) {
    super(op.check(inputs, outputs), options);
    this.op = op;
  }

  @Override
  void run(Bindings in, Bindings out) {
    Rows rows = Rows.unit(in.get("vectors").toDoubles(), batch * k, d, Rows.FLOOR);
    double[] x = rows.values;
    double[][] partials = new double[batch][k * k];
    double[] gradient = new double[x.length];
    double[] directions = new double[batch * d];
    double ofValues = 0;
    for (int b = 0; b < batch; b++) {
      SymmetricEigen eigen = eigen(x, b);
      ofValues += addValues(eigen, partials[b]) / batch;
      addDirection(eigen, x, b, directions);
    }
    double[] ofDirections = new double[batch * d];
    double between = between(directions, ofDirections);
    for (int b = 0; b < batch; b++) {
      backward(eigen(x, b), x, b, ofDirections, partials[b], gradient);
    }
    double[] ones = new double[batch];
    Arrays.fill(ones, 1);
    double[] ofGrams = gradient(x, partials, ones);
    Dense.addScaled(1, ofGrams, 0, gradient, 0, gradient.length);
    double loss = op.weightValues() * ofValues + op.weightDirections() * between;
    writeLoss(in, out, new Loss(loss, rows.backward(gradient)), "vectors");
  }

  private SymmetricEigen eigen(double[] x, int sample) {
    SymmetricEigen eigen = new SymmetricEigen(k);
    eigen.decompose(gram(x, sample));
    return eigen;
  }

  private static double root(SymmetricEigen eigen, int index) {
    return Math.sqrt(Math.max(eigen.value(index), 0));
  }

  /** The cross-entropy of the singular values of a sample; adds its share of the gradient. */
  private double addValues(SymmetricEigen eigen, double[] partials) {
    double[] values = new double[k];
    for (int j = 0; j < k; j++) {
      values[j] = root(eigen, j);
    }
    CrossEntropySum sum = new CrossEntropySum(values, 1 / op.temperatureValues());
    double loss = sum.add(0, 1, k, 0, 0, op.weightValues() / batch);
    double[] ofValues = sum.ofScores();
    int equal = eigen.multiplicity(Principal.EQUAL);
    double mean = 0;
    for (int j = 0; j < equal; j++) {
      mean += ofValues[j] / equal;
    }
    for (int j = 0; j < k; j++) {
      double ofSquare = (j < equal ? mean : ofValues[j]) / (2 * atLeast(values[j]));
      for (int r = 0; r < k; r++) {
        for (int c = 0; c < k; c++) {
          partials[r * k + c] += ofSquare * eigen.element(j, r) * eigen.element(j, c);
        }
      }
    }
    return loss;
  }

  private static double atLeast(double value) {
    return Math.max(value, Principal.LEAST_VALUE);
  }

  /** u = X^T e / s. */
  private void addDirection(SymmetricEigen eigen, double[] x, int sample, double[] directions) {
    if (eigen.value(0) <= NO_DIRECTION) {
      return;
    }
    double[] e = eigen.leading(Principal.EQUAL);
    for (int l = 0; l < k; l++) {
      Dense.addScaled(e[l] / root(eigen, 0), x, (sample * k + l) * d, directions, sample * d, d);
    }
  }

  /** The mean cross-entropy of directions; fills its gradient, times the weight. */
  private double between(double[] u, double[] gradient) {
    double[] cosines = Dense.timesTransposed(u, batch, u, batch, d);
    CrossEntropySum sum = new CrossEntropySum(cosines, 1 / op.temperatureDirections());
    double loss = 0;
    for (int b = 0; b < batch; b++) {
      loss += sum.add(b * batch, 1, batch, b, 0, op.weightDirections() / batch) / batch;
    }
    Dense.addProductGradients(sum.ofScores(), u, gradient, batch, u, gradient, batch, d);
    return loss;
  }

  /**
   * From the gradient g of u: dX = e g^T / s + 2 P X, P from de = sum over j of e_j (e_j^T dG e) /
   * (s^2 - s_j^2) and from s.
   */
  private void backward(
      SymmetricEigen eigen,
      double[] x,
      int sample,
      double[] ofDirections,
      double[] partials,
      double[] gradient) {
    double square = eigen.value(0);
    if (square <= NO_DIRECTION) {
      return;
    }
    double s = Math.sqrt(square);
    double[] e = eigen.leading(Principal.EQUAL);
    double[] along = new double[k];
    for (int l = 0; l < k; l++) {
      int row = (sample * k + l) * d;
      along[l] = Dense.dot(x, row, ofDirections, sample * d, d);
      Dense.addScaled(e[l] / s, ofDirections, sample * d, gradient, row, d);
    }
    double ofRoot = Dense.dot(e, 0, along, 0, k) / (s * square);
    for (int r = 0; r < k; r++) {
      for (int c = 0; c < k; c++) {
        partials[r * k + c] -= ofRoot * e[r] * e[c] / 2;
      }
    }
    for (int j = eigen.multiplicity(Principal.EQUAL); j < k; j++) {
      double turn = 0;
      for (int l = 0; l < k; l++) {
        turn += eigen.element(j, l) * along[l] / (s * (square - eigen.value(j)));
      }
      for (int r = 0; r < k; r++) {
        for (int c = 0; c < k; c++) {
          partials[r * k + c] +=
              turn * (eigen.element(j, r) * e[c] + e[r] * eigen.element(j, c)) / 2;
        }
      }
    }
  }
}
