package io.gramian.conformance.ops;

import io.gramian.Bindings;
import io.gramian.conformance.Case;
import io.gramian.conformance.CaseBuilder;
import io.gramian.conformance.RandomTensors;
import io.gramian.op.Op;
import io.gramian.op.Similarity;
import java.util.List;
import java.util.stream.IntStream;

/** What the ops over anchors and tuples have in common. */
final class Tuples {
  private Tuples() {}

  /**
   * A similarity with a number of members of a tuple that it takes.
   *
   * @param similarity with its default parameters
   * @param n members
   */
  record Sized(Similarity similarity, int n) {
    /** Whether finite differences make sense: jgcs of one member has a kink at right angles. */
    private boolean isSmooth() {
      return n > 1 || !(similarity instanceof Similarity.Jgcs);
    }

    /** A temperature at which float32 scores still make logits of five digits. */
    double coldest() {
      return similarity instanceof Similarity.Centroid || similarity instanceof Similarity.Eigen
          ? 0.05
          : 0.01;
    }

    /** A case with matching rows. */
    CaseBuilder matching(Op op, RandomTensors random, int anchors, int tuples, int d) {
      return of(op, random, random.tuples(n, anchors, tuples, d));
    }

    /** A case with given tensors. */
    CaseBuilder of(Op op, RandomTensors random, Bindings tensors) {
      CaseBuilder builder = Case.of(op, random).tensors(tensors);
      return isSmooth() ? builder : builder.degenerate();
    }

    @Override
    public String toString() {
      return similarity.label() + " n=" + n;
    }
  }

  /** Every similarity, each with those of some numbers of members that it takes. */
  static List<Sized> sized(int... members) {
    return Similarity.all().stream()
        .flatMap(
            similarity ->
                IntStream.of(members)
                    .map(n -> Math.clamp(n, similarity.minTuple(), similarity.maxTuple()))
                    .distinct()
                    .mapToObj(n -> new Sized(similarity, n)))
        .toList();
  }
}
