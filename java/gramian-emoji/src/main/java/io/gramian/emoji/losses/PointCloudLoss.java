package io.gramian.emoji.losses;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.emoji.heads.Matrix;
import io.gramian.op.PointCloudContrastive;
import io.gramian.op.RandomFeatures;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The loss of WPSE: the anchor is a cloud of one point, the other modalities are the points of
 * another. A point is the direction of an embedding and its weight the length, so that a head says
 * with one vector where its sample lies and how much it counts.
 */
final class PointCloudLoss implements AlignmentLoss {
  private static final int FEATURES = 256;
  private static final double SIGMA = 0.5;

  private final Device device;
  private final PointCloudContrastive op;
  private final LearnedScalar scale;
  private final PlannedOp planned;
  private final Tensor frequencies;
  private final Tensor phases;

  /**
   * @param device where to compute; not closed
   * @param modalities how many, the anchor among them
   * @param batch samples per batch
   * @param dimension the width of embeddings
   * @param seed of the random features
   * @param temperature the inverse of the scale at first
   */
  PointCloudLoss(
      Device device, int modalities, int batch, int dimension, long seed, double temperature) {
    this.device = device;
    PointCloudContrastive paper = new PointCloudContrastive();
    this.op =
        new PointCloudContrastive(paper.linearWeight(), paper.kernelWeight(), 1 / temperature);
    this.scale = LearnedScalar.scale(op.scale());
    RandomFeatures features = RandomFeatures.gaussian(FEATURES, dimension, SIGMA, seed);
    this.frequencies = Tensor.of(narrowed(features.frequencies()), FEATURES, dimension);
    this.phases = Tensor.of(narrowed(features.phases()), FEATURES);
    Map<String, TensorSpec> inputs = new LinkedHashMap<>();
    Map<String, TensorSpec> outputs = new LinkedHashMap<>();
    outputs.put("loss", TensorSpec.of(DType.F32));
    addCloud("x", 1, batch, dimension, inputs, outputs);
    addCloud("y", modalities - 1, batch, dimension, inputs, outputs);
    inputs.put("frequencies", frequencies.spec());
    inputs.put("phases", phases.spec());
    inputs.put(scale.name(), TensorSpec.of(DType.F32));
    outputs.put("grad_" + scale.name(), TensorSpec.of(DType.F32));
    this.planned = new PlannedOp(device, op, inputs, outputs);
    planned.set("frequencies", frequencies.toFloats());
    planned.set("phases", phases.toFloats());
  }

  private static float[] narrowed(double[] values) {
    float[] narrow = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      narrow[i] = (float) values[i];
    }
    return narrow;
  }

  private static void addCloud(
      String side,
      int points,
      int batch,
      int dimension,
      Map<String, TensorSpec> inputs,
      Map<String, TensorSpec> outputs) {
    TensorSpec pointSpec = TensorSpec.of(DType.F32, batch, points, dimension);
    TensorSpec weightSpec = TensorSpec.of(DType.F32, batch, points);
    inputs.put(side + "_points", pointSpec);
    inputs.put(side + "_weights", weightSpec);
    outputs.put("grad_" + side + "_points", pointSpec);
    outputs.put("grad_" + side + "_weights", weightSpec);
  }

  @Override
  public List<LearnedScalar> scalars() {
    return List.of(scale);
  }

  @Override
  public Gradients evaluate(List<Matrix> embeddings, Map<String, Double> scalars) {
    Cloud anchor = Cloud.of(embeddings.subList(0, 1));
    Cloud tuple = Cloud.of(embeddings.subList(1, embeddings.size()));
    set("x", anchor);
    set("y", tuple);
    planned.set(scale.name(), scalars.get(scale.name()));
    planned.run();
    List<Matrix> gradients = new ArrayList<>(gradients("x", anchor));
    gradients.addAll(gradients("y", tuple));
    return new Gradients(
        planned.item("loss"),
        gradients,
        Map.of(scale.name(), planned.item("grad_" + scale.name())));
  }

  private void set(String side, Cloud cloud) {
    planned.set(side + "_points", cloud.points());
    planned.set(side + "_weights", cloud.weights());
  }

  private List<Matrix> gradients(String side, Cloud cloud) {
    return cloud.gradients(
        planned.floats("grad_" + side + "_points"), planned.floats("grad_" + side + "_weights"));
  }

  @Override
  public Matrix scores(List<Matrix> embeddings) {
    return UnitRows.innerProducts(
        embed(Cloud.of(embeddings.subList(0, 1))),
        embed(Cloud.of(embeddings.subList(1, embeddings.size()))));
  }

  private Matrix embed(Cloud cloud) {
    Bindings inputs =
        Bindings.of(
            Map.of(
                "points",
                Tensor.of(cloud.points(), cloud.samples(), cloud.size(), cloud.width()),
                "weights",
                Tensor.of(cloud.weights(), cloud.samples(), cloud.size()),
                "frequencies",
                frequencies,
                "phases",
                phases));
    Bindings result = op.embedding().evaluate(device, inputs, Set.of("embedding"));
    return Matrix.ofFlat(result.get("embedding").toFloats(), cloud.width() + FEATURES);
  }

  @Override
  public void close() {
    planned.close();
  }

  /**
   * A cloud per sample, one point of each of some modalities.
   *
   * @param members [samples, dimension] of each modality
   * @param rows the members with their lengths
   */
  private record Cloud(List<Matrix> members, List<UnitRows> rows) {
    static Cloud of(List<Matrix> members) {
      return new Cloud(members, members.stream().map(UnitRows::of).toList());
    }

    int samples() {
      return members.getFirst().rows();
    }

    int size() {
      return members.size();
    }

    int width() {
      return members.getFirst().columns();
    }

    /** [samples, size, dimension]; the op makes points unit itself. */
    float[] points() {
      float[][] points = new float[samples() * size()][];
      for (int i = 0; i < points.length; i++) {
        points[i] = members.get(i % size()).data()[i / size()];
      }
      return new Matrix(points).toFlat();
    }

    /** [samples, size]. */
    float[] weights() {
      float[] weights = new float[samples() * size()];
      for (int i = 0; i < weights.length; i++) {
        weights[i] = rows.get(i % size()).norms()[i / size()];
      }
      return weights;
    }

    /** The gradient of each member: by way of the point's direction, and of its length. */
    List<Matrix> gradients(float[] ofPoints, float[] ofWeights) {
      float[][] points = Matrix.ofFlat(ofPoints, width()).data();
      List<Matrix> gradients = new ArrayList<>();
      for (int m = 0; m < size(); m++) {
        Matrix gradient = Matrix.zeros(samples(), width());
        for (int i = 0; i < samples(); i++) {
          int at = i * size() + m;
          float[] unit = rows.get(m).units().data()[i];
          for (int z = 0; z < unit.length; z++) {
            gradient.data()[i][z] = points[at][z] + ofWeights[at] * unit[z];
          }
        }
        gradients.add(gradient);
      }
      return gradients;
    }
  }
}
