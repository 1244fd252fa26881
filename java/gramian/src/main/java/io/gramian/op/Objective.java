package io.gramian.op;

import io.gramian.ParameterException;
import java.util.List;

/** How scores of pairs become a loss. */
public sealed interface Objective {
  /** {@return the name on the command line} */
  String label();

  /**
   * {@return names of its parameters that may also be inputs, so that they can be learned: each
   * scalar has a gradient}
   */
  List<String> scalars();

  /**
   * Cross-entropy of softmax(S / temperature) over rows and over columns, averaged: loss = 1/(2 B1)
   * sum_i [CE(row i, column l_i) + CE(column l_i, row i)], where l_i is the tuple of anchor i.
   *
   * @param temperature tau, above 0; the input {@code temperature} overrides it
   * @param labelSmoothing e in [0, 1): (1 - e) CE + e mean(-log p)
   * @param gatherWithGrad whether gradients go through what the ranks of a training gather. With
   *     false, cross-entropies of rows give gradients to the anchors alone and those of columns to
   *     the members of the tuples alone, as in the training code of GRAM and TRIANGLE; the loss and
   *     the gradient of the temperature stay what they are
   */
  record InfoNce(double temperature, double labelSmoothing, boolean gatherWithGrad)
      implements Objective {
    /** Checks the ranges. */
    public InfoNce {
      Checks.positive("contrastive", "temperature", temperature);
      Checks.fraction("contrastive", "label_smoothing", labelSmoothing);
    }

    /**
     * With all gradients.
     *
     * @param temperature what scores are divided by
     * @param labelSmoothing share of the loss that is spread over all candidates
     */
    public InfoNce(double temperature, double labelSmoothing) {
      this(temperature, labelSmoothing, true);
    }

    /**
     * {@return a copy with another temperature}
     *
     * @param value tau, above 0; the input {@code temperature} overrides it
     */
    public InfoNce temperature(double value) {
      return new InfoNce(value, labelSmoothing, gatherWithGrad);
    }

    /**
     * {@return a copy with another label smoothing}
     *
     * @param value e in [0, 1): (1 - e) CE + e mean(-log p)
     */
    public InfoNce labelSmoothing(double value) {
      return new InfoNce(temperature, value, gatherWithGrad);
    }

    /**
     * {@return a copy with all gradients, or without those that gathered rows lose}
     *
     * @param value whether gradients go through what the ranks of a training gather. With false,
     *     cross-entropies of rows give gradients to the anchors alone and those of columns to the
     *     members of the tuples alone, as in the training code of GRAM and TRIANGLE; the loss and
     *     the gradient of the temperature stay what they are
     */
    public InfoNce gatherWithGrad(boolean value) {
      return new InfoNce(temperature, labelSmoothing, value);
    }

    @Override
    public String label() {
      return "infonce";
    }

    @Override
    public List<String> scalars() {
      return List.of(Names.TEMPERATURE);
    }
  }

  /**
   * -1/B1 sum_ij log sigma(y_ij (scale S_ij + bias)), y = 1 on the target and -1 elsewhere (SigLIP,
   * arXiv 2303.15343).
   *
   * @param scale finite; the input {@code scale} overrides it
   * @param bias finite; the input {@code bias} overrides it
   */
  record Sigmoid(double scale, double bias) implements Objective {
    /** Checks the ranges. */
    public Sigmoid {
      Checks.finite("contrastive", "scale", scale);
      Checks.finite("contrastive", "bias", bias);
    }

    /**
     * {@return a copy with another scale}
     *
     * @param value finite; the input {@code scale} overrides it
     */
    public Sigmoid scale(double value) {
      return new Sigmoid(value, bias);
    }

    /**
     * {@return a copy with another bias}
     *
     * @param value finite; the input {@code bias} overrides it
     */
    public Sigmoid bias(double value) {
      return new Sigmoid(scale, value);
    }

    @Override
    public String label() {
      return "sigmoid";
    }

    @Override
    public List<String> scalars() {
      return List.of(Names.SCALE, Names.BIAS);
    }
  }

  /** {@return InfoNCE with GRAM's defaults: temperature 0.07, label smoothing 0.1} */
  static InfoNce infoNce() {
    return new InfoNce(0.07, 0.1);
  }

  /** {@return sigmoid with SigLIP's initial values: scale 10, bias -10} */
  static Sigmoid sigmoid() {
    return new Sigmoid(10, -10);
  }

  /** {@return every objective, with its default parameters} */
  static List<Objective> all() {
    return List.of(infoNce(), sigmoid());
  }

  /**
   * Reads {@code objective} and the parameters of the objective that it names.
   *
   * @param parameters what was given
   * @param negatives decide whether labels are smoothed where nothing is said of it
   * @return the objective
   */
  static Objective parse(Parameters parameters, Negatives negatives) {
    ParameterException.requireNonNull(parameters, "parameters");
    List<String> labels = all().stream().map(Objective::label).toList();
    String label = parameters.choice("objective", infoNce().label(), labels);
    return switch (all().get(labels.indexOf(label)).fitting(negatives)) {
      case InfoNce infoNce ->
          new InfoNce(
              parameters.number("temperature", infoNce.temperature()),
              parameters.number("label_smoothing", infoNce.labelSmoothing()),
              parameters.flag("gather_with_grad", infoNce.gatherWithGrad()));
      case Sigmoid sigmoid ->
          new Sigmoid(
              parameters.number("scale", sigmoid.scale()),
              parameters.number("bias", sigmoid.bias()));
    };
  }

  /** This objective, without label smoothing where the negatives are the product: it has none. */
  private Objective fitting(Negatives negatives) {
    return negatives == Negatives.PRODUCT && this instanceof InfoNce infoNce
        ? infoNce.labelSmoothing(0)
        : this;
  }
}
