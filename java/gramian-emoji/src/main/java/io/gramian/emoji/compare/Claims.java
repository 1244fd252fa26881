package io.gramian.emoji.compare;

import io.gramian.emoji.measure.ModalityPair;
import io.gramian.emoji.measure.Recall;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What the papers lead one to expect, held against the figures of a comparison. A claim holds where
 * the means differ its way by more than their spread over the seeds.
 */
public final class Claims {
  private static final Predicate<ModalityPair> WORDS_AND_PICTURES =
      pair -> pair.query().isPicture() != pair.candidate().isPicture();

  private static final Figure TUPLES =
      new Figure("recall@1 of tuples by words", of -> of.tuples(Recall::at1));

  private static final Figure PAIRS =
      new Figure(
          "recall@10 over all pairs of modalities", of -> of.pairs(pair -> true, Recall::at10));

  private static final Figure PAIRS_OF_THREE =
      new Figure("recall@10 over all pairs of its three modalities", PAIRS.of);

  private static final Figure ACROSS_KINDS =
      new Figure(
          "recall@10 between words and pictures", of -> of.pairs(WORDS_AND_PICTURES, Recall::at10));

  private static final List<Claim> ALL =
      List.of(
          paper(
              "GRAM: the volume of a whole tuple finds it better than cosines of pairs.",
              TUPLES,
              "gram",
              "clip"),
          paper(
              "GRAM: one loss over the tuple aligns every modality with every other.",
              PAIRS,
              "gram",
              "clip"),
          paper(
              "GHA: the joint cosine of a tuple finds it better than cosines of pairs.",
              TUPLES,
              "gha",
              "clip"),
          paper("GHA: the joint cosine does better than the volume.", TUPLES, "gha", "gram"),
          paper(
              "SigLIP: a sigmoid per pair does better than the softmax at small batches.",
              TUPLES,
              "siglip",
              "clip"),
          paper(
              "Symile: the multilinear product catches what pairs of modalities miss.",
              TUPLES,
              "symile",
              "clip"),
          paper(
              "TRIANGLE: the area finds tuples of three better than their volume.",
              TUPLES,
              "triangle",
              "gram" + Contender.OF_THREE),
          paper(
              "TRIANGLE: the area aligns three modalities better than cosines of pairs.",
              PAIRS_OF_THREE,
              "triangle",
              "clip" + Contender.OF_THREE),
          paper(
              "WPSE: weighted point clouds find tuples better than cosines of pairs.",
              TUPLES,
              "wpse",
              "clip"),
          paper(
              "PMRL: vectors along one leading direction find tuples better than the volume.",
              TUPLES,
              "principal",
              "gram"),
          paper(
              "PMRL: without an anchor, every modality aligns with every other.",
              PAIRS,
              "principal",
              "clip"),
          paper(
              "Uniformity: embeddings spread over the sphere retrieve better.",
              TUPLES,
              "gram+uniformity",
              "gram"),
          paper(
              "Set-CLIP: where half of the matches are known, the distributions of the rest help.",
              ACROSS_KINDS,
              "set-clip",
              Contender.MATCHES_ONLY),
          own(
              "The direction of a tuple's sum finds it better than cosines of pairs.",
              TUPLES,
              "centroid",
              "clip"),
          own(
              "The largest eigenvalue, PMRL's measure, scores tuples better than the volume.",
              TUPLES,
              "eigen",
              "gram"),
          own(
              "Gradients through gathered rows, which GRAM's code leaves out, find more tuples.",
              TUPLES,
              "gram",
              "gram-authors"),
          own(
              "A remedy: cosines of pairs added to the volume align pairs.",
              PAIRS,
              "gram+clip",
              "gram"),
          own(
              "The remedy finds tuples as well as the volume alone, or better.",
              TUPLES,
              "gram+clip",
              "gram"));

  private final List<Outcomes> contenders;

  /**
   * One claim and what came of it.
   *
   * @param claim the expectation
   * @param published whether a paper leads one to expect it
   * @param finding figures and verdict, in a sentence
   * @param sign 1 where it holds, -1 where the opposite does, 0 where it is too close to call
   */
  public record Verdict(String claim, boolean published, String finding, int sign) {}

  /** What a claim is judged by. */
  private record Figure(String name, Function<Outcomes, Spread> of) {}

  /** That one loss does better than another. */
  private record Claim(
      String text, boolean published, Figure figure, String better, String worse) {}

  /**
   * @param contenders what the losses came to
   */
  public Claims(List<Outcomes> contenders) {
    this.contenders = contenders;
  }

  /**
   * The claims whose losses are among the contenders.
   *
   * @return a verdict for each
   */
  public List<Verdict> verdicts() {
    return ALL.stream().flatMap(claim -> verdict(claim).stream()).toList();
  }

  private static Claim paper(String text, Figure figure, String better, String worse) {
    return new Claim(text, true, figure, better, worse);
  }

  private static Claim own(String text, Figure figure, String better, String worse) {
    return new Claim(text, false, figure, better, worse);
  }

  private Optional<Verdict> verdict(Claim claim) {
    Optional<Spread> better = named(claim.better).map(claim.figure.of);
    Optional<Spread> worse = named(claim.worse).map(claim.figure.of);
    if (better.isEmpty() || worse.isEmpty()) {
      return Optional.empty();
    }
    int sign = better.get().against(worse.get());
    String verdict =
        switch (sign) {
          case 1 -> "Holds here";
          case -1 -> "Does not hold here";
          default -> "Too close to call";
        };
    String finding =
        String.format(
            "%s: %s is %s with %s, %s with %s.",
            verdict, claim.figure.name, better.get(), claim.better, worse.get(), claim.worse);
    return Optional.of(new Verdict(claim.text, claim.published, finding, sign));
  }

  private Optional<Outcomes> named(String name) {
    return contenders.stream().filter(c -> c.name().equals(name)).findFirst();
  }
}
