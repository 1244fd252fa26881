package io.gramian.reference.op;

import io.gramian.Bindings;
import io.gramian.Device;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.host.Philox;
import io.gramian.op.SampleNegatives;
import io.gramian.op.Sizes;
import io.gramian.reference.math.CrossEntropySum;
import io.gramian.reference.math.Inputs;
import io.gramian.reference.math.Modalities;

/** {@link SampleNegatives}: argmax_j of log(p_ij + floor) + Gumbel noise, the target left out. */
final class SampleNegativesReference extends ReferenceExecutor {
  private final SampleNegatives op;
  private final int anchors;
  private final int tuples;
  private final int d;

  SampleNegativesReference(
      Device device, SampleNegatives op, Specs inputs, Specs outputs, PlanOptions options) {
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
    double factor = 1 / Inputs.scalar(in, "temperature", op.temperature());
    int[] labels = Inputs.labels(in, op.name(), anchors, tuples);
    int step = in.has("step") ? in.get("step").toInts()[0] : 0;
    int[] indices = new int[anchors];
    for (int i = 0; i < anchors; i++) {
      indices[i] =
          draw(CrossEntropySum.softmax(scores, factor, i * tuples, tuples), i, labels[i], step);
    }
    writeInts(out, "indices", indices);
  }

  /** The first tuple with the greatest key; where keys are NaN, the first one of all. */
  private int draw(double[] probabilities, int row, int label, int step) {
    int best = -1;
    double bestKey = Double.NaN;
    for (int j = 0; j < tuples; j++) {
      if (j == label) {
        continue;
      }
      double key =
          Math.log(probabilities[j] + SampleNegatives.FLOOR)
              + Philox.gumbel(op.seed(), row, j, step);
      if (best < 0 || key > bestKey) {
        best = j;
        bestKey = key;
      }
    }
    return best;
  }
}
