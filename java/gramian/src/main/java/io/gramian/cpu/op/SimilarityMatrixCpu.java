package io.gramian.cpu.op;

import io.gramian.Bindings;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.pair.PairInputs;
import io.gramian.cpu.pair.PairObjective;
import io.gramian.cpu.pair.Pairs;
import io.gramian.op.Op;
import io.gramian.op.Similarity;
import io.gramian.op.SimilarityMatrix;
import java.util.List;

/** {@link SimilarityMatrix}: scores written as they come, upstream gradients as weights. */
final class SimilarityMatrixCpu extends CpuExecutor {
  private final PairObjective objective;
  private final Pairs pairs;

  /**
   * A matrix by the names of its tensors.
   *
   * @param anchor the input along its rows
   * @param members those along its columns
   * @param result the output
   */
  record Matrix(
      Similarity similarity,
      boolean normalize,
      String anchor,
      List<String> members,
      String result) {
    /** The executor of an op that is this matrix. */
    CpuExecutor executor(
        CpuDevice device, Op op, Specs inputs, Specs outputs, PlanOptions options) {
      boolean isEmpty =
          inputs.get(anchor).size(0) == 0 || inputs.get(members.getFirst()).size(0) == 0;
      return isEmpty
          ? new NoPairsCpu(device, op, inputs, outputs, options)
          : new SimilarityMatrixCpu(device, op, this, inputs, outputs, options);
    }
  }

  /** The executor of the op. */
  static CpuExecutor of(
      CpuDevice device, SimilarityMatrix op, Specs inputs, Specs outputs, PlanOptions options) {
    List<String> members = PairInputs.modalities(inputs);
    return new Matrix(op.similarity(), op.normalize(), "anchor", members, "similarity")
        .executor(device, op, inputs, outputs, options);
  }

  private SimilarityMatrixCpu(
      CpuDevice device, Op op, Matrix matrix, Specs inputs, Specs outputs, PlanOptions options) {
    super(device, op, inputs, outputs, options);
    PairInputs all =
        new PairInputs(
            resources,
            matrix.similarity(),
            matrix.normalize(),
            inputs,
            matrix.anchor(),
            matrix.members());
    boolean wantsScores = outputs.has(matrix.result());
    if (all.isSymmetric()) {
      // With the anchors as tuples, strips are rows of the matrix.
      this.objective = new ScoreMatrix.ByRows(matrix.result(), wantsScores);
      this.pairs = all.swapped(outputs, accumulate, List.of(objective));
    } else {
      this.objective = new ScoreMatrix.ByColumns(matrix.result(), wantsScores);
      this.pairs = all.pairs(outputs, accumulate, List.of(objective));
    }
  }

  @Override
  void run(Bindings in, Bindings out) {
    pairs.run(objective, in, out, wantsGradients);
  }

  /** Without anchors or without tuples, all gradients that have rows at all are zero. */
  private static final class NoPairsCpu extends CpuExecutor {
    NoPairsCpu(CpuDevice device, Op op, Specs inputs, Specs outputs, PlanOptions options) {
      super(device, op, inputs, outputs, options);
    }

    @Override
    void run(Bindings in, Bindings out) {
      for (String input : in.names()) {
        if (out.has("grad_" + input)) {
          float[] zeros = new float[Math.toIntExact(in.get(input).spec().size(1))];
          for (int i = 0; i < in.get(input).spec().size(0); i++) {
            gradient(out, input).write(i, zeros, 0);
          }
        }
      }
    }
  }
}
