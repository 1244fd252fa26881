package io.gramian.op;

import io.gramian.ParameterException;
import io.gramian.Specs;
import java.util.Optional;

/**
 * The fused contrastive loss over anchors and tuples, with all its gradients, in memory that grows
 * with B and not with B^2. {@code new Contrastive(Similarity.volume())} is GRAM's loss (arXiv
 * 2412.11959), with jgcs it is GHA's (arXiv 2505.03532), with cosine CLIP's, with cosine and {@link
 * Objective#sigmoid} SigLIP's, with mip and {@link Negatives#PRODUCT} Symile's.
 *
 * <p>Inputs: {@code anchor} [B1,d]; {@code modality1..n} [B2,d]; optionally {@code labels} [B1]
 * (i32, the tuple of each anchor; anchor i belongs to tuple i without them), {@code present} [B2,n]
 * (0 where a modality is absent), the scalars {@code temperature} or {@code scale} and {@code bias}
 * (override the parameters), {@code grad_loss} (1 by default).
 *
 * <p>Outputs: {@code loss}; {@code grad_anchor}, {@code grad_modality1..n}, and {@code
 * grad_temperature} or {@code grad_scale} and {@code grad_bias}.
 *
 * <p>With negatives = product all modalities have B samples, there are no labels and no mask, and
 * the loss is the mean over modalities of mean_i [logsumexp of S/tau over the slice with index i -
 * S_(i..i)/tau].
 *
 * @param similarity score of a pair
 * @param objective how scores become a loss
 * @param negatives against what a matching tuple is held
 * @param normalize scale every row to unit length first; gradients flow through it
 */
