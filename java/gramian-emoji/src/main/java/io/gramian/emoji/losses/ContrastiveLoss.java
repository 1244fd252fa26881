package io.gramian.emoji.losses;

import io.gramian.DType;
import io.gramian.Device;
import io.gramian.TensorSpec;
import io.gramian.emoji.heads.Matrix;
import io.gramian.op.Contrastive;
import io.gramian.op.Modalities;
import io.gramian.op.Objective;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The library's contrastive loss of one anchor against the tuples of the other modalities: planned
 * once, run for every batch.
 */
final class ContrastiveLoss implements AlignmentLoss {
  private static final String PRESENT = "present";

  private final Device device;
  private final Contrastive op;
  private final List<LearnedScalar> scalars;
  private final List<String> names;
  private final PlannedOp planned;

  /**
   * @param device where to compute; not closed
   * @param op the loss
   * @param modalities how many, the anchor among them
   * @param batch samples per batch
   * @param dimension the width of embeddings
   * @param missing whether members of tuples may be missing
   */
  ContrastiveLoss(
      Device device, Contrastive op, int modalities, int batch, int dimension, boolean missing) {
    this.device = device;
    this.op = op;
    this.scalars = learned(op.objective());
    this.names = Modalities.names(modalities);
    TensorSpec rows = TensorSpec.of(DType.F32, batch, dimension);
    Map<String, TensorSpec> inputs = new LinkedHashMap<>();
    Map<String, TensorSpec> outputs = new LinkedHashMap<>();
    outputs.put("loss", TensorSpec.of(DType.F32));
    for (String name : names) {
      inputs.put(name, rows);
      outputs.put("grad_" + name, rows);
    }
    for (LearnedScalar scalar : scalars) {
      inputs.put(scalar.name(), TensorSpec.of(DType.F32));
      outputs.put("grad_" + scalar.name(), TensorSpec.of(DType.F32));
    }
    if (missing) {
      inputs.put(PRESENT, TensorSpec.of(DType.F32, batch, modalities - 1));
    }
    this.planned = new PlannedOp(device, op, inputs, outputs);
  }

  private static List<LearnedScalar> learned(Objective objective) {
    return switch (objective) {
      case Objective.InfoNce infoNce -> List.of(LearnedScalar.temperature(infoNce.temperature()));
      case Objective.Sigmoid sigmoid ->
          List.of(
              LearnedScalar.scale(sigmoid.scale()),
              new LearnedScalar("bias", sigmoid.bias(), -100, 100));
    };
  }

  @Override
  public List<LearnedScalar> scalars() {
    return scalars;
  }

  @Override
  public Gradients evaluate(List<Matrix> embeddings, Map<String, Double> values) {
    return evaluate(embeddings, null, values);
  }

  @Override
  public Gradients evaluate(List<Matrix> embeddings, float[] present, Map<String, Double> values) {
    if (present != null) {
      planned.set(PRESENT, present);
    }
    for (int m = 0; m < names.size(); m++) {
      planned.set(names.get(m), embeddings.get(m).toFlat());
    }
    for (LearnedScalar scalar : scalars) {
      planned.set(scalar.name(), values.get(scalar.name()));
    }
    planned.run();
    List<Matrix> gradients = new ArrayList<>();
    for (int m = 0; m < names.size(); m++) {
      float[] flat = planned.floats("grad_" + names.get(m));
      gradients.add(Matrix.ofFlat(flat, embeddings.get(m).columns()));
    }
    Map<String, Double> scalarGradients = new LinkedHashMap<>();
    for (LearnedScalar scalar : scalars) {
      scalarGradients.put(scalar.name(), planned.item("grad_" + scalar.name()));
    }
    return new Gradients(planned.item("loss"), gradients, scalarGradients);
  }

  @Override
  public Matrix scores(List<Matrix> embeddings) {
    return TupleScores.of(device, op.similarity(), op.normalize(), embeddings);
  }

  @Override
  public void close() {
    planned.close();
  }
}
