package io.gramian.cpu;

import io.gramian.Tensor;

/** Where the gradient of an input goes. */
abstract class Gradient {
  private static final Gradient NONE =
      new Gradient() {
        @Override
        boolean isWanted() {
          return false;
        }

        @Override
        void write(int row, float[] gradient, int at) {
          throw new IllegalStateException("a gradient that is not wanted");
        }

        @Override
        void read(int row, float[] to, int at) {
          throw new IllegalStateException("a gradient that is not wanted");
        }
      };

  private Gradient() {}

  /** Nowhere. */
  static Gradient none() {
    return NONE;
  }

  /**
   * Into a tensor.
   *
   * @param tensor of rank 2 or more, or null
   * @param accumulate add to what it holds
   */
  static Gradient of(Tensor tensor, boolean accumulate) {
    if (tensor == null) {
      return NONE;
    }
    Rows rows = new Rows(tensor);
    return new Gradient() {
      @Override
      void write(int row, float[] gradient, int at) {
        rows.write(row, gradient, at, accumulate);
      }

      @Override
      void read(int row, float[] to, int at) {
        rows.read(row, to, at);
      }
    };
  }

  /** Into rows of d floats. */
  static Gradient of(float[] values, int d) {
    return new Gradient() {
      @Override
      void write(int row, float[] gradient, int at) {
        System.arraycopy(gradient, at, values, row * d, d);
      }

      @Override
      void read(int row, float[] to, int at) {
        System.arraycopy(values, row * d, to, at, d);
      }
    };
  }

  boolean isWanted() {
    return true;
  }

  /** Writes the gradient of a row or adds it. */
  abstract void write(int row, float[] gradient, int at);

  /** Reads what a row holds. */
  abstract void read(int row, float[] to, int at);
}
