package io.gramian.bench.cases;

import io.gramian.Bindings;
import io.gramian.Tensor;
import io.gramian.bench.report.Work;
import io.gramian.op.PointCloudContrastive;
import io.gramian.op.PointCloudEmbed;
import io.gramian.op.PointCloudSimilarity;
import io.gramian.op.RandomFeatures;
import java.util.List;

/** Weighted point clouds (WPSE): {@code modalities} is the number of points of a cloud. */
final class CloudCases {
  /** Width of the kernel. */
  static final double SIGMA = 0.5;

  private static final int FEATURES = 1024;
  private static final long SEED = 5;

  private CloudCases() {}

  static OpCase of(CaseShape shape, Inputs source) {
    return switch (shape.op()) {
      case "pointcloud-embed" -> embed(shape, source);
      case "pointcloud-similarity" -> similarity(shape, source);
      case "pointcloud-contrastive" -> contrastive(shape, source);
      default -> throw new IllegalArgumentException(shape.op());
    };
  }

  private static OpCase embed(CaseShape shape, Inputs source) {
    Bindings inputs = features(cloud(Bindings.none(), "", shape, source, 1), shape, source);
    if (shape.hasGradients()) {
      inputs =
          inputs.with(
              "grad_embedding",
              source.noise(23, shape.batch(), shape.dimension() + features(shape)));
    }
    return new OpCase(
        shape,
        new PointCloudEmbed(),
        inputs,
        List.of("embedding"),
        List.of("points", "weights"),
        Work.flops((shape.hasGradients() ? 2 : 1) * featureProduct(shape)));
  }

  private static OpCase similarity(CaseShape shape, Inputs source) {
    Bindings inputs = cloud(cloud(Bindings.none(), "x_", shape, source, 1), "y_", shape, source, 2);
    if (shape.hasGradients()) {
      inputs = inputs.with("grad_similarity", source.noise(24, shape.batch(), shape.batch()));
    }
    double points = (double) shape.batch() * shape.modalities();
    double product = 2 * points * points * shape.dimension();
    return new OpCase(
        shape,
        new PointCloudSimilarity(new PointCloudSimilarity.Kernel.Gaussian(SIGMA), 0.667, 0.333),
        inputs,
        List.of("similarity"),
        List.of("x_points", "x_weights", "y_points", "y_weights"),
        Work.flops((shape.hasGradients() ? 3 : 1) * product));
  }

  private static OpCase contrastive(CaseShape shape, Inputs source) {
    Bindings inputs = cloud(cloud(Bindings.none(), "x_", shape, source, 1), "y_", shape, source, 2);
    inputs = features(inputs, shape, source).with("scale", source.scalar(1 / 0.07));
    double pairs = 2.0 * shape.batch() * shape.batch() * (shape.dimension() + features(shape));
    double products = 2 * featureProduct(shape);
    return new OpCase(
        shape,
        new PointCloudContrastive(),
        inputs,
        List.of("loss"),
        List.of("x_points", "x_weights", "y_points", "y_weights", "scale"),
        Work.flops(shape.hasGradients() ? 2 * products + 3 * pairs : products + pairs));
  }

  private static Bindings cloud(
      Bindings inputs, String prefix, CaseShape shape, Inputs source, long stream) {
    Tensor points = source.noise(stream, shape.batch(), shape.modalities(), shape.dimension());
    return inputs
        .with(prefix + "points", points)
        .with(prefix + "weights", source.noise(10 + stream, shape.batch(), shape.modalities()));
  }

  private static Bindings features(Bindings inputs, CaseShape shape, Inputs source) {
    int features = features(shape);
    int d = shape.dimension();
    RandomFeatures random = RandomFeatures.gaussian(features, d, SIGMA, source.seed() + SEED);
    return inputs
        .with("frequencies", source.values(random.frequencies(), features, d))
        .with("phases", source.values(random.phases(), features));
  }

  /** The paper's number, fewer where a case is small. */
  private static int features(CaseShape shape) {
    return Math.min(FEATURES, 2 * shape.dimension());
  }

  /** Operations of all points times all frequencies. */
  private static double featureProduct(CaseShape shape) {
    return 2.0 * shape.batch() * shape.modalities() * shape.dimension() * features(shape);
  }
}
