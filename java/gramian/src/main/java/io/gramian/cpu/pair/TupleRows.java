package io.gramian.cpu.pair;

import io.gramian.cpu.device.Gradient;
import io.gramian.cpu.simd.Vectors;
import java.util.Arrays;
import java.util.List;

/**
 * The rows that stand for a tuple in the gemm: its members, or for some scores one row that is made
 * of them.
 */
public abstract class TupleRows {
  final List<Vectors> members;
  final int d;

  TupleRows(List<Vectors> members) {
    this.members = members;
    this.d = members.getFirst().d();
  }

  /** Every member a row. */
  public static TupleRows stacked(List<Vectors> members) {
    return new Stacked(members);
  }

  /** One row, the elementwise product of the members; an absent one counts as ones. */
  static TupleRows elementwise(List<Vectors> members) {
    return new Elementwise(members);
  }

  /** Number of tuples. */
  final int count() {
    return members.getFirst().count();
  }

  /** Rows of a tuple. */
  abstract int rows();

  /** Where gradients of the rows add up, given where those of the members would. */
  abstract List<GradientSums.Place> places(List<GradientSums.Place> ofMembers);

  /** Whether a row is that of an absent modality: zero, but counted as a unit vector. */
  abstract boolean isAbsent(int tuple, int row);

  /** Reads a member of a tuple. */
  interface Reader {
    void read(Vectors member, int tuple, float[] to, int at);
  }

  /** Reads the rows, {@code stride} apart, with one more for scratch. */
  abstract void read(Reader reader, int tuple, float[] to, int at, int stride);

  /** Reads a tuple for the first time in a run, see {@link #read(int, float[], int, int)}. */
  final void measure(int tuple, float[] to, int at, int stride) {
    read(Vectors::measure, tuple, to, at, stride);
  }

  /**
   * Reads the rows of a tuple.
   *
   * @param to gets them, {@code stride} apart; the row after them is scratch
   */
  final void read(int tuple, float[] to, int at, int stride) {
    read(Vectors::read, tuple, to, at, stride);
  }

  /**
   * Turns gradients of the rows into gradients of the raw members and writes them.
   *
   * @param rows the rows of the tuple from 0 on, from {@code gradientsAt} on their gradients, which
   *     are used up, then two rows of scratch, all {@code stride} apart
   */
  abstract void backward(
      int tuple, float[] rows, int stride, int gradientsAt, List<Gradient> outputs);

  private static final class Stacked extends TupleRows {
    Stacked(List<Vectors> members) {
      super(members);
    }

    @Override
    int rows() {
      return members.size();
    }

    @Override
    List<GradientSums.Place> places(List<GradientSums.Place> ofMembers) {
      return ofMembers;
    }

    @Override
    boolean isAbsent(int tuple, int row) {
      return members.get(row).isAbsent(tuple);
    }

    @Override
    void read(Reader reader, int tuple, float[] to, int at, int stride) {
      for (int l = 0; l < members.size(); l++) {
        reader.read(members.get(l), tuple, to, at + l * stride);
      }
    }

    @Override
    void backward(int tuple, float[] rows, int stride, int gradientsAt, List<Gradient> outputs) {
      for (int l = 0; l < members.size(); l++) {
        Gradient output = outputs.get(l);
        if (output.isWanted()) {
          int at = gradientsAt + l * stride;
          members.get(l).backward(tuple, rows, l * stride, rows, at);
          output.write(tuple, rows, at);
        }
      }
    }
  }

  private static final class Elementwise extends TupleRows {
    Elementwise(List<Vectors> members) {
      super(members);
    }

    @Override
    int rows() {
      return 1;
    }

    @Override
    List<GradientSums.Place> places(List<GradientSums.Place> ofMembers) {
      return List.of(GradientSums.Place.ofAll(ofMembers));
    }

    @Override
    boolean isAbsent(int tuple, int row) {
      return false;
    }

    @Override
    void read(Reader reader, int tuple, float[] to, int at, int stride) {
      Arrays.fill(to, at, at + d, 1);
      for (Vectors member : members) {
        reader.read(member, tuple, to, at + stride);
        if (!member.isAbsent(tuple)) {
          multiply(to, at, at + stride);
        }
      }
    }

    @Override
    void backward(int tuple, float[] rows, int stride, int gradientsAt, List<Gradient> outputs) {
      int gradient = gradientsAt + stride;
      int row = gradient + stride;
      for (int l = 0; l < members.size(); l++) {
        if (!outputs.get(l).isWanted()) {
          continue;
        }
        System.arraycopy(rows, gradientsAt, rows, gradient, d);
        for (int other = 0; other < members.size(); other++) {
          if (other != l && !members.get(other).isAbsent(tuple)) {
            members.get(other).read(tuple, rows, row);
            multiply(rows, gradient, row);
          }
        }
        members.get(l).read(tuple, rows, row);
        members.get(l).backward(tuple, rows, row, rows, gradient);
        outputs.get(l).write(tuple, rows, gradient);
      }
    }

    private void multiply(float[] rows, int at, int by) {
      for (int z = 0; z < d; z++) {
        rows[at + z] *= rows[by + z];
      }
    }
  }
}
