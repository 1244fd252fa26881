package io.gramian.op;

import io.gramian.ParameterException;
import io.gramian.ShapeException;
import io.gramian.Specs;
import java.util.Arrays;
import java.util.Optional;

/**
 * The best tuples of every anchor, streamed: the matrix of scores is never stored. With them the
 * rank of the anchor's own tuple and recall at cutoffs.
 *
 * <p>Inputs: {@code anchor} [B1,d]; {@code modality1..n} [B2,d]; optionally {@code labels} [B1],
 * {@code present} [B2,n] (see {@link Contrastive}). Outputs: {@code indices} [B1,count] and {@code
 * scores} [B1,count], best first, equal scores by lower index; {@code ranks} [B1], the number of
 * tuples that come before the anchor's own in that order; {@code recall} [cutoffs], the share of
 * anchors whose rank is below each cutoff. A NaN score comes last.
 *
 * <p>Volume scores have hubs: a tuple whose members are nearly parallel has a small volume with any
 * anchor, and where queries are noisy it comes first for many of them.
 *
 * @param similarity score of a pair
 * @param normalize scale every row to unit length first
 * @param count how many tuples per anchor, 1 to B2
 * @param cutoffs the k of recall@k, each at least 1
 */
public record TopK(Similarity similarity, boolean normalize, int count, int... cutoffs)
    implements Op {
  /** Checks the ranges. */
  public TopK {
    ParameterException.requireNonNull(similarity, "a similarity");
    ParameterException.requireNonNull(cutoffs, "cutoffs");
    Checks.atLeast("topk", "count", 1, count);
    cutoffs = cutoffs.clone();
    for (int cutoff : cutoffs) {
      Checks.atLeast("topk", "cutoffs", 1, cutoff);
    }
  }

  /**
   * The 10 best over unit vectors, and recall@1, 5, 10.
   *
   * @param similarity score of a pair
   */
  public TopK(Similarity similarity) {
    this(similarity, true, 10, 1, 5, 10);
  }

  /**
   * {@return a copy with another similarity}
   *
   * @param value score of a pair
   */
  public TopK similarity(Similarity value) {
    return new TopK(value, normalize, count, cutoffs);
  }

  /**
   * {@return a copy with or without normalisation}
   *
   * @param value scale every row to unit length first
   */
  public TopK normalize(boolean value) {
    return new TopK(similarity, value, count, cutoffs);
  }

  /**
   * {@return a copy with another number of tuples per anchor}
   *
   * @param value how many tuples per anchor, 1 to B2
   */
  public TopK count(int value) {
    return new TopK(similarity, normalize, value, cutoffs);
  }

  /**
   * {@return a copy with other cutoffs}
   *
   * @param first the first of them
   * @param others the others
   */
  public TopK cutoffs(int first, int... others) {
    ParameterException.requireNonNull(others, "cutoffs");
    int[] values = new int[others.length + 1];
    values[0] = first;
    System.arraycopy(others, 0, values, 1, others.length);
    return new TopK(similarity, normalize, count, values);
  }

  static TopK parse(Parameters parameters) {
    TopK defaults = new TopK(Similarity.parse(parameters));
    double[] otherwise = Arrays.stream(defaults.cutoffs).asDoubleStream().toArray();
    return new TopK(
        defaults.similarity,
        parameters.flag("normalize", defaults.normalize),
        parameters.integer("count", defaults.count),
        Arrays.stream(parameters.numbers("cutoffs", otherwise))
            .mapToInt(cutoff -> toInt(parameters, cutoff))
            .toArray());
  }

  private static int toInt(Parameters parameters, double cutoff) {
    if (cutoff != Math.rint(cutoff) || Math.abs(cutoff) > Integer.MAX_VALUE) {
      throw parameters.wrong("cutoffs", "whole numbers", cutoff);
    }
    return (int) cutoff;
  }

  /** {@return a copy of the cutoffs} */
  @Override
  public int[] cutoffs() {
    return cutoffs.clone();
  }

  @Override
  public String name() {
    return "topk";
  }

  @Override
  public String summary() {
    return "the best tuples of each anchor, ranks and recall@k, without the matrix of " + "scores";
  }

  @Override
  public Signature signature(Specs inputs) {
    String many = Integer.toString(count);
    return Shapes.pairwise(name(), inputs)
        .labels(Names.LABELS, false, "B1")
        .mask(Names.PRESENT, "B2", Shapes.tupleDim(inputs))
        .indices(Names.INDICES, "B1", many)
        .plainResult(Names.SCORES, "B1", many)
        .indices(Names.RANKS, "B1")
        .plainResult(Names.RECALL, Integer.toString(cutoffs.length));
  }

  @Override
  public Optional<Sharding> sharding(int ranks) {
    return Sharding.staying(this, "B1", "B2");
  }

  @Override
  public Sizes check(Specs inputs, Specs outputs) {
    Sizes sizes = signature(inputs).match(inputs, outputs);
    Shapes.checkTuple(name(), similarity, Shapes.tupleSize(inputs));
    if (outputs.has(Names.RANKS) || outputs.has(Names.RECALL)) {
      Shapes.checkDiagonal(name(), inputs, sizes);
    }
    if (count > sizes.get("B2")) {
      throw new ShapeException(
          "topk: expected count of at most B2 = " + sizes.get("B2") + ", got " + count);
    }
    return Shapes.notEmpty(name(), sizes, "B1", "B2", "d");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TopK that
        && similarity.equals(that.similarity)
        && normalize == that.normalize
        && count == that.count
        && Arrays.equals(cutoffs, that.cutoffs);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * similarity.hashCode() + count) + Arrays.hashCode(cutoffs);
  }

  @Override
  public String toString() {
    return "TopK[similarity="
        + similarity
        + ", normalize="
        + normalize
        + ", count="
        + count
        + ", cutoffs="
        + Arrays.toString(cutoffs)
        + "]";
  }
}
