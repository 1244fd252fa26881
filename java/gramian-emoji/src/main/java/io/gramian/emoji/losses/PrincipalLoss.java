package io.gramian.emoji.losses;

import io.gramian.DType;
import io.gramian.Device;
import io.gramian.TensorSpec;
import io.gramian.emoji.heads.Matrix;
import io.gramian.op.Principal;
import io.gramian.op.Similarity;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The loss of PMRL over the modalities of each sample, none of which is an anchor. A tuple's score
 * is the largest eigenvalue of its Gram matrix with the anchor: a vector may lie on either side of
 * the direction of its sample.
 */
final class PrincipalLoss implements AlignmentLoss {
  private static final String VECTORS = "vectors";

  private final Device device;
  private final PlannedOp op;

  /**
   * @param device where to compute; not closed
   * @param loss with its temperatures, which are fixed
   * @param modalities how many
   * @param batch samples per batch
   * @param dimension the width of embeddings
   */
  PrincipalLoss(Device device, Principal loss, int modalities, int batch, int dimension) {
    this.device = device;
    TensorSpec vectors = TensorSpec.of(DType.F32, batch, modalities, dimension);
    Map<String, TensorSpec> outputs = new LinkedHashMap<>();
    outputs.put("loss", TensorSpec.of(DType.F32));
    outputs.put("grad_" + VECTORS, vectors);
    this.op = new PlannedOp(device, loss, Map.of(VECTORS, vectors), outputs);
  }

  /** None: the temperatures are fixed. */
  @Override
  public List<LearnedScalar> scalars() {
    return List.of();
  }

  @Override
  public Gradients evaluate(List<Matrix> embeddings, Map<String, Double> scalars) {
    int modalities = embeddings.size();
    float[][] rows = new float[embeddings.getFirst().rows() * modalities][];
    for (int row = 0; row < rows.length; row++) {
      rows[row] = embeddings.get(row % modalities).data()[row / modalities];
    }
    op.set(VECTORS, new Matrix(rows).toFlat());
    op.run();
    float[][] flat =
        Matrix.ofFlat(op.floats("grad_" + VECTORS), embeddings.getFirst().columns()).data();
    Matrix[] gradients = new Matrix[modalities];
    for (int m = 0; m < modalities; m++) {
      float[][] own = new float[embeddings.get(m).rows()][];
      for (int i = 0; i < own.length; i++) {
        own[i] = flat[i * modalities + m];
      }
      gradients[m] = new Matrix(own);
    }
    return new Gradients(op.item("loss"), List.of(gradients), Map.of());
  }

  @Override
  public Matrix scores(List<Matrix> embeddings) {
    return TupleScores.of(device, Similarity.eigen(), true, embeddings);
  }

  @Override
  public void close() {
    op.close();
  }
}
