package io.gramian.cli.train;

import io.gramian.Device;
import io.gramian.cli.emoji.Split;
import io.gramian.cli.io.AtomicOutput;
import io.gramian.cli.nn.Products;
import io.gramian.op.Op;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Trains several losses under one budget and puts them side by side. */
final class Comparison {
  /** The losses of the papers, and one sum as a remedy for pairs that GRAM leaves unaligned. */
  private static final List<String> LOSSES =
      List.of("gram", "gha", "clip", "symile", "triangle", "wpse", "set-clip", "gram+clip");

  /** Stands for CLIP that only has the samples which Set-CLIP is told to match. */
  static final String MATCHES_ONLY = "clip-half";

  static final String PAGE = "compare.html";

  private final TrainingData data;
  private final int seeds;
  private final List<Contender> contenders = new ArrayList<>();

  private Comparison(TrainingData data, int seeds) {
    this.data = data;
    this.seeds = seeds;
  }

  /**
   * Decides what is trained.
   *
   * @param data the emoji
   * @param choice the budget, and one more loss if there is one
   * @param seeds trainings of each loss
   */
  static Comparison plan(TrainingData data, TrainingChoice choice, int seeds) {
    Comparison comparison = new Comparison(data, seeds);
    List<LossSpec> losses = new ArrayList<>(LOSSES.stream().map(LossSpec::parse).toList());
    if (choice.lossText() != null && !losses.contains(choice.loss())) {
      losses.add(choice.loss());
    }
    for (LossSpec loss : losses) {
      TrainingOptions options = choice.options(loss, data.split());
      comparison.contenders.add(new Contender(loss.key(), loss, options, false));
      if (loss.equals(LossSpec.of(Recipe.SET_CLIP))) {
        comparison.addMatchesOnly(options);
      }
    }
    return comparison;
  }

  /** Half of the samples for twice the epochs make as many steps. */
  private void addMatchesOnly(TrainingOptions options) {
    int batch = Math.min(options.batch(), matches(options).train().length);
    TrainingOptions longer =
        new TrainingOptions(
            options.modalities(), 2 * options.epochs(), batch, options.dimension(), options.seed());
    contenders.add(new Contender(MATCHES_ONLY, LossSpec.of(Recipe.CLIP), longer, true));
  }

  private Split matches(TrainingOptions options) {
    Split split = data.split();
    return new Split(
        new Batches(split.train(), options, Math.max(1, options.batch() / 2)).known(),
        split.heldOut());
  }

  /** The ops that the losses run. */
  List<Class<? extends Op>> ops() {
    List<Class<? extends Op>> ops = new ArrayList<>();
    contenders.forEach(contender -> ops.addAll(contender.loss().ops()));
    return ops;
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
    int trainings = contenders.size() * seeds;
    out.printf("%d losses, %d trainings each, on %s%n%n", contenders.size(), seeds, device);
    out.flush();
    int longest = contenders.stream().mapToInt(c -> c.options().epochs()).max().orElse(1);
    EpochProgress.Course course = new EpochProgress.Course("training", trainings, longest);
    long begin = System.nanoTime();
    int number = 0;
    for (Contender contender : contenders) {
      TrainingData own =
          contender.matchesOnly()
              ? new TrainingData(data.set(), matches(contenders.getFirst().options()))
              : data;
      for (int seed = 0; seed < seeds; seed++) {
        try (EpochProgress progress = course.start(++number, " " + contender.name())) {
          contender.outcomes().add(train(contender, own, seed, device, progress));
        }
      }
      out.printf("%-12s recall@1 of tuples %s%n", contender.name(), contender.tuples(Recall::at1));
      out.flush();
    }
    out.println();
    out.print(new ComparisonTable(contenders).text());
    List<Claims.Verdict> verdicts = new Claims(contenders).verdicts();
    verdicts.forEach(v -> out.printf("%n%s%n  %s%n", v.claim(), v.finding()));
    String minutes = String.format(Locale.ROOT, "%.1f", (System.nanoTime() - begin) * 1e-9 / 60);
    AtomicOutput.writeText(folder.path().resolve("compare.csv"), ComparisonTable.csv(contenders));
    AtomicOutput.writeText(
        folder.path().resolve(PAGE),
        new ComparisonPage(contenders, verdicts, device.toString(), minutes).html());
    out.printf("%n%s minutes; open %s%n", minutes, folder.path().resolve(PAGE));
    out.flush();
  }

  private static Measurement train(
      Contender contender, TrainingData data, int seed, Device device, EpochProgress progress) {
    TrainingOptions options = contender.options(seed);
    try (AlignmentLoss loss = contender.loss().open(device, options);
        Products products = new Products()) {
      Trainer trainer = new Trainer(data, options, loss, products);
      for (int epoch = 1; epoch <= options.epochs(); epoch++) {
        double mean = trainer.train(epoch, step -> {});
        progress.accept(mean);
      }
      return trainer.measure();
    }
  }
}
