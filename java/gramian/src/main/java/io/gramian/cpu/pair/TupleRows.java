package io.gramian.cpu.pair;

import io.gramian.cpu.device.Gradient;
import io.gramian.cpu.simd.Panels;
import io.gramian.cpu.simd.Simd;
import io.gramian.cpu.simd.Vectors;
import java.util.Arrays;
import java.util.List;

/**
 * The rows that stand for a tuple in the matrix product: its members, or for the multilinear inner
 * product the one row of their products.
 */
public abstract class TupleRows {
  final List<Vectors> members;
  final int d;

  private TupleRows(List<Vectors> members, int d) {
    this.members = members;
    this.d = d;
  }

  /** Every member a row. */
  public static TupleRows stacked(List<Vectors> members, int d) {
    return new Stacked(members, d);
  }

  /** One row, the product of the members; an absent one counts as 1. */
  static TupleRows multiplied(List<Vectors> members, int d) {
    return new Multiplied(members, d);
  }

  /** Whether there is anything to find out in the first {@link #read} of a run. */
  final boolean isNormalized() {
    return members.stream().anyMatch(Vectors::isNormalized);
  }

  /** Rows of a tuple. */
  abstract int rows();

  /** Whether a row is that of an absent modality: zero, but counted as a unit vector. */
  abstract boolean isAbsent(int tuple, int row);

  /** Number of tuples. */
  final int count() {
    return members.getFirst().count();
  }

  /**
   * Reads the rows of a tuple, {@code stride} apart.
   *
   * @param first whether this is the first time in a run
   * @param scratch has room for d floats, padded, from {@code scratchAt} on
   */
  abstract void read(
      int tuple, boolean first, float[] to, int at, int stride, float[] scratch, int scratchAt);

  /**
   * Turns gradients of the rows into gradients of the raw members and writes them.
   *
   * @param values the rows of the tuple at {@code valuesAt}, {@code stride} apart
   * @param gradients of the rows, {@code gradientStride} apart; used up
   * @param outputs one per member, null where none is wanted
   */
  abstract void backward(
      int tuple,
      float[] values,
      int valuesAt,
      int stride,
      float[] gradients,
      int gradientsAt,
      int gradientStride,
      List<Gradient> outputs);

  private static final class Stacked extends TupleRows {
    Stacked(List<Vectors> members, int d) {
      super(members, d);
    }

    @Override
    int rows() {
      return members.size();
    }

    @Override
    boolean isAbsent(int tuple, int row) {
      return members.get(row).isAbsent(tuple);
    }

    @Override
    void read(
        int tuple, boolean first, float[] to, int at, int stride, float[] scratch, int scratchAt) {
      for (int l = 0; l < members.size(); l++) {
        if (first) {
          members.get(l).measure(tuple, to, at + l * stride);
        } else {
          members.get(l).read(tuple, to, at + l * stride);
        }
      }
    }

    @Override
    void backward(
        int tuple,
        float[] values,
        int valuesAt,
        int stride,
        float[] gradients,
        int gradientsAt,
        int gradientStride,
        List<Gradient> outputs) {
      for (int l = 0; l < members.size(); l++) {
        Gradient output = outputs.get(l);
        if (output.isWanted()) {
          int at = gradientsAt + l * gradientStride;
          members.get(l).backward(tuple, values, valuesAt + l * stride, gradients, at);
          output.write(tuple, gradients, at);
        }
      }
    }
  }

  private static final class Multiplied extends TupleRows {
    Multiplied(List<Vectors> members, int d) {
      super(members, d);
    }

    @Override
    int rows() {
      return 1;
    }

    @Override
    boolean isAbsent(int tuple, int row) {
      return false;
    }

    @Override
    void read(
        int tuple, boolean first, float[] to, int at, int stride, float[] scratch, int scratchAt) {
      Arrays.fill(to, at, at + d, 1);
      for (Vectors member : members) {
        if (first) {
          member.measure(tuple, scratch, scratchAt);
        } else {
          member.read(tuple, scratch, scratchAt);
        }
        if (!member.isAbsent(tuple)) {
          for (int z = 0; z < d; z++) {
            to[at + z] *= scratch[scratchAt + z];
          }
        }
      }
    }

    @Override
    void backward(
        int tuple,
        float[] values,
        int valuesAt,
        int stride,
        float[] gradients,
        int gradientsAt,
        int gradientStride,
        List<Gradient> outputs) {
      float[] gradient = new float[Panels.padded(d, Simd.PADDING)];
      float[] row = gradient.clone();
      for (int l = 0; l < members.size(); l++) {
        if (!outputs.get(l).isWanted()) {
          continue;
        }
        System.arraycopy(gradients, gradientsAt, gradient, 0, d);
        for (int other = 0; other < members.size(); other++) {
          if (other != l && !members.get(other).isAbsent(tuple)) {
            members.get(other).read(tuple, row, 0);
            for (int z = 0; z < d; z++) {
              gradient[z] *= row[z];
            }
          }
        }
        members.get(l).read(tuple, row, 0);
        members.get(l).backward(tuple, row, 0, gradient, 0);
        outputs.get(l).write(tuple, gradient, 0);
      }
    }
  }
}
