package io.gramian.cli.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What the papers lead one to expect, held against the figures of a comparison. A claim holds where
 * the means differ its way by more than their spread over the seeds.
 */
final class Claims {
  private static final Predicate<ModalityPair> ALL = pair -> true;
  private static final Predicate<ModalityPair> WORDS_AND_PICTURES =
      pair -> pair.query().isPicture() != pair.candidate().isPicture();
  private static final Predicate<ModalityPair> WITHOUT_TWEMOJI =
      pair ->
          Recipe.TRIANGLE.defaultModalities().containsAll(List.of(pair.query(), pair.candidate()));

  private final List<Contender> contenders;
  private final List<Verdict> verdicts = new ArrayList<>();

  /**
   * One claim and what came of it.
   *
   * @param claim the expectation
   * @param finding figures and verdict, in a sentence
   * @param sign 1 where it holds, -1 where the opposite does, 0 where it is too close to call
   */
  record Verdict(String claim, String finding, int sign) {}

  Claims(List<Contender> contenders) {
    this.contenders = contenders;
  }

  /** The claims whose losses are among the contenders. */
  List<Verdict> verdicts() {
    verdicts.clear();
    Function<Contender, Spread> tuples = c -> c.tuples(Recall::at1);
    Function<Contender, Spread> pairs = c -> c.pairs(ALL, Recall::at10);
    compare(
        "GRAM: the volume of a whole tuple finds it better than cosines of pairs.",
        "recall@1 of tuples by words",
        "gram",
        "clip",
        tuples);
    compare(
        "GRAM: one loss over the tuple aligns every modality with every other.",
        "recall@10 over all pairs of modalities",
        "gram",
        "clip",
        pairs);
    compare(
        "GHA: the joint cosine of a tuple finds it better than cosines of pairs.",
        "recall@1 of tuples by words",
        "gha",
        "clip",
        tuples);
    compare(
        "GHA: the joint cosine does better than the volume.",
        "recall@1 of tuples by words",
        "gha",
        "gram",
        tuples);
    compare(
        "Symile: the multilinear product catches what pairs of modalities miss.",
        "recall@1 of tuples by words",
        "symile",
        "clip",
        tuples);
    compare(
        "TRIANGLE: the area aligns three modalities better than cosines of pairs.",
        "recall@10 over the pairs of its three modalities",
        "triangle",
        "clip",
        c -> c.pairs(WITHOUT_TWEMOJI, Recall::at10));
    compare(
        "WPSE: weighted point clouds find tuples better than cosines of pairs.",
        "recall@1 of tuples by words",
        "wpse",
        "clip",
        tuples);
    compare(
        "Set-CLIP: where half of the matches are known, the distributions of the rest help.",
        "recall@10 between words and pictures",
        "set-clip",
        Comparison.MATCHES_ONLY,
        c -> c.pairs(WORDS_AND_PICTURES, Recall::at10));
    compare(
        "A remedy: cosines of pairs added to the volume align pairs.",
        "recall@10 over all pairs of modalities",
        "gram+clip",
        "gram",
        pairs);
    compare(
        "The remedy finds tuples as well as the volume alone, or better.",
        "recall@1 of tuples by words",
        "gram+clip",
        "gram",
        tuples);
    return List.copyOf(verdicts);
  }

  private void compare(
      String claim, String figure, String name, String other, Function<Contender, Spread> of) {
    Optional<Contender> one = named(name);
    Optional<Contender> two = named(other);
    if (one.isPresent() && two.isPresent()) {
      Spread mine = of.apply(one.get());
      Spread theirs = of.apply(two.get());
      int sign = mine.against(theirs);
      String verdict =
          switch (sign) {
            case 1 -> "Holds here";
            case -1 -> "Does not hold here";
            default -> "Too close to call";
          };
      verdicts.add(
          new Verdict(
              claim,
              verdict + ": " + figure + " is " + mine + " with " + name + ", " + theirs + " with "
                  + other + ".",
              sign));
    }
  }

  private Optional<Contender> named(String name) {
    return contenders.stream().filter(c -> c.name().equals(name)).findFirst();
  }
}
