package io.gramian.op;

import io.gramian.ParameterException;
import io.gramian.ShapeException;
import io.gramian.Specs;
import java.util.Optional;

/**
 * Hard negatives (GRAM, arXiv 2412.11959): for every anchor the index of one tuple that is not its
 * own, drawn with weights softmax(S / temperature) + 1e-4. Streamed, as argmax_j of log(p_ij +
 * 1e-4) + g_ij with Gumbel noise g_ij = -log(-log(u_ij)) and u_ij of Philox4x32-10 keyed by seed,
 * row, column and step, so that every backend draws the same.
 *
 * <p>Inputs: {@code anchor} [B1,d]; {@code modality1..n} [B2,d], B2 at least 2; optionally {@code
 * labels} [B1], {@code present} [B2,n], the scalar {@code temperature}, and {@code step}, an i32
 * scalar that makes another draw of the same seed (0 by default). Output: {@code indices} [B1].
 *
 * @param similarity score of a pair
 * @param normalize scale every row to unit length first
 * @param temperature tau, above 0
 * @param seed key of the generator
 */
public record SampleNegatives(
    Similarity similarity, boolean normalize, double temperature, long seed) implements Op {
  /** Added to every probability, so that no tuple is out of reach. */
  public static final double FLOOR = 1e-4;

  /** Checks the range. */
  public SampleNegatives {
    ParameterException.requireNonNull(similarity, "a similarity");
    Checks.positive("sample-negatives", "temperature", temperature);
  }

  /**
   * Over unit vectors at temperature 0.07.
   *
   * @param similarity score of a pair
   * @param seed equal seeds draw equal numbers
   */
  public SampleNegatives(Similarity similarity, long seed) {
    this(similarity, true, 0.07, seed);
  }

  /**
   * {@return a copy with another similarity}
   *
   * @param value score of a pair
   */
  public SampleNegatives similarity(Similarity value) {
    return new SampleNegatives(value, normalize, temperature, seed);
  }

  /**
   * {@return a copy with or without normalisation}
   *
   * @param value scale every row to unit length first
   */
  public SampleNegatives normalize(boolean value) {
    return new SampleNegatives(similarity, value, temperature, seed);
  }

  /**
   * {@return a copy with another temperature}
   *
   * @param value tau, above 0
   */
  public SampleNegatives temperature(double value) {
    return new SampleNegatives(similarity, normalize, value, seed);
  }

  /**
   * {@return a copy with another seed}
   *
   * @param value key of the generator
   */
  public SampleNegatives seed(long value) {
    return new SampleNegatives(similarity, normalize, temperature, value);
  }

  static SampleNegatives parse(Parameters parameters) {
    SampleNegatives defaults = new SampleNegatives(Similarity.parse(parameters), 0);
    return new SampleNegatives(
        defaults.similarity,
        parameters.flag("normalize", defaults.normalize),
        parameters.number("temperature", defaults.temperature),
        parameters.wholeNumber("seed", defaults.seed));
  }

  @Override
  public String name() {
    return "sample-negatives";
  }

  @Override
  public String summary() {
    return "hard negatives: for each anchor a tuple not its own, drawn with weights "
        + "softmax(S / temperature) + 1e-4 (GRAM, arXiv 2412.11959)";
  }

  @Override
  public Signature signature(Specs inputs) {
    return Shapes.pairwise(name(), inputs)
        .labels(Names.LABELS, false, "B1")
        .labels(Names.STEP, false)
        .mask(Names.PRESENT, "B2", Shapes.tupleDim(inputs))
        .scalar(Names.TEMPERATURE)
        .indices(Names.INDICES, "B1");
  }

  @Override
  public Optional<Sharding> sharding(int ranks) {
    return Sharding.of(this, "B1", "B2");
  }

  @Override
  public Sizes check(Specs inputs, Specs outputs) {
    Sizes sizes = signature(inputs).match(inputs, outputs);
    Shapes.checkTuple(name(), similarity, Shapes.tupleSize(inputs));
    Shapes.checkDiagonal(name(), inputs, sizes);
    if (sizes.get("B2") < 2) {
      throw new ShapeException(
          "sample-negatives: expected at least 2 tuples to draw from, got B2 = " + sizes.get("B2"));
    }
    return Shapes.notEmpty(name(), sizes, "B1", "d");
  }
}
