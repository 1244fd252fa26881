package io.gramian.emoji.losses;

import io.gramian.emoji.heads.Matrix;
import java.util.List;
import java.util.Map;

/** What a training minimises: the loss of a batch of embeddings, one matrix per modality. */
public interface AlignmentLoss extends AutoCloseable {
  /**
   * The loss of a batch and its gradients.
   *
   * @param loss the value
   * @param embeddings the gradient of each matrix of embeddings, in the order given
   * @param scalars the gradient of each learned scalar by name
   */
  record Gradients(double loss, List<Matrix> embeddings, Map<String, Double> scalars) {}

  /**
   * The scalars that are trained along with the heads.
   *
   * @return name and start of each
   */
  List<LearnedScalar> scalars();

  /**
   * The loss of one batch.
   *
   * @param embeddings [batch, dimension] of each modality, the anchor first
   * @param scalars the present value of each learned scalar
   * @return loss and gradients
   */
  Gradients evaluate(List<Matrix> embeddings, Map<String, Double> scalars);

  /**
   * The loss of one batch of which some members of tuples are missing.
   *
   * @param embeddings [batch, dimension] of each modality, the anchor first; rows of missing
   *     members are not read
   * @param present [batch, modalities - 1] of zeros and ones, or null where none is missing
   * @param scalars the present value of each learned scalar
   * @return loss and gradients, zero for what is missing
   */
  default Gradients evaluate(
      List<Matrix> embeddings, float[] present, Map<String, Double> scalars) {
    if (present == null) {
      return evaluate(embeddings, scalars);
    }
    throw new UnsupportedOperationException("this loss needs every modality of a sample");
  }

  /**
   * How many samples at the head of a batch match across kinds of modalities; what the others match
   * is kept from the loss.
   *
   * @param batch samples in a batch
   * @return 1 to batch
   */
  default int matched(int batch) {
    return batch;
  }

  /**
   * How close each anchor is to each tuple by the similarity that is trained.
   *
   * @param embeddings [samples, dimension] of each modality, the anchor first
   * @return [samples, samples], a row per anchor; higher is closer
   */
  Matrix scores(List<Matrix> embeddings);

  @Override
  void close();
}
