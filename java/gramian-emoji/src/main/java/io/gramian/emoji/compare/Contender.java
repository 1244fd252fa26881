package io.gramian.emoji.compare;

import io.gramian.emoji.losses.LossSpec;
import io.gramian.emoji.losses.TrainingOptions;
import java.util.ArrayList;
import java.util.List;

/**
 * One loss in a comparison with what its trainings came to.
 *
 * @param name for tables
 * @param loss what is minimised
 * @param options of the training with the first seed
 * @param matchesOnly whether it is trained on nothing but the samples that Set-CLIP is told to
 *     match
 * @param trainings made so far
 */
public record Contender(
    String name,
    LossSpec loss,
    TrainingOptions options,
    boolean matchesOnly,
    List<Outcome> trainings) {
  /** Stands for CLIP that only has the samples which Set-CLIP is told to match. */
  public static final String MATCHES_ONLY = "clip-half";

  /** Marks losses that have the three modalities of TRIANGLE, whose tuples differ from others'. */
  public static final String OF_THREE = "-3";

  public Contender(String name, LossSpec loss, TrainingOptions options, boolean matchesOnly) {
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

  /** What its trainings came to. */
  public Outcomes outcomes() {
    return new Outcomes(name, trainings);
  }
}
