package io.gramian.op;

/** How scores of pairs become a loss. */
public sealed interface Objective {
  /** The name on the command line. */
  String label();

  /**
   * Cross-entropy of softmax(S / temperature) over rows and over columns, averaged: loss = 1/(2 B1)
   * sum_i [CE(row i, column l_i) + CE(column l_i, row i)], where l_i is the tuple of anchor i.
   *
   * @param temperature tau, above 0; the input {@code temperature} overrides it
   * @param labelSmoothing e in [0, 1): (1 - e) CE + e mean(-log p)
   */
  record InfoNce(double temperature, double labelSmoothing) implements Objective {
    /** Checks the ranges. */
    public InfoNce {
      Checks.positive("contrastive", "temperature", temperature);
      Checks.fraction("contrastive", "label_smoothing", labelSmoothing);
    }

    @Override
    public String label() {
      return "infonce";
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

    @Override
    public String label() {
      return "sigmoid";
    }
  }

  /** InfoNCE with GRAM's defaults: temperature 0.07, label smoothing 0.1. */
  static Objective infoNce() {
    return new InfoNce(0.07, 0.1);
  }

  /** Sigmoid with SigLIP's initial values: scale 10, bias -10. */
  static Objective sigmoid() {
    return new Sigmoid(10, -10);
  }

  /** Reads {@code objective} and the parameters of the objective it names. */
  static Objective parse(Parameters parameters, double labelSmoothing) {
    String label = parameters.text("objective", "infonce");
    return switch (label) {
      case "infonce" ->
          new InfoNce(
              parameters.number("temperature", 0.07),
              parameters.number("label_smoothing", labelSmoothing));
      case "sigmoid" -> new Sigmoid(parameters.number("scale", 10), parameters.number("bias", -10));
      default -> throw parameters.wrong("objective", "one of infonce, sigmoid", label);
    };
  }
}
