package io.gramian.op;

import io.gramian.ParameterException;
import io.gramian.Specs;

/**
 * The explicit matrix of scores of all anchors with all tuples (op {@code similarity}).
 *
 * <p>Inputs: {@code anchor} [B1,d], {@code modality1..n} [B2,d], optionally {@code present} [B2,n];
 * {@code grad_similarity} [B1,B2]. Outputs: {@code similarity} [B1,B2]; {@code grad_anchor}, {@code
 * grad_modality1..n}.
 *
 * @param similarity score of a pair
 * @param normalize scale every row to unit length first; gradients flow through it
 */
public record SimilarityMatrix(Similarity similarity, boolean normalize) implements Op {
  /** Checks the similarity. */
  public SimilarityMatrix {
    ParameterException.requireNonNull(similarity, "a similarity");
  }

  /**
   * Over unit vectors.
   *
   * @param similarity score of a pair
   */
  public SimilarityMatrix(Similarity similarity) {
    this(similarity, true);
  }

  /**
   * {@return a copy with another similarity}
   *
   * @param value score of a pair
   */
  public SimilarityMatrix similarity(Similarity value) {
    return new SimilarityMatrix(value, normalize);
  }

  /**
   * {@return a copy with or without normalisation}
   *
   * @param value scale every row to unit length first; gradients flow through it
   */
  public SimilarityMatrix normalize(boolean value) {
    return new SimilarityMatrix(similarity, value);
  }

  static SimilarityMatrix parse(Parameters parameters) {
    return new SimilarityMatrix(Similarity.parse(parameters), parameters.flag("normalize", true));
  }

  @Override
  public String name() {
    return "similarity";
  }

  @Override
  public String summary() {
    return "the explicit matrix of scores of all anchors with all tuples";
  }

  @Override
  public Signature signature(Specs inputs) {
    return Shapes.pairwise(name(), inputs)
        .mask(Names.PRESENT, "B2", Shapes.tupleDim(inputs))
        .result(Names.SIMILARITY, "B1", "B2")
        .gradients(Names.ANCHOR)
        .gradients(Shapes.modalities(Shapes.tupleSize(inputs)));
  }

  @Override
  public Sizes check(Specs inputs, Specs outputs) {
    Sizes sizes = signature(inputs).match(inputs, outputs);
    Shapes.checkTuple(name(), similarity, Shapes.tupleSize(inputs));
    return Shapes.notEmpty(name(), sizes, "d");
  }
}
