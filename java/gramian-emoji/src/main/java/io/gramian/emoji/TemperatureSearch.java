package io.gramian.emoji;

import io.gramian.Device;
import io.gramian.cli.UserException;
import io.gramian.cli.io.AtomicOutput;
import io.gramian.emoji.compare.Contender;
import io.gramian.emoji.compare.Contest;
import io.gramian.emoji.compare.Outcome;
import io.gramian.emoji.compare.Spread;
import io.gramian.emoji.compare.TemperatureScores;
import io.gramian.emoji.data.TrainingData;
import io.gramian.emoji.losses.LossSpec;
import io.gramian.emoji.losses.Recipe;
import io.gramian.emoji.losses.TrainingOptions;
import io.gramian.op.Op;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Trains losses at several temperatures and says which finds most tuples. */
final class TemperatureSearch {
  /** Multiples of each loss's usual temperature. */
  private static final double[] FACTORS = {0.125, 0.25, 0.5, 1, 2, 4, 8};

  private final int seeds;
  private final Map<String, Trial> trials = new LinkedHashMap<>();
  private final Contest contest;

  private record Trial(Recipe recipe, double factor, double temperature) {}

  private TemperatureSearch(
      TrainingData data, List<Recipe> recipes, TrainingChoice choice, int seeds) {
    this.seeds = seeds;
    List<Contender> contenders = new ArrayList<>();
    for (Recipe recipe : recipes) {
      LossSpec.Part part = new LossSpec.Part(recipe, 1);
      TrainingOptions options = choice.options(LossSpec.of(recipe), data.split());
      for (double factor : FACTORS) {
        double temperature = factor * recipe.usualTemperature(options);
        LossSpec loss = new LossSpec(List.of(part.withTemperature(temperature)));
        String name = recipe.key() + " x " + factor;
        contenders.add(new Contender(name, loss, options, false));
        trials.put(name, new Trial(recipe, factor, temperature));
      }
    }
    this.contest = new Contest(contenders, _ -> data, seeds);
  }

  /**
   * Decides what is trained.
   *
   * @param data the emoji, divided for choosing
   * @param choice the budget, and one loss unless all are wanted
   * @param seeds trainings of each loss at each temperature
   */
  static TemperatureSearch plan(TrainingData data, TrainingChoice choice, int seeds) {
    List<Recipe> recipes = Arrays.stream(Recipe.values()).filter(Recipe::standsAlone).toList();
    if (choice.lossText() != null) {
      if (choice.loss().isSum()) {
        throw new UserException(
            "--choose-temperature takes one --loss, got " + choice.loss().key());
      }
      recipes = List.of(choice.loss().parts().getFirst().recipe());
    }
    return new TemperatureSearch(data, recipes, choice, seeds);
  }

  /** The ops that the losses run. */
  List<Class<? extends Op>> ops() {
    return contest.ops();
  }

  /**
   * Trains, prints and writes the numbers.
   *
   * @param device where losses are computed
   * @param folder for the numbers
   * @param out for people
   */
  void run(Device device, OutputFolder folder, PrintWriter out) throws IOException {
    folder.create();
    out.printf(
        "%d losses and temperatures, %d trainings each, on %s%n", trials.size(), seeds, device);
    out.println("recall of tuples by words among validation emoji, mean of @1, @5 and @10");
    out.flush();
    List<TemperatureScores.Score> scores = new ArrayList<>();
    contest.run(
        device,
        contender -> {
          Trial trial = trials.get(contender.name());
          for (Outcome training : contender.trainings()) {
            scores.add(
                new TemperatureScores.Score(
                    trial.recipe().key(),
                    trial.factor(),
                    trial.temperature(),
                    training.seed(),
                    training.heldOut().anchorToTuple()));
          }
          Spread score = contender.outcomes().tuples(TemperatureScores::figure);
          out.printf(
              Locale.ROOT,
              "%-12s temperature %-9.3g (%s x the usual)  %s%n",
              trial.recipe().key(),
              trial.temperature(),
              number(trial.factor()),
              score);
          out.flush();
        });
    TemperatureScores all = new TemperatureScores(scores);
    out.println();
    all.best()
        .forEach(
            (loss, factor) ->
                out.printf(
                    "%-12s best at %s x the usual temperature; the default is %s x%n",
                    loss, number(factor), number(Recipe.of(loss).temperatureFactor())));
    AtomicOutput.writeText(folder.path().resolve("temperatures.csv"), all.csv());
    out.printf("%nnumbers are in %s%n", folder.path().resolve("temperatures.csv"));
    out.flush();
  }

  private static String number(double factor) {
    return factor == Math.rint(factor)
        ? String.format(Locale.ROOT, "%.0f", factor)
        : Double.toString(factor);
  }
}
