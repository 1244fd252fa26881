package io.gramian.op;

import io.gramian.Specs;
import java.util.Optional;

/**
 * The contrastive loss of WPSE (arXiv 2404.19228): InfoNCE in both directions with logits scale
 * &lt;embed(x), embed(y)&gt;, where embed is {@link PointCloudEmbed} and is not normalised.
 *
 * <p>Inputs: {@code x_points} [B,Mx,d], {@code x_weights} [B,Mx], {@code y_points} [B,My,d], {@code
 * y_weights} [B,My], {@code frequencies} [D,d], {@code phases} [D]; the scalars {@code scale} and
 * {@code grad_loss}. Outputs: {@code loss}; {@code grad_x_points}, {@code grad_x_weights}, {@code
 * grad_y_points}, {@code grad_y_weights}, {@code grad_scale}.
 *
 * @param linearWeight a1, at least 0
 * @param kernelWeight a2, at least 0
 * @param scale factor of the logits, above 0
 */
public record PointCloudContrastive(double linearWeight, double kernelWeight, double scale)
    implements Loss {
  /** Checks the ranges. */
  public PointCloudContrastive {
    Checks.notNegative("pointcloud-contrastive", "linear_weight", linearWeight);
    Checks.notNegative("pointcloud-contrastive", "kernel_weight", kernelWeight);
    Checks.positive("pointcloud-contrastive", "scale", scale);
  }

  /** With the paper's weights 0.667 and 0.333 and scale 1/0.07. */
  public PointCloudContrastive() {
    this(PointCloudEmbed.LINEAR_WEIGHT, PointCloudEmbed.KERNEL_WEIGHT, 1 / 0.07);
  }

  /**
   * {@return a copy with another a1}
   *
   * @param value a1, at least 0
   */
  public PointCloudContrastive linearWeight(double value) {
    return new PointCloudContrastive(value, kernelWeight, scale);
  }

  /**
   * {@return a copy with another a2}
   *
   * @param value a2, at least 0
   */
  public PointCloudContrastive kernelWeight(double value) {
    return new PointCloudContrastive(linearWeight, value, scale);
  }

  /**
   * {@return a copy with another factor of the logits}
   *
   * @param value factor of the logits, above 0
   */
  public PointCloudContrastive scale(double value) {
    return new PointCloudContrastive(linearWeight, kernelWeight, value);
  }

  static PointCloudContrastive parse(Parameters parameters) {
    PointCloudContrastive defaults = new PointCloudContrastive();
    return new PointCloudContrastive(
        parameters.number("linear_weight", defaults.linearWeight),
        parameters.number("kernel_weight", defaults.kernelWeight),
        parameters.number("scale", defaults.scale));
  }

  /** {@return the embedding that both sides go through} */
  public PointCloudEmbed embedding() {
    return new PointCloudEmbed(linearWeight, kernelWeight);
  }

  @Override
  public String name() {
    return "pointcloud-contrastive";
  }

  @Override
  public String summary() {
    return "InfoNCE of embedded point clouds, not normalised (WPSE, arXiv 2404.19228)";
  }

  @Override
  public Signature signature(Specs inputs) {
    return Signature.of(name())
        .data(Names.X_POINTS, "B", "Mx", "d")
        .data(Names.X_WEIGHTS, "B", "Mx")
        .data(Names.Y_POINTS, "B", "My", "d")
        .data(Names.Y_WEIGHTS, "B", "My")
        .data(Names.FREQUENCIES, "D", "d")
        .data(Names.PHASES, "D")
        .scalar(Names.SCALE)
        .result(Names.LOSS)
        .gradients(Names.X_POINTS, Names.X_WEIGHTS, Names.Y_POINTS, Names.Y_WEIGHTS, Names.SCALE);
  }

  @Override
  public Optional<Sharding> sharding(int ranks) {
    return Sharding.of(this, "B");
  }

  @Override
  public Sizes check(Specs inputs, Specs outputs) {
    return Shapes.notEmpty(
        name(), signature(inputs).match(inputs, outputs), "B", "Mx", "My", "d", "D");
  }
}
