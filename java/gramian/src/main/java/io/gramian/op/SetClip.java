package io.gramian.op;

import io.gramian.ParameterException;
import io.gramian.Specs;
import java.util.Arrays;
import java.util.Optional;

/**
 * The whole loss of Gentle-CLIP / Set-CLIP (arXiv 2406.05766): a weighted sum of {@link NtXent} of
 * the image views, NtXent of the text views, and, on even rows, {@link SemanticDensity}, {@link
 * Mmd} and {@link ClipMatched}.
 *
 * <p>Inputs: {@code image_views} [2B,d], {@code text_views} [2B,d], rows 2i and 2i+1 being two
 * views of sample i; {@code grad_loss}. Outputs: {@code loss}, {@code grad_image_views}, {@code
 * grad_text_views}.
 *
 * @param temperature tau of both contrastive parts, above 0
 * @param matched number of samples whose image and text are known to match, 1 to B
 * @param bandwidth of the semantic density
 * @param variances of the maximum mean discrepancy
 * @param weights of the five parts
 */
public record SetClip(
    double temperature, int matched, double bandwidth, double[] variances, Weights weights)
    implements Loss {
  /**
   * Weights of the parts, each finite.
   *
   * @param imageSsl of nt-xent of the image views
   * @param textSsl of nt-xent of the text views
   * @param density of the semantic density
   * @param mmd of the maximum mean discrepancy
   * @param clip of clip-matched
   */
  public record Weights(double imageSsl, double textSsl, double density, double mmd, double clip) {
    /** Checks the ranges. */
    public Weights {
      Checks.finite("set-clip", "weight_image_ssl", imageSsl);
      Checks.finite("set-clip", "weight_text_ssl", textSsl);
      Checks.finite("set-clip", "weight_density", density);
      Checks.finite("set-clip", "weight_mmd", mmd);
      Checks.finite("set-clip", "weight_clip", clip);
    }

    /** {@return the paper's weights: 0.1, 0.1, 0.6, 0.1, 1} */
    public static Weights paper() {
      return new Weights(0.1, 0.1, 0.6, 0.1, 1.0);
    }

    /**
     * {@return a copy with another weight of nt-xent of the image views}
     *
     * @param value of nt-xent of the image views
     */
    public Weights imageSsl(double value) {
      return new Weights(value, textSsl, density, mmd, clip);
    }

    /**
     * {@return a copy with another weight of nt-xent of the text views}
     *
     * @param value of nt-xent of the text views
     */
    public Weights textSsl(double value) {
      return new Weights(imageSsl, value, density, mmd, clip);
    }

    /**
     * {@return a copy with another weight of the semantic density}
     *
     * @param value of the semantic density
     */
    public Weights density(double value) {
      return new Weights(imageSsl, textSsl, value, mmd, clip);
    }

    /**
     * {@return a copy with another weight of the maximum mean discrepancy}
     *
     * @param value of the maximum mean discrepancy
     */
    public Weights mmd(double value) {
      return new Weights(imageSsl, textSsl, density, value, clip);
    }

    /**
     * {@return a copy with another weight of clip-matched}
     *
     * @param value of clip-matched
     */
    public Weights clip(double value) {
      return new Weights(imageSsl, textSsl, density, mmd, value);
    }
  }

  /** Checks the ranges. */
  public SetClip {
    Checks.positive("set-clip", "temperature", temperature);
    Checks.atLeast("set-clip", "matched", 1, matched);
    Checks.positive("set-clip", "bandwidth", bandwidth);
    variances = Mmd.checked("set-clip", variances);
    ParameterException.requireNonNull(weights, "weights");
  }

  /**
   * The paper's parameters with the given number of matching samples.
   *
   * @param matched how many rows match; they are the first ones
   */
  public SetClip(int matched) {
    this(
        new NtXent().temperature(),
        matched,
        new SemanticDensity().bandwidth(),
        new Mmd().variances(),
        Weights.paper());
  }

  /**
   * {@return a copy with another temperature}
   *
   * @param value tau of both contrastive parts, above 0
   */
  public SetClip temperature(double value) {
    return new SetClip(value, matched, bandwidth, variances, weights);
  }

  /**
   * {@return a copy with another number of matching samples}
   *
   * @param value number of samples whose image and text are known to match, 1 to B
   */
  public SetClip matched(int value) {
    return new SetClip(temperature, value, bandwidth, variances, weights);
  }

  /**
   * {@return a copy with another bandwidth of the semantic density}
   *
   * @param value of the semantic density
   */
  public SetClip bandwidth(double value) {
    return new SetClip(temperature, matched, value, variances, weights);
  }

  /**
   * {@return a copy with other variances of the maximum mean discrepancy}
   *
   * @param first the first of them
   * @param others the others
   */
  public SetClip variances(double first, double... others) {
    double[] values = new Mmd().variances(first, others).variances();
    return new SetClip(temperature, matched, bandwidth, values, weights);
  }

  /**
   * {@return a copy with other weights of the parts}
   *
   * @param value of the five parts
   */
  public SetClip weights(Weights value) {
    return new SetClip(temperature, matched, bandwidth, variances, value);
  }

  static SetClip parse(Parameters parameters) {
    SetClip defaults = new SetClip(1);
    Weights weights = defaults.weights;
    return new SetClip(
        parameters.number("temperature", defaults.temperature),
        parameters.integer("matched", defaults.matched),
        parameters.number("bandwidth", defaults.bandwidth),
        parameters.numbers("variances", defaults.variances),
        new Weights(
            parameters.number("weight_image_ssl", weights.imageSsl),
            parameters.number("weight_text_ssl", weights.textSsl),
            parameters.number("weight_density", weights.density),
            parameters.number("weight_mmd", weights.mmd),
            parameters.number("weight_clip", weights.clip)));
  }

  /** {@return a copy of the variances} */
  @Override
  public double[] variances() {
    return variances.clone();
  }

  @Override
  public String name() {
    return "set-clip";
  }

  @Override
  public String summary() {
    return "the whole loss of Gentle-CLIP / Set-CLIP (arXiv 2406.05766): nt-xent, semantic "
        + "density, mmd and clip-matched";
  }

  @Override
  public Signature signature(Specs inputs) {
    return Signature.of(name())
        .data(Names.IMAGE_VIEWS, "rows", "d")
        .data(Names.TEXT_VIEWS, "rows", "d")
        .result(Names.LOSS)
        .gradients(Names.IMAGE_VIEWS, Names.TEXT_VIEWS);
  }

  @Override
  public Optional<Sharding> sharding(int ranks) {
    return Sharding.ofUnits(matched(Math.multiplyExact(ranks, matched)), "rows", 2, 2L * matched);
  }

  @Override
  public Sizes check(Specs inputs, Specs outputs) {
    Sizes sizes = signature(inputs).match(inputs, outputs);
    NtXent.requireEven(name(), "image_views", sizes.get("rows"));
    ClipMatched.checkMatched(name(), matched, sizes.get("rows") / 2);
    return Shapes.notEmpty(name(), sizes, "rows", "d");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SetClip that
        && temperature == that.temperature
        && matched == that.matched
        && bandwidth == that.bandwidth
        && Arrays.equals(variances, that.variances)
        && weights.equals(that.weights);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * matched + weights.hashCode()) + Arrays.hashCode(variances);
  }

  @Override
  public String toString() {
    return "SetClip[temperature="
        + temperature
        + ", matched="
        + matched
        + ", bandwidth="
        + bandwidth
        + ", variances="
        + Arrays.toString(variances)
        + ", weights="
        + weights
        + "]";
  }
}
