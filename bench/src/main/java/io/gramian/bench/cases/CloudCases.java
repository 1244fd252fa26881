package io.gramian.bench.cases;

import io.gramian.Bindings;
import io.gramian.Tensor;
import io.gramian.bench.report.Work;
import io.gramian.op.PointCloudContrastive;
import io.gramian.op.PointCloudEmbed;
import io.gramian.op.PointCloudSimilarity;
import io.gramian.op.RandomFeatures;
import java.lang.foreign.Arena;
import java.util.List;

/** Weighted point clouds (WPSE): {@code modalities} is the number of points of a cloud. */
final class CloudCases {
  /** Width of the kernel. */
  static final double SIGMA = 0.5;

  private static final int FEATURES = 1024;
  private static final long SEED = 5;

  private CloudCases() {}

  static OpCase of(CaseShape shape, Arena arena) {
    return switch (shape.op()) {
      case "pointcloud-embed" -> embed(shape, arena);
      case "pointcloud-similarity" -> similarity(shape, arena);
      case "pointcloud-contrastive" -> contrastive(shape, arena);
      default -> throw new IllegalArgumentException(shape.op());
    };
  }

  private static OpCase embed(CaseShape shape, Arena arena) {
    Bindings inputs = features(cloud(Bindings.none(), "", shape, arena, 1), shape, arena);
    if (shape.hasGradients()) {
      inputs =
          inputs.with(
              "grad_embedding",
              Inputs.noise(arena, 23, shape.batch(), shape.dimension() + features(shape)));
    }
    return new OpCase(
        shape,
        new PointCloudEmbed(),
        inputs,
        List.of("embedding"),
        List.of("points", "weights"),
        Work.flops((shape.hasGradients() ? 2 : 1) * featureProduct(shape)));
  }

  private static OpCase similarity(CaseShape shape, Arena arena) {
    Bindings inputs = cloud(cloud(Bindings.none(), "x_", shape, arena, 1), "y_", shape, arena, 2);
    if (shape.hasGradients()) {
      inputs =
          inputs.with("grad_similarity", Inputs.noise(arena, 24, shape.batch(), shape.batch()));
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

  private static OpCase contrastive(CaseShape shape, Arena arena) {
    Bindings inputs = cloud(cloud(Bindings.none(), "x_", shape, arena, 1), "y_", shape, arena, 2);
    inputs = features(inputs, shape, arena).with("scale", Inputs.scalar(arena, 1 / 0.07));
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
      Bindings inputs, String prefix, CaseShape shape, Arena arena, long seed) {
    Tensor points = Inputs.noise(arena, seed, shape.batch(), shape.modalities(), shape.dimension());
    return inputs
        .with(prefix + "points", points)
        .with(
            prefix + "weights", Inputs.noise(arena, 10 + seed, shape.batch(), shape.modalities()));
  }

  private static Bindings features(Bindings inputs, CaseShape shape, Arena arena) {
    int features = features(shape);
    int d = shape.dimension();
    RandomFeatures random = RandomFeatures.gaussian(features, d, SIGMA, SEED);
    return inputs
        .with("frequencies", Inputs.values(arena, random.frequencies(), features, d))
        .with("phases", Inputs.values(arena, random.phases(), features));
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
