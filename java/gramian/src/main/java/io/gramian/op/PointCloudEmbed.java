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

  static final double LINEAR_WEIGHT = 0.667;
  static final double KERNEL_WEIGHT = 0.333;

  /** Checks the ranges. */
  public PointCloudEmbed {
    Checks.notNegative("pointcloud-embed", "linear_weight", linearWeight);
    Checks.notNegative("pointcloud-embed", "kernel_weight", kernelWeight);
  }

  /** With the paper's weights 0.667 and 0.333. */
  public PointCloudEmbed() {
    this(LINEAR_WEIGHT, KERNEL_WEIGHT);
  }

  /**
   * {@return a copy with another a1}
   *
   * @param value a1, at least 0
   */
  public PointCloudEmbed linearWeight(double value) {
    return new PointCloudEmbed(value, kernelWeight);
  }

  /**
   * {@return a copy with another a2}
   *
   * @param value a2, at least 0
   */
  public PointCloudEmbed kernelWeight(double value) {
    return new PointCloudEmbed(linearWeight, value);
  }

  static PointCloudEmbed parse(Parameters parameters) {
    PointCloudEmbed defaults = new PointCloudEmbed();
    return new PointCloudEmbed(
        parameters.number("linear_weight", defaults.linearWeight),
        parameters.number("kernel_weight", defaults.kernelWeight));
  }

  @Override
  public String name() {
    return "pointcloud-embed";
  }

  @Override
  public String summary() {
    return "embeddings of weighted point clouds by random features (WPSE, arXiv " + "2404.19228)";
  }

  @Override
  public Signature signature(Specs inputs) {
    return Signature.of(name())
        .data(Names.POINTS, "B", "M", "d")
        .data(Names.WEIGHTS, "B", "M")
        .data(Names.FREQUENCIES, "D", "d")
        .data(Names.PHASES, "D")
        .result(Names.EMBEDDING, "B", "d+D")
        .gradients(Names.POINTS, Names.WEIGHTS);
  }

  @Override
  public Sizes check(Specs inputs, Specs outputs) {
    return Shapes.notEmpty(name(), signature(inputs).match(inputs, outputs), "M", "d", "D");
  }
}