public record Contrastive(
    Similarity similarity, Objective objective, Negatives negatives, boolean normalize)
    implements Loss {
  /** Checks that the parts fit each other. */
  public Contrastive {
    ParameterException.requireNonNull(similarity, "a similarity");
    ParameterException.requireNonNull(objective, "an objective");
    ParameterException.requireNonNull(negatives, "negatives");
    if (negatives == Negatives.PRODUCT) {
      if (!(objective instanceof Objective.InfoNce infoNce)) {
        throw new ParameterException(
            "contrastive: negatives = product takes objective infonce, got " + objective.label());
      }
      if (infoNce.labelSmoothing() != 0) {
        throw new ParameterException(
            "contrastive: negatives = product takes no label smoothing, got "
                + infoNce.labelSmoothing());
      }
      if (!infoNce.gatherWithGrad()) {
        throw new ParameterException(
            "contrastive: negatives = product takes gather_with_grad = true, got false (what is"
                + " gathered are the rows and columns of negatives = tuples)");
      }
    }
  }

  /**
   * InfoNCE over tuples of unit vectors, with GRAM's temperature 0.07 and label smoothing 0.1.
   *
   * @param similarity score of a pair
   */
  public Contrastive(Similarity similarity) {
    this(similarity, Objective.infoNce(), Negatives.TUPLES, true);
  }

  static Contrastive parse(Parameters parameters) {
    Contrastive defaults = new Contrastive(Similarity.parse(parameters));
    Negatives negatives = Negatives.parse(parameters);
    return new Contrastive(
        defaults.similarity,
        Objective.parse(parameters, negatives),
        negatives,
        parameters.flag("normalize", defaults.normalize));
  }

  /**
   * {@return a copy with another similarity}
   *
   * @param value score of a pair
   */
  public Contrastive similarity(Similarity value) {
    return new Contrastive(value, objective, negatives, normalize);
  }

  /**
   * {@return a copy with another objective}
   *
   * @param value how scores become a loss
   */
  public Contrastive objective(Objective value) {
    return new Contrastive(similarity, value, negatives, normalize);
  }

  /**
   * {@return a copy with other negatives; product knows neither label smoothing nor gathered rows
   * and drops both}
   *
   * @param value against what a matching tuple is held
   */
  public Contrastive negatives(Negatives value) {
    Objective fitting =
        value == Negatives.PRODUCT && objective instanceof Objective.InfoNce infoNce
            ? infoNce.labelSmoothing(0).gatherWithGrad(true)
            : objective;
    return new Contrastive(similarity, fitting, value, normalize);
  }

  /**
   * {@return a copy with or without normalisation}
   *
   * @param value scale every row to unit length first; gradients flow through it
   */
  public Contrastive normalize(boolean value) {
    return new Contrastive(similarity, objective, negatives, value);
  }

  /**
   * {@return a copy at another temperature}
   *
   * @param value what scores are divided by
   * @throws ParameterException if the objective is not InfoNCE
   */
  public Contrastive temperature(double value) {
    return objective(infoNce("temperature").temperature(value));
  }

  /**
   * {@return a copy with another label smoothing}
   *
   * @param value share of the loss that is spread over all candidates
   * @throws ParameterException if the objective is not InfoNCE
   */
  public Contrastive labelSmoothing(double value) {
    return objective(infoNce("label smoothing").labelSmoothing(value));
  }

  /**
   * {@return a copy with all gradients, or without those that gathered rows lose, see {@link
   * Objective.InfoNce}}
   *
   * @param value whether rows of other ranks carry gradients
   * @throws ParameterException if the objective is not InfoNCE, or the negatives are the product
   */
  public Contrastive gatherWithGrad(boolean value) {
    return objective(infoNce("gather_with_grad").gatherWithGrad(value));
  }

  /**
   * {@return a copy with another factor of the scores}
   *
   * @param value factor of the scores
   * @throws ParameterException if the objective is not the sigmoid one
   */
  public Contrastive scale(double value) {
    return objective(sigmoid("scale").scale(value));
  }

  /**
   * {@return a copy with another summand of the scores}
   *
   * @param value summand of the scores
   * @throws ParameterException if the objective is not the sigmoid one
   */
  public Contrastive bias(double value) {
    return objective(sigmoid("bias").bias(value));
  }

  private Objective.InfoNce infoNce(String parameter) {
    if (objective instanceof Objective.InfoNce infoNce) {
      return infoNce;
    }
    throw lacks(parameter);
  }

  private Objective.Sigmoid sigmoid(String parameter) {
    if (objective instanceof Objective.Sigmoid sigmoid) {
      return sigmoid;
    }
    throw lacks(parameter);
  }

  private ParameterException lacks(String parameter) {
    return new ParameterException(
        "contrastive: objective "
            + objective.label()
            + " has no "
            + parameter
            + "; its learnable parameters are "
            + String.join(" and ", objective.scalars())
            + " (objective(...) takes another one)");
  }

  @Override
  public String name() {
    return "contrastive";
  }

  @Override
  public String summary() {
    return "the fused contrastive loss of anchors and tuples, of which no B x B matrix is "
        + "stored (GRAM, arXiv 2412.11959; with jgcs GHA, 2505.03532; with cosine CLIP)";
  }

  @Override
  public Signature signature(Specs inputs) {
    boolean product = negatives == Negatives.PRODUCT;
    int n = Shapes.tupleSize(inputs);
    String[] modalities = Shapes.modalities(n);
    Signature signature;
    if (product) {
      signature = Signature.of(name()).data(Names.ANCHOR, "B", "d");
      for (String modality : modalities) {
        signature.data(modality, "B", "d");
      }
    } else {
      signature = Shapes.pairwise(name(), inputs);
      signature
          .labels(Names.LABELS, false, "B1")
          .mask(Names.PRESENT, "B2", Shapes.tupleDim(inputs));
    }
    objective.scalars().forEach(signature::scalar);
    return signature
        .result(Names.LOSS)
        .gradients(Names.ANCHOR)
        .gradients(modalities)
        .gradients(objective.scalars().toArray(String[]::new));
  }

  @Override
  public Optional<Sharding> sharding(int ranks) {
    return negatives == Negatives.PRODUCT
        ? Sharding.of(this, "B")
        : Sharding.travelling(this, "B1", "B2");
  }

  @Override
  public Sizes check(Specs inputs, Specs outputs) {
    Sizes sizes = signature(inputs).match(inputs, outputs);
    Shapes.checkTuple(name(), similarity, Shapes.tupleSize(inputs));
    if (negatives == Negatives.PRODUCT) {
      return Shapes.notEmpty(name(), sizes, "B", "d");
    }
    Shapes.checkDiagonal(name(), inputs, sizes);
    return Shapes.notEmpty(name(), sizes, "B1", "B2", "d");
  }
}
