package io.gramian.cli.validate;

import io.gramian.Bindings;
import io.gramian.Tensor;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Anchors that lie where the score with a tuple of their own is highest: with a temperature low for
 * the similarity, cross-entropies are next to zero, and all digits of theirs are in what the other
 * tuples have of the probability.
 *
 * @param temperature what makes them small
 * @param between a score above those with other tuples and below those with the own one
 */
record Aligned(double temperature, double between) {
  private static final double NOISE = 0.02;

  private static final Map<String, Aligned> OF =
      Map.of(
          "cosine", new Aligned(0.05, 0.6),
          "volume", new Aligned(0.07, -0.55),
          "jgcs", new Aligned(0.05, 0.65),
          "jgcs-squared", new Aligned(0.05, 0.55),
          "mip", new Aligned(0.01, 0.08),
          "area", new Aligned(0.1, -0.7));

  static Aligned of(String similarity) {
    return OF.get(similarity);
  }

  /** The scale of a pairwise logistic loss that is next to zero. */
  double scale() {
    return 2 / temperature;
  }

  /** The bias to go with the scale. */
  double bias() {
    return -between * scale();
  }

  /** Inputs {@code anchor} and {@code modality1..n}, all [batch, d], of matching rows. */
  static Bindings tuples(CaseRandom random, String similarity, int n, int batch, int d) {
    return tuples(random, similarity, n, batch, d, IntStream.range(0, batch).toArray());
  }

  /**
   * Inputs {@code anchor} and {@code modality1..n} [tuples, d].
   *
   * @param labels the tuple of each anchor
   */
  static Bindings tuples(
      CaseRandom random, String similarity, int n, int tuples, int d, int[] labels) {
    double[] centres = new double[tuples * d];
    Arrays.fill(centres, similarity.equals("mip") ? 1 : 0);
    Bindings members = Bindings.none();
    for (int l = 1; l <= n; l++) {
      Tensor member = random.normal(tuples, d);
      members = members.with("modality" + l, member);
      double[] values = member.toDoubles();
      for (int i = 0; i < centres.length; i++) {
        // In the middle of the tuple; mip is greatest at the product of its rows.
        centres[i] =
            similarity.equals("mip")
                ? centres[i] * values[i]
                : centres[i] + values[i] / Math.sqrt(n);
      }
    }
    double[] own = new double[labels.length * d];
    for (int i = 0; i < labels.length; i++) {
      System.arraycopy(centres, labels[i] * d, own, i * d, d);
    }
    return members.with("anchor", random.around(Tensor.of(own, labels.length, d), NOISE));
  }

  /** Two sets whose rows are near one another. */
  static Tensor near(CaseRandom random, Tensor rows) {
    return random.around(rows, NOISE);
  }

  /** Rows 2i and 2i + 1 are near one another. */
  static Tensor views(CaseRandom random, int pairs, int d) {
    double[] rows = random.normal(pairs, d).toDoubles();
    double[] views = new double[2 * rows.length];
    for (int i = 0; i < views.length; i++) {
      views[i] = rows[i / (2 * d) * d + i % d];
    }
    return near(random, Tensor.of(views, 2 * pairs, d));
  }
}
