package io.gramian.cpu.device;

import io.gramian.Bindings;

/** Where the gradient of an input goes. */
public abstract class Gradient {
  private static final Gradient NONE =
      new Gradient() {
        @Override
        public boolean isWanted() {
          return false;
        }

        @Override
        public void write(int row, float[] gradient, int at) {
          throw new IllegalStateException("a gradient that is not wanted");
        }

        @Override
        public void read(int row, float[] to, int at) {
          throw new IllegalStateException("a gradient that is not wanted");
        }
      };

  private Gradient() {}

  /** Nowhere. */
  public static Gradient none() {
    return NONE;
  }

  /**
   * Into an output of rank 2 or more, if it is bound.
   *
   * @param accumulate add to what it holds
   */
  public static Gradient of(Bindings out, String name, boolean accumulate) {
    Rows rows = Rows.find(out, name);
    if (!rows.isBound()) {
      return NONE;
    }
    return new Gradient() {
      @Override
      public void write(int row, float[] gradient, int at) {
        rows.write(row, gradient, at, accumulate);
      }

      @Override
      public void read(int row, float[] to, int at) {
        rows.read(row, to, at);
      }
    };
  }

  /** Into rows of d floats. */
  public static Gradient of(float[] values, int d) {
    return new Gradient() {
      @Override
      public void write(int row, float[] gradient, int at) {
        System.arraycopy(gradient, at, values, row * d, d);
      }

      @Override
      public void read(int row, float[] to, int at) {
        System.arraycopy(values, row * d, to, at, d);
      }
    };
  }

  public boolean isWanted() {
    return true;
  }

  /** Writes the gradient of a row or adds it. */
  public abstract void write(int row, float[] gradient, int at);

  /** Reads what a row holds. */
  public abstract void read(int row, float[] to, int at);
}
