package io.gramian.reference.op;

import io.gramian.Bindings;
import io.gramian.Device;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.op.Sizes;
import io.gramian.op.TopK;
import io.gramian.reference.math.Inputs;
import io.gramian.reference.math.Modalities;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** {@link TopK}: sorts the tuples of every anchor. */
final class TopKReference extends ReferenceExecutor {
  private final TopK op;
  private final int anchors;
  private final int tuples;
  private final int d;

  TopKReference(Device device, TopK op, Specs inputs, Specs outputs, PlanOptions options) {
    super(options);
    this.op = op;
    Sizes sizes = op.check(inputs, outputs);
    this.anchors = sizes.intOf("B1");
    this.tuples = sizes.intOf("B2");
    this.d = sizes.intOf("d");
  }

  @Override
  void run(Bindings in, Bindings out) {
    double[] scores = Modalities.pairs(in, op.similarity(), op.normalize(), d).scores();
    int[][] order = new int[anchors][];
    for (int i = 0; i < anchors; i++) {
      order[i] = order(scores, i * tuples);
    }
    writeBest(out, scores, order);
    if (out.has("ranks") || out.has("recall")) {
      writeRanks(out, order, Inputs.labels(in, op.name(), anchors, tuples));
    }
  }

  /** The tuples of an anchor, best first, equal ones by index, NaN last. */
  private int[] order(double[] scores, int offset) {
    // Adding 0 turns -0.0 into 0.0, which Double.compare tells apart.
    Comparator<Integer> best =
        Comparator.<Integer, Boolean>comparing(j -> Double.isNaN(scores[offset + j]))
            .thenComparing(j -> scores[offset + j] + 0.0, Comparator.reverseOrder());
    return IntStream.range(0, tuples).boxed().sorted(best).mapToInt(Integer::intValue).toArray();
  }

  private void writeBest(Bindings out, double[] scores, int[][] order) {
    int count = op.count();
    int[] indices = new int[anchors * count];
    double[] values = new double[anchors * count];
    for (int i = 0; i < anchors; i++) {
      for (int rank = 0; rank < count; rank++) {
        indices[i * count + rank] = order[i][rank];
        values[i * count + rank] = scores[i * tuples + order[i][rank]];
      }
    }
    writeInts(out, "indices", indices);
    write(out, "scores", values);
  }

  private void writeRanks(Bindings out, int[][] order, int[] labels) {
    int[] ranks = new int[anchors];
    for (int i = 0; i < anchors; i++) {
      while (order[i][ranks[i]] != labels[i]) {
        ranks[i]++;
      }
    }
    writeInts(out, "ranks", ranks);
    double[] recall =
        Arrays.stream(op.cutoffs())
            .mapToDouble(
                cutoff ->
                    Arrays.stream(ranks).filter(rank -> rank < cutoff).count() / (double) anchors)
            .toArray();
    write(out, "recall", recall);
  }
}
