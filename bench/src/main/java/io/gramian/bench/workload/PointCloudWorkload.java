package io.gramian.bench.workload;

import com.google.auto.service.AutoService;
import io.gramian.Bindings;
import io.gramian.bench.report.Subject;
import io.gramian.bench.report.Work;
import io.gramian.op.PointCloudContrastive;
import io.gramian.op.PointCloudEmbed;
import io.gramian.op.PointCloudSimilarity;
import io.gramian.op.RandomFeatures;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Weighted point clouds (WPSE, arXiv 2404.19228); {@code modalities} is the points of a cloud. */
@AutoService(Workload.class)
public final class PointCloudWorkload implements Workload {
  private static final String EMBED = "pointcloud-embed";
  private static final String SIMILARITY = "pointcloud-similarity";
  private static final String CONTRASTIVE = "pointcloud-contrastive";

  private static final double SIGMA = 0.5;
  private static final double LINEAR_WEIGHT = 0.667;
  private static final double KERNEL_WEIGHT = 0.333;
  private static final int FEATURES = 1024;
  private static final long SEED = 5;

  /** For the service loader. */
  public PointCloudWorkload() {}

  @Override
  public List<Sizes> sizes() {
    return List.of(
        Sizes.both(EMBED, "", 16, 64, 256, 1024).dimension(128).onDevice(8192),
        Sizes.both(SIMILARITY, "", 16, 16, 32, 64).dimension(128).onDevice(512),
        Sizes.both(CONTRASTIVE, "", 16, 64, 256, 1024).dimension(128).onDevice(4096));
  }

  @Override
  public Problem problem(Subject subject, Inputs source) {
    return switch (subject.op()) {
      case EMBED -> embed(subject, source);
      case SIMILARITY -> similarity(subject, source);
      default -> contrastive(subject, source);
    };
  }

  private static Problem embed(Subject subject, Inputs source) {
    Bindings inputs = features(cloud(Bindings.none(), "", subject, source, 1), subject, source);
    if (subject.hasGradients()) {
      long width = subject.dimension() + features(subject);
      inputs = inputs.with("grad_embedding", source.noise(23, subject.batch(), width));
    }
    return new Problem(
        subject,
        new PointCloudEmbed(),
        inputs,
        List.of("embedding"),
        List.of("points", "weights"),
        Work.flops((subject.hasGradients() ? 2 : 1) * featureProduct(subject)));
  }

  private static Problem similarity(Subject subject, Inputs source) {
    Bindings inputs = clouds(subject, source);
    if (subject.hasGradients()) {
      inputs = inputs.with("grad_similarity", source.noise(24, subject.batch(), subject.batch()));
    }
    double points = (double) subject.batch() * subject.modalities();
    double product = 2 * points * points * subject.dimension();
    return new Problem(
        subject,
        new PointCloudSimilarity(
            new PointCloudSimilarity.Kernel.Gaussian(SIGMA), LINEAR_WEIGHT, KERNEL_WEIGHT),
        inputs,
        List.of("similarity"),
        List.of("x_points", "x_weights", "y_points", "y_weights"),
        Work.flops((subject.hasGradients() ? 3 : 1) * product));
  }

  private static Problem contrastive(Subject subject, Inputs source) {
    Bindings inputs =
        features(clouds(subject, source), subject, source).with("scale", source.scalar(1 / 0.07));
    double width = subject.dimension() + features(subject);
    double pairs = 2.0 * subject.batch() * subject.batch() * width;
    double products = 2 * featureProduct(subject);
    return new Problem(
        subject,
        new PointCloudContrastive(),
        inputs,
        List.of("loss"),
        List.of("x_points", "x_weights", "y_points", "y_weights", "scale"),
        Work.flops(subject.hasGradients() ? 2 * products + 3 * pairs : products + pairs));
  }

