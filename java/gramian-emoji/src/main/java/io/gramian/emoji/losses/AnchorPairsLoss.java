package io.gramian.emoji.losses;

import io.gramian.emoji.heads.Matrix;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A loss of two modalities made one of many: the mean of the losses of the anchor with each other
 * modality; a tuple's score is the mean of its members' scores.
 */
final class AnchorPairsLoss implements AlignmentLoss {
  private final AlignmentLoss pair;
  private final int others;

  /**
   * @param pair the loss of two modalities; closed with this
   * @param others how many modalities there are beside the anchor
   */
  AnchorPairsLoss(AlignmentLoss pair, int others) {
    this.pair = pair;
    this.others = others;
  }

  @Override
  public List<LearnedScalar> scalars() {
    return pair.scalars();
  }

  @Override
  public Gradients evaluate(List<Matrix> embeddings, Map<String, Double> scalars) {
    Matrix anchor = embeddings.getFirst();
    float share = 1f / others;
    double loss = 0;
    List<Matrix> gradients = new ArrayList<>();
    gradients.add(Matrix.zeros(anchor.rows(), anchor.columns()));
    Map<String, Double> scalarGradients = new LinkedHashMap<>();
    for (Matrix other : embeddings.subList(1, embeddings.size())) {
      Gradients of = pair.evaluate(List.of(anchor, other), scalars);
      loss += share * of.loss();
      gradients.getFirst().addScaled(share, of.embeddings().get(0));
      Matrix own = Matrix.zeros(other.rows(), other.columns());
      own.addScaled(share, of.embeddings().get(1));
      gradients.add(own);
      of.scalars().forEach((name, g) -> scalarGradients.merge(name, share * g, Double::sum));
    }
    return new Gradients(loss, gradients, scalarGradients);
  }

  @Override
  public Matrix scores(List<Matrix> embeddings) {
    Matrix anchor = embeddings.getFirst();
    Matrix sum = Matrix.zeros(anchor.rows(), anchor.rows());
    for (Matrix other : embeddings.subList(1, embeddings.size())) {
      sum.addScaled(1f / others, pair.scores(List.of(anchor, other)));
    }
    return sum;
  }

  @Override
  public void close() {
    pair.close();
  }
}
