package io.gramian.reference.math;

import io.gramian.Bindings;
import io.gramian.op.Objective;

/** A loss of scores as a functor: it takes its scalars from the inputs of a run. */
public interface PairObjective {
  /** The functor of an objective. */
  static PairObjective of(Objective objective) {
    return switch (objective) {
      case Objective.InfoNce infoNce ->
          new InfoNce(infoNce.temperature(), infoNce.labelSmoothing(), infoNce.gatherWithGrad());
      case Objective.Sigmoid sigmoid -> new Sigmoid(sigmoid.scale(), sigmoid.bias());
    };
  }

  /**
   * With negatives = tuples.
   *
   * @param scores [anchors,tuples]
   * @param labels the tuple of each anchor
   */
  ScoreLoss overTuples(Bindings in, double[] scores, int anchors, int tuples, int[] labels);

  /**
   * With negatives = product.
   *
   * @param scores of all index tuples of N = {@code modalities} axes of B = {@code batch}
   */
  ScoreLoss overProduct(Bindings in, double[] scores, int modalities, int batch);
}
