package io.gramian.op;

import io.gramian.ParameterException;
import io.gramian.Specs;
import java.util.List;

/**
 * The exact similarity of weighted point clouds that {@link PointCloudEmbed} approximates (WPSE,
 * arXiv 2404.19228): 1/(Mx My) sum_ij w_i w'_j (a1 &lt;v_i, v'_j&gt; + a2 kappa(v_i, v'_j)) over
 * unit points.
 *
 * <p>Inputs: {@code x_points} [Bx,Mx,d], {@code x_weights} [Bx,Mx], {@code y_points} [By,My,d],
 * {@code y_weights} [By,My]; {@code grad_similarity} [Bx,By]. Outputs: {@code similarity} [Bx,By];
 * {@code grad_x_points}, {@code grad_x_weights}, {@code grad_y_points}, {@code grad_y_weights}.
 *
 * @param kernel kappa
 * @param linearWeight a1, at least 0
 * @param kernelWeight a2, at least 0
 */
public record PointCloudSimilarity(Kernel kernel, double linearWeight, double kernelWeight)
    implements Op {
  /** A kernel of the distance r of two points. */
  public sealed interface Kernel {
    /**
     * exp(-r^2 / (2 sigma^2)).
     *
     * @param sigma above 0
     */
    record Gaussian(double sigma) implements Kernel {
      /** Checks the range. */
      public Gaussian {
        Checks.positive("pointcloud-similarity", "sigma", sigma);
      }

      /**
       * {@return a copy with another deviation}
       *
       * @param value above 0
       */
      public Gaussian sigma(double value) {
        return new Gaussian(value);
      }
    }

    /**
     * (1 + r^2 / c^2)^(-1/2).
     *
     * @param c above 0
     */
    record InverseMultiquadric(double c) implements Kernel {
      /** Checks the range. */
      public InverseMultiquadric {
        Checks.positive("pointcloud-similarity", "c", c);
      }

      /**
       * {@return a copy with another width}
       *
       * @param value above 0
       */
      public InverseMultiquadric c(double value) {
        return new InverseMultiquadric(value);
      }
    }
  }

  /** Checks the ranges. */
  public PointCloudSimilarity {
    ParameterException.requireNonNull(kernel, "a kernel");
    Checks.notNegative("pointcloud-similarity", "linear_weight", linearWeight);
    Checks.notNegative("pointcloud-similarity", "kernel_weight", kernelWeight);
  }

  /**
   * With the paper's weights 0.667 and 0.333.
   *
   * @param kernel of pairs of points
   */
  public PointCloudSimilarity(Kernel kernel) {
    this(kernel, PointCloudEmbed.LINEAR_WEIGHT, PointCloudEmbed.KERNEL_WEIGHT);
  }

  /**
   * {@return a copy with another kernel}
   *
   * @param value kappa
   */
  public PointCloudSimilarity kernel(Kernel value) {
    return new PointCloudSimilarity(value, linearWeight, kernelWeight);
  }

  /**
   * {@return a copy with another a1}
   *
   * @param value a1, at least 0
   */
  public PointCloudSimilarity linearWeight(double value) {
    return new PointCloudSimilarity(kernel, value, kernelWeight);
  }

  /**
   * {@return a copy with another a2}
   *
   * @param value a2, at least 0
   */
  public PointCloudSimilarity kernelWeight(double value) {
    return new PointCloudSimilarity(kernel, linearWeight, value);
  }

  static PointCloudSimilarity parse(Parameters parameters) {
    String kernel = parameters.choice("kernel", "gaussian", List.of("gaussian", "imq"));
    return new PointCloudSimilarity(
        kernel.equals("gaussian")
            ? new Kernel.Gaussian(parameters.number("sigma", 0.5))
            : new Kernel.InverseMultiquadric(parameters.number("c", 0.5)),
        parameters.number("linear_weight", PointCloudEmbed.LINEAR_WEIGHT),
        parameters.number("kernel_weight", PointCloudEmbed.KERNEL_WEIGHT));
  }

  @Override
  public String name() {
    return "pointcloud-similarity";
  }

  @Override
  public String summary() {
    return "the exact similarity of weighted point clouds (WPSE, arXiv 2404.19228)";
  }

  @Override
  public Signature signature(Specs inputs) {
    return Signature.of(name())
        .data(Names.X_POINTS, "Bx", "Mx", "d")
        .data(Names.X_WEIGHTS, "Bx", "Mx")
        .data(Names.Y_POINTS, "By", "My", "d")
        .data(Names.Y_WEIGHTS, "By", "My")
        .result(Names.SIMILARITY, "Bx", "By")
        .gradients(Names.X_POINTS, Names.X_WEIGHTS, Names.Y_POINTS, Names.Y_WEIGHTS);
  }

  @Override
  public Sizes check(Specs inputs, Specs outputs) {
    return Shapes.notEmpty(name(), signature(inputs).match(inputs, outputs), "Mx", "My", "d");
  }
}
