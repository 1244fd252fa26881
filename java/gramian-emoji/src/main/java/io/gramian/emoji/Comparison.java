package io.gramian.emoji;

import io.gramian.Device;
import io.gramian.cli.io.AtomicOutput;
import io.gramian.emoji.compare.Claims;
import io.gramian.emoji.compare.ComparisonCsv;
import io.gramian.emoji.compare.ComparisonTable;
import io.gramian.emoji.compare.Contender;
import io.gramian.emoji.compare.Contest;
import io.gramian.emoji.compare.Outcomes;
import io.gramian.emoji.compare.Spread;
import io.gramian.emoji.data.Split;
import io.gramian.emoji.data.TrainingData;
import io.gramian.emoji.losses.LossSpec;
import io.gramian.emoji.losses.Recipe;
import io.gramian.emoji.losses.TrainingOptions;
import io.gramian.emoji.measure.Recall;
import io.gramian.emoji.pages.ComparisonPage;
import io.gramian.emoji.training.Batches;
import io.gramian.op.Op;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Trains several losses under one budget and puts them side by side. */
final class Comparison {
  /** The losses of the papers, and sums as remedies for pairs that GRAM leaves unaligned. */
  private static final List<String> LOSSES =
      List.of(
          "gram",
          "gram-authors",
          "gha",
          "clip",
          "siglip",
          "symile",
          "wpse",
          "set-clip",
          "centroid",
          "eigen",
          "principal",
          "gram+clip",
          "gram+uniformity",
          "triangle");

  static final String PAGE = "compare.html";

  private final TrainingData data;
  private final int seeds;
  private final List<Contender> contenders = new ArrayList<>();
  private final Contest contest;

  private Comparison(TrainingData data, TrainingChoice choice, int seeds) {
    this.data = data;
    this.seeds = seeds;
    List<LossSpec> losses = new ArrayList<>(LOSSES.stream().map(LossSpec::parse).toList());
    if (choice.lossText() != null && !losses.contains(choice.loss())) {
      losses.add(choice.loss());
    }
    for (LossSpec loss : losses) {
      TrainingOptions options = choice.options(loss, data.split());
      contenders.add(new Contender(loss.key(), loss, options, false));
      if (loss.equals(LossSpec.of(Recipe.SET_CLIP))) {
        addMatchesOnly(options);
      }
      if (loss.equals(LossSpec.of(Recipe.TRIANGLE))) {
        addOfThree(Recipe.GRAM, options);
        addOfThree(Recipe.CLIP, options);
      }
    }
    this.contest = new Contest(contenders, this::data, seeds);
  }

  /**
   * Decides what is trained.
   *
   * @param data the emoji
   * @param choice the budget, and one more loss if there is one
   * @param seeds trainings of each loss
   */
  static Comparison plan(TrainingData data, TrainingChoice choice, int seeds) {
    return new Comparison(data, choice, seeds);
  }

  /** Half of the samples for twice the epochs make as many steps. */
  private void addMatchesOnly(TrainingOptions options) {
    int batch = Math.min(options.batch(), matches(options).train().length);
    TrainingOptions longer =
        new TrainingOptions(
            options.modalities(), 2 * options.epochs(), batch, options.dimension(), options.seed());
    contenders.add(new Contender(Contender.MATCHES_ONLY, LossSpec.of(Recipe.CLIP), longer, true));
  }

  private void addOfThree(Recipe recipe, TrainingOptions triangle) {
    contenders.add(
        new Contender(recipe.key() + Contender.OF_THREE, LossSpec.of(recipe), triangle, false));
  }

  private Split matches(TrainingOptions options) {
    Split split = data.split();
    return new Split(
        new Batches(split.train(), options, Math.max(1, options.batch() / 2)).known(),
        split.heldOut());
  }

  private TrainingData data(Contender contender) {
    return contender.matchesOnly()
        ? new TrainingData(data.set(), matches(contenders.getFirst().options()))
        : data;
  }

  /** The ops that the losses run. */
  List<Class<? extends Op>> ops() {
    return contest.ops();
  }

  /**
   * Trains, prints and writes the page.
   *
   * @param device where losses are computed
   * @param folder for the page and the numbers
   * @param out for people
   */
  void run(Device device, OutputFolder folder, PrintWriter out) throws IOException {
    folder.create();
    out.printf("%d losses, %d trainings each, on %s%n%n", contenders.size(), seeds, device);
    out.flush();
    long begin = System.nanoTime();
    contest.run(
        device,
        contender -> {
          Spread recall = contender.outcomes().tuples(Recall::at1);
          out.printf("%-15s recall@1 of tuples %s%n", contender.name(), recall);
          out.flush();
        });
    out.println();
    List<Outcomes> outcomes = contenders.stream().map(Contender::outcomes).toList();
    out.print(new ComparisonTable(outcomes).text());
    List<Claims.Verdict> verdicts = new Claims(outcomes).verdicts();
    verdicts.forEach(v -> out.printf("%n%s%n  %s%n", v.claim(), v.finding()));
    String minutes = String.format(Locale.ROOT, "%.1f", (System.nanoTime() - begin) * 1e-9 / 60);
    AtomicOutput.writeText(folder.path().resolve("compare.csv"), ComparisonCsv.text(outcomes));
    AtomicOutput.writeText(
        folder.path().resolve(PAGE),
        new ComparisonPage(contenders, verdicts, device.toString(), minutes).html());
    out.printf("%n%s minutes; open %s%n", minutes, folder.path().resolve(PAGE));
    out.flush();
  }
}
