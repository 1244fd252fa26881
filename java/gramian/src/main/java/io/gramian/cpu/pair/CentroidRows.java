package io.gramian.cpu.pair;

import io.gramian.cpu.device.Gradient;
import io.gramian.cpu.simd.Resources;
import io.gramian.cpu.simd.Vectors;
import java.util.List;

/**
 * One row for a tuple: its members' sum, made unit. A sum that is next to nothing beside its terms
 * has no direction and is a row of zeros.
 */
final class CentroidRows extends TupleRows {
  private final double[] lengths;

  CentroidRows(Resources resources, List<Vectors> members, int tuples) {
    super(members);
    this.lengths = resources.doubles(tuples);
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

  /** In float64: where members nearly cancel, the rest of them keeps its digits. */
  @Override
  void read(Reader reader, int tuple, float[] to, int at, int stride) {
    double[] sum = new double[d];
    double squares = 0;
    for (Vectors member : members) {
      reader.read(member, tuple, to, at + stride);
      squares += member.addTo(sum, tuple, to, at + stride);
    }
    double square = 0;
    for (double value : sum) {
      square += value * value;
    }
    boolean isDead =
        Double.isFinite(squares)
            && (TupleFactors.isDead(square, squares) || TupleFactors.isDead(square, square));
    lengths[tuple] = isDead ? 0 : Math.sqrt(square);
    for (int z = 0; z < d; z++) {
      to[at + z] = isDead ? 0 : (float) (sum[z] / lengths[tuple]);
    }
  }

  @Override
  void backward(int tuple, float[] rows, int stride, int gradientsAt, List<Gradient> outputs) {
    int gradient = gradientsAt + stride;
    int row = gradient + stride;
    double length = lengths[tuple];
    double along = 0;
    for (int z = 0; z < d; z++) {
      along += (double) rows[z] * rows[gradientsAt + z];
    }
    for (int z = 0; z < d; z++) {
      double ofSum = rows[gradientsAt + z] - along * rows[z];
      rows[gradientsAt + z] = length == 0 ? 0 : (float) (ofSum / length);
    }
    for (int l = 0; l < members.size(); l++) {
      if (outputs.get(l).isWanted()) {
        System.arraycopy(rows, gradientsAt, rows, gradient, d);
        members.get(l).read(tuple, rows, row);
        members.get(l).backward(tuple, rows, row, rows, gradient);
        outputs.get(l).write(tuple, rows, gradient);
      }
    }
  }
}