  private static Bindings clouds(Subject subject, Inputs source) {
    return cloud(cloud(Bindings.none(), "x_", subject, source, 1), "y_", subject, source, 2);
  }

  private static Bindings cloud(
      Bindings inputs, String prefix, Subject subject, Inputs source, long stream) {
    long batch = subject.batch();
    long points = subject.modalities();
    return inputs
        .with(prefix + "points", source.noise(stream, batch, points, subject.dimension()))
        .with(prefix + "weights", source.noise(10 + stream, batch, points));
  }

  private static Bindings features(Bindings inputs, Subject subject, Inputs source) {
    int features = features(subject);
    int d = subject.dimension();
    RandomFeatures random = RandomFeatures.gaussian(features, d, SIGMA, source.seed() + SEED);
    return inputs
        .with("frequencies", source.values(random.frequencies(), features, d))
        .with("phases", source.values(random.phases(), features));
  }

  /** The paper's number, fewer where vectors are short. */
  private static int features(Subject subject) {
    return Math.min(FEATURES, 2 * subject.dimension());
  }

  /** Operations of all points times all frequencies. */
  private static double featureProduct(Subject subject) {
    return 2.0 * subject.batch() * subject.modalities() * subject.dimension() * features(subject);
  }

  @Override
  public Optional<Expression> expression(Subject subject, Form form) {
    if (form == Form.CLOSED) {
      return Optional.empty();
    }
    return Optional.of(
        switch (subject.op()) {
          case EMBED -> inputs -> Torch.embed(inputs, "");
          case SIMILARITY -> inputs -> Torch.similarity(inputs);
          default -> inputs -> Torch.contrastive(inputs);
        });
  }

  private static final class Torch {
    private static final double LEAST_LENGTH = 1e-6;

    static Tensor embed(Map<String, Tensor> inputs, String prefix) {
      Tensor points = TorchMath.units(inputs.get(prefix + "points"), LEAST_LENGTH);
      Tensor weights = inputs.get(prefix + "weights").unsqueeze(-1);
      Tensor frequencies = inputs.get("frequencies");
      Tensor features =
          torch
              .matmul(points, frequencies.t())
              .add(inputs.get("phases"))
              .cos()
              .mul(new Scalar(Math.sqrt(2.0 / frequencies.size(0))));
      Tensor linear = points.mul(weights).mean(1).mul(new Scalar(Math.sqrt(LINEAR_WEIGHT)));
      Tensor kernel = features.mul(weights).mean(1).mul(new Scalar(Math.sqrt(KERNEL_WEIGHT)));
      return torch.cat(new TensorVector(linear, kernel), 1);
    }

    static Tensor similarity(Map<String, Tensor> inputs) {
      Tensor x = TorchMath.units(inputs.get("x_points"), LEAST_LENGTH);
      Tensor y = TorchMath.units(inputs.get("y_points"), LEAST_LENGTH);
      Tensor flatX = x.reshape(-1, x.size(2));
      Tensor flatY = y.reshape(-1, y.size(2));
      Tensor kernel =
          TorchMath.squaredDistances(flatX, flatY).mul(new Scalar(-1 / (2 * SIGMA * SIGMA))).exp();
      Tensor terms =
          torch
              .matmul(flatX, flatY.t())
              .mul(new Scalar(LINEAR_WEIGHT))
              .add(kernel, new Scalar(KERNEL_WEIGHT))
              .mul(inputs.get("x_weights").reshape(-1, 1))
              .mul(inputs.get("y_weights").reshape(1, -1));
      return terms.view(x.size(0), x.size(1), y.size(0), y.size(1)).mean(1, 3);
    }

    static Tensor contrastive(Map<String, Tensor> inputs) {
      Tensor logits =
          torch.matmul(embed(inputs, "x_"), embed(inputs, "y_").t()).mul(inputs.get("scale"));
      return TorchMath.clipLoss(logits, Math.toIntExact(logits.size(0)));
    }
  }
}
