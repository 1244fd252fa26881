package io.gramian.cli.train;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.Plan;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.cli.nn.Matrix;
import io.gramian.op.Contrastive;
import io.gramian.op.Objective;
import io.gramian.op.SimilarityMatrix;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The library's contrastive loss of one anchor against the tuples of the other modalities: planned
 * once, run for every batch.
 */
final class ContrastiveLoss implements AlignmentLoss {
  private final Device device;
  private final Contrastive op;
  private final List<LearnedScalar> scalars;
  private final List<String> names;
  private final List<Tensor> owned = new ArrayList<>();
  private final Bindings inputs;
  private final Bindings outputs;
  private final Plan plan;

  /**
   * @param device where to compute; not closed
   * @param op the loss
   * @param modalities how many, the anchor among them
   * @param batch samples per batch
   * @param dimension the width of embeddings
   */
  ContrastiveLoss(Device device, Contrastive op, int modalities, int batch, int dimension) {
    this.device = device;
    this.op = op;
    this.scalars = learned(op.objective());
    this.names = names(modalities);
    TensorSpec rows = TensorSpec.of(DType.F32, batch, dimension);
    Map<String, Tensor> in = new LinkedHashMap<>();
    Map<String, Tensor> out = new LinkedHashMap<>();
    out.put("loss", allocate(TensorSpec.of(DType.F32)));
    for (String name : names) {
      in.put(name, allocate(rows));
      out.put("grad_" + name, allocate(rows));
    }
    for (LearnedScalar scalar : scalars) {
      in.put(scalar.name(), allocate(TensorSpec.of(DType.F32)));
      out.put("grad_" + scalar.name(), allocate(TensorSpec.of(DType.F32)));
    }
    this.inputs = Bindings.of(in);
    this.outputs = Bindings.of(out);
    try {
      this.plan = op.plan(device, inputs, outputs);
    } catch (RuntimeException e) {
      owned.forEach(Tensor::close);
      throw e;
    }
  }

  private static List<LearnedScalar> learned(Objective objective) {
    return switch (objective) {
      case Objective.InfoNce infoNce ->
          List.of(new LearnedScalar("temperature", infoNce.temperature(), 0.01, 1));
      case Objective.Sigmoid sigmoid ->
          List.of(
              new LearnedScalar("scale", sigmoid.scale(), 1, 100),
              new LearnedScalar("bias", sigmoid.bias(), -100, 100));
    };
  }

  private static List<String> names(int modalities) {
    List<String> names = new ArrayList<>(List.of("anchor"));
    for (int l = 1; l < modalities; l++) {
      names.add("modality" + l);
    }
    return names;
  }

  private Tensor allocate(TensorSpec spec) {
    Tensor tensor = device.allocate(spec);
    owned.add(tensor);
    return tensor;
  }

  @Override
  public List<LearnedScalar> scalars() {
    return scalars;
  }

  @Override
  public Gradients evaluate(List<Matrix> embeddings, Map<String, Double> values) {
    for (int m = 0; m < names.size(); m++) {
      inputs.get(names.get(m)).copyFrom(embeddings.get(m).toFlat());
    }
    for (LearnedScalar scalar : scalars) {
      inputs.get(scalar.name()).copyFrom(new double[] {values.get(scalar.name())});
    }
    plan.run(inputs, outputs);
    List<Matrix> gradients = new ArrayList<>();
    for (int m = 0; m < names.size(); m++) {
      float[] flat = outputs.get("grad_" + names.get(m)).toFloats();
      gradients.add(Matrix.ofFlat(flat, embeddings.get(m).columns()));
    }
    Map<String, Double> scalarGradients = new LinkedHashMap<>();
    for (LearnedScalar scalar : scalars) {
      scalarGradients.put(scalar.name(), outputs.get("grad_" + scalar.name()).item());
    }
    return new Gradients(outputs.get("loss").item(), gradients, scalarGradients);
  }

  @Override
  public Matrix scores(List<Matrix> embeddings) {
    Bindings rows = Bindings.none();
    for (int m = 0; m < names.size(); m++) {
      Matrix matrix = embeddings.get(m);
      rows = rows.with(names.get(m), Tensor.of(matrix.toFlat(), matrix.rows(), matrix.columns()));
    }
    SimilarityMatrix similarity = new SimilarityMatrix(op.similarity(), op.normalize());
    Bindings result = similarity.evaluate(device, rows, Set.of("similarity"));
    return Matrix.ofFlat(result.get("similarity").toFloats(), embeddings.getFirst().rows());
  }

  @Override
  public void close() {
    plan.close();
    owned.forEach(Tensor::close);
  }
}
