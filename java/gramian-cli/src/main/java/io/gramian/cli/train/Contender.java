package io.gramian.cli.train;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * One loss in a comparison with what its trainings came to.
 *
 * @param name for tables
 * @param loss what was minimised
 * @param options of the training with the first seed
 * @param matchesOnly whether it was trained on nothing but the samples that Set-CLIP is told to
 *     match
 * @param outcomes a measurement for each seed
 */
record Contender(
    String name,
    LossSpec loss,
    TrainingOptions options,
    boolean matchesOnly,
    List<Measurement> outcomes) {
  Contender(String name, LossSpec loss, TrainingOptions options, boolean matchesOnly) {
    this(name, loss, options, matchesOnly, new ArrayList<>());
  }

  /** The options of one of its trainings. */
  TrainingOptions options(int training) {
    return new TrainingOptions(
        options.modalities(),
        options.epochs(),
        options.batch(),
        options.dimension(),
        options.seed() + training,
        0);
  }

  /** A figure over the seeds. */
  Spread over(ToDoubleFunction<Measurement> figure) {
    return Spread.of(outcomes.stream().map(figure::applyAsDouble).toList());
  }

  /** Recall of tuples by anchors. */
  Spread tuples(ToDoubleFunction<Recall> at) {
    return over(outcome -> at.applyAsDouble(outcome.anchorToTuple()));
  }

  /** Recall averaged over some directions of pairs. */
  Spread pairs(Predicate<ModalityPair> which, ToDoubleFunction<Recall> at) {
    return over(
        outcome ->
            outcome.pairs().entrySet().stream()
                .filter(pair -> which.test(pair.getKey()))
                .mapToDouble(pair -> at.applyAsDouble(pair.getValue()))
                .average()
                .orElse(Double.NaN));
  }

  /** The cosine of matching pairs averaged over some directions of pairs. */
  Spread cosines(Predicate<ModalityPair> which) {
    return over(
        outcome ->
            outcome.cosines().entrySet().stream()
                .filter(pair -> which.test(pair.getKey()))
                .mapToDouble(pair -> pair.getValue())
                .average()
                .orElse(Double.NaN));
  }

  /** Whether it embeds both modalities of a pair. */
  boolean has(ModalityPair pair) {
    return options.modalities().contains(pair.query())
        && options.modalities().contains(pair.candidate());
  }
}
