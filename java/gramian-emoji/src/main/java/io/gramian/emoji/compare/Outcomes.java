package io.gramian.emoji.compare;

import io.gramian.emoji.measure.Measurement;
import io.gramian.emoji.measure.ModalityPair;
import io.gramian.emoji.measure.Recall;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * What the trainings of one loss came to, which differ in their seeds.
 *
 * @param name of the loss, for tables
 * @param trainings one or more
 */
public record Outcomes(String name, List<Outcome> trainings) {
  /** Keeps a copy of the list. */
  public Outcomes {
    trainings = List.copyOf(trainings);
  }

  /**
   * A figure over the seeds.
   *
   * @param figure of one training
   * @return mean and deviation
   */
  public Spread over(ToDoubleFunction<Measurement> figure) {
    return Spread.of(trainings.stream().map(t -> figure.applyAsDouble(t.heldOut())).toList());
  }

  /**
   * Recall of tuples by anchors.
   *
   * @param at the cutoff
   * @return mean and deviation
   */
  public Spread tuples(ToDoubleFunction<Recall> at) {
    return over(heldOut -> at.applyAsDouble(heldOut.anchorToTuple()));
  }

  /**
   * Recall averaged over some directions of pairs.
   *
   * @param which directions
   * @param at the cutoff
   * @return mean and deviation; no numbers where it has none of the directions
   */
  public Spread pairs(Predicate<ModalityPair> which, ToDoubleFunction<Recall> at) {
    return over(
        heldOut ->
            heldOut.pairs().entrySet().stream()
                .filter(pair -> which.test(pair.getKey()))
                .mapToDouble(pair -> at.applyAsDouble(pair.getValue()))
                .average()
                .orElse(Double.NaN));
  }

  /**
   * The cosine of matching pairs averaged over some directions of pairs.
   *
   * @param which directions
   * @return mean and deviation; no numbers where it has none of the directions
   */
  public Spread cosines(Predicate<ModalityPair> which) {
    return over(
        heldOut ->
            heldOut.cosines().entrySet().stream()
                .filter(pair -> which.test(pair.getKey()))
                .mapToDouble(pair -> pair.getValue())
                .average()
                .orElse(Double.NaN));
  }

  /**
   * Whether it embeds both modalities of a pair.
   *
   * @param pair in either direction
   * @return whether there are figures of it
   */
  public boolean has(ModalityPair pair) {
    return trainings.getFirst().heldOut().pairs().containsKey(pair);
  }
}
