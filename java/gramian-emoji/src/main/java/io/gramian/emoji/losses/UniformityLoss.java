package io.gramian.emoji.losses;

import io.gramian.DType;
import io.gramian.Device;
import io.gramian.TensorSpec;
import io.gramian.emoji.heads.Matrix;
import io.gramian.op.Uniformity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How evenly the embeddings of each modality spread over the sphere: the mean over the modalities.
 * It brings nothing together, and so is a part of a sum. A tuple's score is the mean cosine of the
 * anchor with its members.
 */
final class UniformityLoss implements AlignmentLoss {
  private final PlannedOp op;

  /**
   * @param device where to compute; not closed
   * @param loss of the rows of one modality
   * @param batch samples per batch
   * @param dimension the width of embeddings
   */
  UniformityLoss(Device device, Uniformity loss, int batch, int dimension) {
    TensorSpec rows = TensorSpec.of(DType.F32, batch, dimension);
    Map<String, TensorSpec> outputs = new LinkedHashMap<>();
    outputs.put("loss", TensorSpec.of(DType.F32));
    outputs.put("grad_x", rows);
    this.op = new PlannedOp(device, loss, Map.of("x", rows), outputs);
  }

  /** None: the factor of the distances is fixed. */
  @Override
  public List<LearnedScalar> scalars() {
    return List.of();
  }

  @Override
  public Gradients evaluate(List<Matrix> embeddings, Map<String, Double> scalars) {
    float share = 1f / embeddings.size();
    double loss = 0;
    List<Matrix> gradients = new ArrayList<>();
    for (Matrix rows : embeddings) {
      op.set("x", rows.toFlat());
      op.run();
      loss += share * op.item("loss");
      Matrix gradient = Matrix.zeros(rows.rows(), rows.columns());
      gradient.addScaled(share, Matrix.ofFlat(op.floats("grad_x"), rows.columns()));
      gradients.add(gradient);
    }
    return new Gradients(loss, gradients, Map.of());
  }

  @Override
  public Matrix scores(List<Matrix> embeddings) {
    return TupleScores.meanCosines(embeddings);
  }

  @Override
  public void close() {
    op.close();
  }
}
