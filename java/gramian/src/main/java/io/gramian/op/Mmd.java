package io.gramian.op;

import io.gramian.ParameterException;
import io.gramian.Specs;
import java.util.Arrays;
import java.util.Optional;

/**
 * The squared maximum mean discrepancy of two sets: mean k(X,X) + mean k(Y,Y) - 2 mean k(X,Y), k =
 * sum_u exp(-|x - y|^2 / (2 v_u)) (Gretton et al., 2012; Set-CLIP, arXiv 2406.05766).
 *
 * <p>Inputs: {@code x} [Bx,d], {@code y} [By,d], {@code grad_loss}. Outputs: {@code loss}, {@code
 * grad_x}, {@code grad_y}.
 *
 * @param variances v_u, 1 to 32 of them, each above 0
 */
public record Mmd(double... variances) implements Loss {
  /** Most kernels of a sum. */
  public static final int MAX_VARIANCES = 32;

  /** Checks the ranges. */
  public Mmd {
    variances = checked("mmd", variances);
  }

  /** With the variance 0.5. */
  public Mmd() {
    this(0.5);
  }

  static double[] checked(String op, double[] variances) {
    ParameterException.requireNonNull(variances, "variances");
    if (variances.length < 1 || variances.length > MAX_VARIANCES) {
      throw Checks.wrong(op, "variances", "1 to " + MAX_VARIANCES + " numbers", variances.length);
    }
    for (double variance : variances) {
      Checks.positive(op, "variances", variance);
    }
    return variances.clone();
  }

  static Mmd parse(Parameters parameters) {
    return new Mmd(parameters.numbers("variances", new Mmd().variances));
  }

  /**
   * {@return a copy with other variances}
   *
   * @param first the first of them
   * @param others the others
   */
  public Mmd variances(double first, double... others) {
    ParameterException.requireNonNull(others, "variances");
    double[] values = new double[others.length + 1];
    values[0] = first;
    System.arraycopy(others, 0, values, 1, others.length);
    return new Mmd(values);
  }

  /** {@return a copy of the variances} */
  @Override
  public double[] variances() {
    return variances.clone();
  }

  @Override
  public String name() {
    return "mmd";
  }

  @Override
  public String summary() {
    return "squared maximum mean discrepancy of two sets, mean k(X,X) + mean k(Y,Y) - 2 "
        + "mean k(X,Y) (Set-CLIP, arXiv 2406.05766)";
  }

  @Override
  public Signature signature(Specs inputs) {
    return Signature.of(name())
        .data(Names.X, "Bx", "d")
        .data(Names.Y, "By", "d")
        .result(Names.LOSS)
        .gradients(Names.X, Names.Y);
  }

  @Override
  public Optional<Sharding> sharding(int ranks) {
    return Sharding.of(this, "Bx", "By");
  }

  @Override
  public Sizes check(Specs inputs, Specs outputs) {
    return Shapes.notEmpty(name(), signature(inputs).match(inputs, outputs), "Bx", "By", "d");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Mmd that && Arrays.equals(variances, that.variances);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(variances);
  }

  @Override
  public String toString() {
    return "Mmd[variances=" + Arrays.toString(variances) + "]";
  }
}
