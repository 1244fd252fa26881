package io.gramian.conformance;

import io.gramian.Bindings;
import io.gramian.Device;
import io.gramian.Tensor;
import io.gramian.op.Similarity;
import io.gramian.op.SimilarityMatrix;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Anchors that lie where the score with a tuple of their own is highest: with a temperature low for
 * the similarity, cross-entropies are next to zero, and all digits of theirs are in what the other
 * tuples have of the probability.
 *
 * @param inputs {@code anchor} [anchors, d], {@code modality1..n} [tuples, d], {@code labels} where
 *     anchor i does not belong to tuple i
 * @param temperature what makes cross-entropies small
 * @param between in the middle of the scores with the own tuple and the best of the others
 */
public record Aligned(Bindings inputs, double temperature, double between) {
  private static final double NOISE = 0.02;

  /** A temperature as a part of the largest score: what float32 still resolves well. */
  private static final double COLD = 0.1;

  /** Anchor i belongs to tuple i. */
  public static Aligned tuples(
      RandomTensors random, Similarity similarity, int n, int batch, int d) {
    return of(random, similarity, n, batch, d, IntStream.range(0, batch).toArray());
  }

  /**
   * Anchors that belong to given tuples.
   *
   * @param labels the tuple of each anchor
   */
  public static Aligned labelled(
      RandomTensors random, Similarity similarity, int n, int tuples, int d, int... labels) {
    Aligned aligned = of(random, similarity, n, tuples, d, labels);
    return new Aligned(
        aligned.inputs.with("labels", Tensor.of(labels, labels.length)),
        aligned.temperature,
        aligned.between);
  }

  private static Aligned of(
      RandomTensors random, Similarity similarity, int n, int tuples, int d, int[] labels) {
    // In the middle of the tuple; mip is greatest at the product of its rows.
    boolean product = similarity instanceof Similarity.Mip;
    double[] centres = new double[tuples * d];
    Arrays.fill(centres, product ? 1 : 0);
    Bindings members = Bindings.none();
    for (int l = 1; l <= n; l++) {
      Tensor member = random.normal(tuples, d);
      members = members.with("modality" + l, member);
      double[] values = member.toDoubles();
      Arrays.setAll(
          centres, i -> product ? centres[i] * values[i] : centres[i] + values[i] / Math.sqrt(n));
    }
    double[] own = new double[labels.length * d];
    for (int i = 0; i < labels.length; i++) {
      System.arraycopy(centres, labels[i] * d, own, i * d, d);
    }
    Bindings inputs =
        members.with("anchor", random.around(Tensor.of(own, labels.length, d), NOISE));
    double[] scores = scores(similarity, inputs);
    double largest = 0;
    double middle = 0;
    for (int i = 0; i < labels.length; i++) {
      double bestOther = Double.NEGATIVE_INFINITY;
      for (int j = 0; j < tuples; j++) {
        double score = scores[i * tuples + j];
        largest = Math.max(largest, Math.abs(score));
        bestOther = j == labels[i] ? bestOther : Math.max(bestOther, score);
      }
      middle += (scores[i * tuples + labels[i]] + bestOther) / (2 * labels.length);
    }
    return new Aligned(inputs, COLD * largest, middle);
  }

  private static double[] scores(Similarity similarity, Bindings inputs) {
    try (Device reference = Device.open("reference")) {
      return new SimilarityMatrix(similarity)
          .evaluate(reference, inputs, Set.of("similarity"))
          .get("similarity")
          .toDoubles();
    }
  }

  /** The scale of a pairwise logistic loss that is next to zero. */
  public double scale() {
    return 2 / temperature;
  }

  /** The bias to go with the scale. */
  public double bias() {
    return -between * scale();
  }

  /** Rows near others. */
  public static Tensor near(RandomTensors random, Tensor rows) {
    return random.around(rows, NOISE);
  }

  /** [2 pairs, d]: rows 2i and 2i + 1 are near one another. */
  public static Tensor views(RandomTensors random, int pairs, int d) {
    double[] rows = random.normal(pairs, d).toDoubles();
    double[] views = new double[2 * rows.length];
    Arrays.setAll(views, i -> rows[i / (2 * d) * d + i % d]);
    return near(random, Tensor.of(views, 2 * pairs, d));
  }
}
