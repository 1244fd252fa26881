package io.gramian.op;

import io.gramian.Specs;

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
    implements Op {
  /** Checks the ranges. */
  public PointCloudContrastive {
    Checks.notNegative("pointcloud-contrastive", "linear_weight", linearWeight);
    Checks.notNegative("pointcloud-contrastive", "kernel_weight", kernelWeight);
    Checks.positive("pointcloud-contrastive", "scale", scale);
  }

  /** With the paper's weights 0.667 and 0.333 and scale 1/0.07. */
  public PointCloudContrastive() {
    this(0.667, 0.333, 1 / 0.07);
  }

  static PointCloudContrastive parse(Parameters parameters) {
    return new PointCloudContrastive(
        parameters.number("linear_weight", 0.667),
        parameters.number("kernel_weight", 0.333),
        parameters.number("scale", 1 / 0.07));
  }

  /** The embedding that both sides go through. */
  public PointCloudEmbed embedding() {
    return new PointCloudEmbed(linearWeight, kernelWeight);
  }

  @Override
  public String name() {
    return "pointcloud-contrastive";
  }

  @Override
  public Signature signature(Specs inputs) {
    return Signature.of(name())
        .data("x_points", "B", "Mx", "d")
        .data("x_weights", "B", "Mx")
        .data("y_points", "B", "My", "d")
        .data("y_weights", "B", "My")
        .data("frequencies", "D", "d")
        .data("phases", "D")
        .scalar("scale")
        .result("loss")
        .gradients("x_points", "x_weights", "y_points", "y_weights", "scale");
  }

  @Override
  public Sizes check(Specs inputs, Specs outputs) {
    return Shapes.notEmpty(
        name(), signature(inputs).match(inputs, outputs), "B", "Mx", "My", "d", "D");
  }
}
