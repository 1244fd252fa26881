package io.gramian.op;

import io.gramian.Bindings;
import io.gramian.Device;
import io.gramian.ParameterException;
import io.gramian.ShapeException;
import io.gramian.Specs;
import io.gramian.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

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
    implements Op {
  /** Checks that the parts fit each other. */
  public Contrastive {
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
    }
  }

  /** InfoNCE over tuples of unit vectors, with GRAM's temperature 0.07 and label smoothing 0.1. */
  public Contrastive(Similarity similarity) {
    this(similarity, Objective.infoNce(), Negatives.TUPLES, true);
  }

  static Contrastive parse(Parameters parameters) {
    Negatives negatives = Negatives.parse(parameters);
    return new Contrastive(
        Similarity.parse(parameters),
        Objective.parse(parameters, negatives == Negatives.PRODUCT ? 0 : 0.1),
        negatives,
        parameters.flag("normalize", true));
  }

  /** A copy with InfoNCE at another temperature. */
  public Contrastive temperature(double temperature) {
    return objective(new Objective.InfoNce(temperature, infoNce().labelSmoothing()));
  }

  /** A copy with InfoNCE and another label smoothing. */
  public Contrastive labelSmoothing(double smoothing) {
    return objective(new Objective.InfoNce(infoNce().temperature(), smoothing));
  }

  /** A copy with another objective. */
  public Contrastive objective(Objective other) {
    return new Contrastive(similarity, other, negatives, normalize);
  }

  /** A copy with other negatives; product drops the label smoothing, which it has none of. */
  public Contrastive negatives(Negatives other) {
    Objective fitting =
        other == Negatives.PRODUCT && objective instanceof Objective.InfoNce infoNce
            ? new Objective.InfoNce(infoNce.temperature(), 0)
            : objective;
    return new Contrastive(similarity, fitting, other, normalize);
  }

  /** A copy with or without normalisation. */
  public Contrastive normalize(boolean value) {
    return new Contrastive(similarity, objective, negatives, value);
  }

  private Objective.InfoNce infoNce() {
    return objective instanceof Objective.InfoNce infoNce
        ? infoNce
        : (Objective.InfoNce) Objective.infoNce();
  }

  @Override
  public String name() {
    return "contrastive";
  }

  @Override
  public Signature signature(Specs inputs) {
    boolean product = negatives == Negatives.PRODUCT;
    int n = Shapes.tupleSize(inputs);
    String[] modalities = Shapes.modalities(n);
    Signature signature;
    if (product) {
      signature = Signature.of(name()).data("anchor", "B", "d");
      for (String modality : modalities) {
        signature.data(modality, "B", "d");
      }
    } else {
      signature = Shapes.pairwise(name(), inputs);
      signature.labels("labels", false, "B1").mask("present", "B2", Shapes.tupleDim(inputs));
    }
    switch (objective) {
      case Objective.InfoNce _ -> signature.scalar("temperature");
      case Objective.Sigmoid _ -> signature.scalar("scale").scalar("bias");
    }
    signature.result("loss").gradients("anchor").gradients(modalities);
    return switch (objective) {
      case Objective.InfoNce _ -> signature.gradients("temperature");
      case Objective.Sigmoid _ -> signature.gradients("scale", "bias");
    };
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

  /**
   * The loss and its gradients, as arrays.
   *
   * @param loss the loss
   * @param anchor gradient of the anchors, [B1,d]
   * @param modalities gradients of the other modalities, each [B2,d]
   * @param parameters gradients of the temperature, or of scale and bias
   */
  public record Result(
      double loss, float[] anchor, List<float[]> modalities, List<Float> parameters) {}

  /**
   * Computes the loss and all gradients of packed float arrays. Plans anew each time; a training
   * loop does better with {@link #plan}.
   *
   * @param d the dimension; every array holds rows of d values
   */
  public Result lossAndGradients(Device device, int d, float[] anchor, float[]... modalities) {
    Map<String, Tensor> rows = new LinkedHashMap<>();
    Modalities.named(anchor, modalities)
        .forEach((name, values) -> rows.put(name, rows(name, values, d)));
    Bindings inputs = Bindings.of(rows);
    Set<String> wanted =
        signature(inputs.specs()).arguments(false).stream()
            .map(Signature.Argument::name)
            .collect(Collectors.toSet());
    Bindings outputs = evaluate(device, inputs, wanted);
    List<float[]> gradients = new ArrayList<>();
    for (Tensor gradient : outputs.numbered("grad_modality")) {
      gradients.add(gradient.toFloats());
    }
    List<Float> scalars = new ArrayList<>();
    for (String scalar : List.of("grad_temperature", "grad_scale", "grad_bias")) {
      if (outputs.has(scalar)) {
        scalars.add((float) outputs.get(scalar).item());
      }
    }
    return new Result(
        outputs.get("loss").item(), outputs.get("grad_anchor").toFloats(), gradients, scalars);
  }

  private static Tensor rows(String name, float[] values, int d) {
    if (d < 1 || values.length % d != 0) {
      throw new ShapeException(
          "contrastive: expected '"
              + name
              + "' to hold rows of d = "
              + d
              + " values, got "
              + values.length
              + " values");
    }
    return Tensor.of(values, values.length / d, d);
  }
}
