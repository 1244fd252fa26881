package io.gramian.cli.train;

import io.gramian.Device;
import io.gramian.cli.BackendOption;
import io.gramian.cli.UserException;
import io.gramian.cli.emoji.EmojiSet;
import io.gramian.cli.emoji.Modality;
import io.gramian.cli.emoji.Split;
import io.gramian.cli.nn.Products;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code gramian train}: aligns the modalities of the emoji data set and shows what came of it. */
@Command(
    name = "train",
    description = "Aligns pictures and words of emoji, and shows recall, charts and neighbours.",
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
public final class TrainCommand implements Callable<Integer> {
  @Option(names = "--epochs", defaultValue = "20", description = "Passes over the training emoji.")
  private int epochs;

  @Option(names = "--batch", defaultValue = "256", description = "Emoji per step.")
  private int batch;

  @Option(names = "--dim", defaultValue = "128", description = "Width of the shared space.")
  private int dimension;

  @Option(names = "--seed", defaultValue = "0", description = "Equal seeds give equal results.")
  private long seed;

  @Option(
      names = "--loss",
      paramLabel = "NAME",
      defaultValue = "gram",
      description = "gram, gha, clip, set-clip, wpse, symile, triangle or siglip.")
  private String loss;

  @Option(
      names = "--modalities",
      paramLabel = "NAMES",
      split = ",",
      description =
          "Two or more of english, french, noto and twemoji, the anchor first; default: all, for"
              + " triangle english,french,noto.")
  private List<String> modalities = List.of();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "gramian-train",
      description = "Where charts, numbers and the picture page go.")
  private Path out;

  @Mixin private BackendOption backend;

  @Spec private CommandSpec spec;

  /** For picocli. */
  public TrainCommand() {}

  @Override
  public Integer call() throws IOException {
    EmojiSet set = EmojiSet.load();
    Split split = Split.standard(set.size());
    Recipe recipe = recipe();
    TrainingOptions options = options(recipe, split);
    EpochPrinter printer = new EpochPrinter(spec.commandLine().getOut(), options);
    try (Device device = backend.openFor(recipe.ops());
        AlignmentLoss objective = recipe.open(device, options);
        Products products = new Products()) {
      createFolder();
      Trainer trainer = new Trainer(set, split, options, objective, products);
      printer.begin(recipe, device, split);
      List<EpochReport> reports = new ArrayList<>();
      for (int epoch = 1; epoch <= epochs; epoch++) {
        try (EpochProgress progress = EpochProgress.start(epoch, trainer.stepsPerEpoch())) {
          reports.add(trainer.epoch(epoch, progress));
        }
        printer.epoch(reports.getLast());
      }
      printer.pairs(reports.getLast());
      Retrieval retrieval = Retrieval.of(split, objective.scores(trainer.embed(split.heldOut())));
      new TrainingReport(set, options, recipe, reports, retrieval, device.toString()).write(out);
      printer.end(out);
    }
    return 0;
  }

  private TrainingOptions options(Recipe recipe, Split split) {
    requireRange("--epochs", epochs, 1, 10_000);
    requireRange("--batch", batch, 2, split.train().length);
    requireRange("--dim", dimension, 1, 4096);
    return new TrainingOptions(
        modalities.isEmpty() ? recipe.defaultModalities() : chosenModalities(),
        epochs,
        batch,
        dimension,
        seed);
  }

  private List<Modality> chosenModalities() {
    List<Modality> chosen;
    try {
      chosen = modalities.stream().map(Modality::of).toList();
    } catch (IllegalArgumentException e) {
      throw new UserException(e.getMessage(), e);
    }
    if (chosen.size() < 2 || EnumSet.copyOf(chosen).size() < chosen.size()) {
      throw new UserException(
          "--modalities takes two or more different ones, got " + String.join(",", modalities));
    }
    return chosen;
  }

  private Recipe recipe() {
    try {
      return Recipe.of(loss);
    } catch (IllegalArgumentException e) {
      throw new UserException(e.getMessage(), e);
    }
  }

  private static void requireRange(String option, int value, int low, int high) {
    if (value < low || value > high) {
      throw new UserException(option + " must be from " + low + " to " + high + ", got " + value);
    }
  }

  private void createFolder() {
    try {
      Files.createDirectories(out);
    } catch (IOException e) {
      throw new UserException("cannot create the folder " + out + " (" + e.getMessage() + ")", e);
    }
  }
}
