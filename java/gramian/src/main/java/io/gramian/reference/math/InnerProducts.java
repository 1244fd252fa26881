package io.gramian.reference.math;

/**
 * Inner products of the rows of two modalities and their gradients: of every row with every other,
 * or, where the two modalities share an axis, of rows with the same index.
 */
final class InnerProducts {
  private final Rows left;
  private final Rows right;
  private final boolean aligned;
  private final double[] products;
  private double[] gradients = {};

  InnerProducts(Rows left, Rows right, boolean aligned) {
    this.left = left;
    this.right = right;
    this.aligned = aligned;
    int d = left.d;
    if (aligned) {
      products = new double[left.count];
      for (int i = 0; i < left.count; i++) {
        products[i] = Dense.dot(left.values, i * d, right.values, i * d, d);
      }
    } else {
      products = Dense.timesTransposed(left.values, left.count, right.values, right.count, d);
    }
  }

  /** The product of row i of the left with row j of the right modality. */
  double at(int i, int j) {
    return products[position(i, j)];
  }

  /** Adds to the gradient of that product. */
  void addGradient(int i, int j, double gradient) {
    if (gradients.length == 0) {
      gradients = new double[products.length];
    }
    gradients[position(i, j)] += gradient;
  }

  /** Adds what the gradients of the products are worth to those of the rows. */
  void backward(double[] gradLeft, double[] gradRight) {
    if (gradients.length == 0) {
      return;
    }
    int d = left.d;
    if (aligned) {
      for (int i = 0; i < left.count; i++) {
        Dense.addScaled(gradients[i], right.values, i * d, gradLeft, i * d, d);
        Dense.addScaled(gradients[i], left.values, i * d, gradRight, i * d, d);
      }
    } else {
      Dense.addProductGradients(
          gradients, left.values, gradLeft, left.count, right.values, gradRight, right.count, d);
    }
  }

  private int position(int i, int j) {
    return aligned ? i : i * right.count + j;
  }
}
