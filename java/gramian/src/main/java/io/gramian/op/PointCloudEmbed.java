package io.gramian.op;

import io.gramian.Specs;

/**
 * Embeddings of weighted point clouds by random features (WPSE, arXiv 2404.19228, as the authors'
 * code computes it). With v_i the unit points (x / max(|x|, 1e-6)) and z(v) = sqrt(2/D) cos(Omega v
 * + b), the embedding is [sqrt(a1) mean_i w_i v_i ; sqrt(a2) mean_i w_i z(v_i)].
 *
 * <p>Inputs: {@code points} [B,M,d]; {@code weights} [B,M], of any sign; {@code frequencies} Omega
 * [D,d] and {@code phases} b [D], see {@link RandomFeatures}; {@code grad_embedding} [B,d+D].
 * Outputs: {@code embedding} [B,d+D]; {@code grad_points}, {@code grad_weights}.
 *
 * @param linearWeight a1, at least 0
 * @param kernelWeight a2, at least 0
 */
public record PointCloudEmbed(double linearWeight, double kernelWeight) implements Op {
  /** Points shorter than this are not scaled up to unit length. */
  public static final double MIN_NORM = 1e-6;

  /** Checks the ranges. */
  public PointCloudEmbed {
    Checks.notNegative("pointcloud-embed", "linear_weight", linearWeight);
    Checks.notNegative("pointcloud-embed", "kernel_weight", kernelWeight);
  }

  /** With the paper's weights 0.667 and 0.333. */
  public PointCloudEmbed() {
    this(0.667, 0.333);
  }

  static PointCloudEmbed parse(Parameters parameters) {
    return new PointCloudEmbed(
        parameters.number("linear_weight", 0.667), parameters.number("kernel_weight", 0.333));
  }

  @Override
  public String name() {
    return "pointcloud-embed";
  }

  @Override
  public Signature signature(Specs inputs) {
    return Signature.of(name())
        .data("points", "B", "M", "d")
        .data("weights", "B", "M")
        .data("frequencies", "D", "d")
        .data("phases", "D")
        .result("embedding", "B", "d+D")
        .gradients("points", "weights");
  }

  @Override
  public Sizes check(Specs inputs, Specs outputs) {
    return Shapes.notEmpty(name(), signature(inputs).match(inputs, outputs), "M", "d", "D");
  }
}
