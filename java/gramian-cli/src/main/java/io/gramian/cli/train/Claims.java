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
public final class Claims {
  private static final Predicate<ModalityPair> ALL = pair -> true;
  private static final Predicate<ModalityPair> WORDS_AND_PICTURES =
      pair -> pair.query().isPicture() != pair.candidate().isPicture();

  private final List<Outcomes> contenders;
  private final List<Verdict> verdicts = new ArrayList<>();

  /**
   * One claim and what came of it.
   *
   * @param claim the expectation
   * @param finding figures and verdict, in a sentence
   * @param sign 1 where it holds, -1 where the opposite does, 0 where it is too close to call
   */
  public record Verdict(String claim, String finding, int sign) {}

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
    verdicts.clear();
    Function<Outcomes, Spread> tuples = c -> c.tuples(Recall::at1);
    Function<Outcomes, Spread> pairs = c -> c.pairs(ALL, Recall::at10);
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
        "SigLIP: a sigmoid per pair does better than the softmax at small batches.",
        "recall@1 of tuples by words",
        "siglip",
        "clip",
        tuples);
    compare(
        "Symile: the multilinear product catches what pairs of modalities miss.",
        "recall@1 of tuples by words",
        "symile",
        "clip",
        tuples);
    compare(
        "TRIANGLE: the area finds tuples of three better than their volume.",
        "recall@1 of tuples by words",
        "triangle",
        "gram" + Comparison.OF_THREE,
        tuples);
    compare(
        "TRIANGLE: the area aligns three modalities better than cosines of pairs.",
        "recall@10 over all pairs of its three modalities",
        "triangle",
        "clip" + Comparison.OF_THREE,
        pairs);
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
      String claim, String figure, String name, String other, Function<Outcomes, Spread> of) {
    Optional<Outcomes> one = named(name);
    Optional<Outcomes> two = named(other);
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

  private Optional<Outcomes> named(String name) {
    return contenders.stream().filter(c -> c.name().equals(name)).findFirst();
  }
}
