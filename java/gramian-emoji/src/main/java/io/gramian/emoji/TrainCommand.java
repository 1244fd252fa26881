package io.gramian.emoji;

import io.gramian.Device;
import io.gramian.cli.BackendOption;
import io.gramian.cli.UserException;
import io.gramian.cli.io.AtomicOutput;
import io.gramian.cli.io.Root;
import io.gramian.emoji.checkpoints.Checkpoint;
import io.gramian.emoji.data.EmojiSet;
import io.gramian.emoji.data.TrainingData;
import io.gramian.emoji.losses.AlignmentLoss;
import io.gramian.emoji.losses.LossSpec;
import io.gramian.emoji.losses.TrainingOptions;
import io.gramian.emoji.pages.TrainingDocs;
import io.gramian.emoji.training.Stages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
    showDefaultValues = true,
    sortOptions = false)
public final class TrainCommand implements Callable<Integer> {
  @Mixin private TrainingChoice choice;

  @Mixin private BackendOption backend;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "gramian-train",
      description = "Where charts, numbers and the picture page go.")
  private Path out;

  @Option(
      names = "--checkpoint",
      paramLabel = "FILE",
      description = "Write the state of the training to FILE, to go on with by --resume.")
  private Path checkpoint;

  @Option(
      names = "--checkpoint-every",
      paramLabel = "N",
      defaultValue = "1",
      description = "Epochs between two checkpoints.")
  private int checkpointEvery;

  @Option(
      names = "--resume",
      paramLabel = "FILE",
      description =
          "Go on from a checkpoint, with the options of its training. A training that is done goes"
              + " on to more --epochs, over which the learning rate rises and falls anew.")
  private Path resume;

  @Option(
      names = "--compare",
      description =
          "Train all losses under one budget with several seeds and compare them; --loss adds"
              + " one more.")
  private boolean compare;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      defaultValue = "5",
      description =
          "Trainings of each loss that --compare and --choose-temperature make, from --seed on.")
  private int seeds;

  @Option(
      names = "--choose-temperature",
      description =
          "Train every loss, or that of --loss, at several temperatures and show which does best"
              + " on validation emoji.")
  private boolean chooseTemperature;

  @Option(
      names = "--docs",
      description = "Train nothing; write the figures of bench/results into the documents.")
  private boolean docs;

  @Spec private CommandSpec spec;

  /** For picocli. */
  public TrainCommand() {}

  @Override
  public Integer call() throws IOException {
    if (docs) {
      new TrainingDocs(Root.here()).write().forEach(spec.commandLine().getOut()::println);
      return 0;
    }
    if (compare && chooseTemperature) {
      throw new UserException("--compare and --choose-temperature do not go together");
    }
    if (chooseTemperature) {
      choice.useValidation("--choose-temperature");
    }
    boolean single = !compare && !chooseTemperature;
    Checkpoint resumed = single && resume != null ? Checkpoint.read(resume) : null;
    Stages stages = resumed == null ? Stages.of(Math.max(1, choice.epochs())) : recall(resumed);
    EmojiSet set = EmojiSet.load();
    TrainingData data = new TrainingData(set, choice.split(set.size()));
    if (compare) {
      compare(data);
    } else if (chooseTemperature) {
      chooseTemperature(data);
    } else {
      train(data, resumed, stages);
    }
    return 0;
  }

  private Stages recall(Checkpoint resumed) {
    Stages stages;
    try {
      stages =
          choice.recall(resumed.options(), spec.commandLine().getParseResult()::hasMatchedOption);
    } catch (IllegalArgumentException e) {
      throw new UserException(resume + " is damaged: its header is not that of a checkpoint", e);
    }
    int made = resumed.reports().size();
    if (stages.ends().size() > 1 && made < stages.ends().get(stages.ends().size() - 2)) {
      throw new UserException(
          resume
              + " stands after epoch "
              + made
              + " of "
              + stages.ends().get(stages.ends().size() - 2)
              + "; a training takes more --epochs when it is done");
    }
    return stages;
  }

  private void train(TrainingData data, Checkpoint resumed, Stages stages) throws IOException {
    TrainingChoice.requireRange("--checkpoint-every", checkpointEvery, 1, 10_000);
    if (checkpoint != null && !Files.isDirectory(checkpoint.toAbsolutePath().getParent())) {
      throw new UserException("--checkpoint " + checkpoint + ": its folder does not exist");
    }
    if (checkpoint != null) {
      AtomicOutput.deleteLeftovers(checkpoint.toAbsolutePath().getParent());
    }
    LossSpec loss = choice.loss();
    TrainingOptions options = choice.options(loss, data.split());
    SingleTraining training =
        new SingleTraining(
            data,
            loss,
            options,
            stages,
            choice.decisive(loss, options, stages),
            new SingleTraining.Files(resume, resumed, checkpoint, checkpointEvery));
    try (Device device = backend.openFor(loss.ops());
        AlignmentLoss objective = loss.open(device, options)) {
      training.run(device, objective, new OutputFolder(out), spec.commandLine().getOut());
    }
  }

  private void compare(TrainingData data) throws IOException {
    checkContest("--compare");
    Comparison comparison = Comparison.plan(data, choice, seeds);
    try (Device device = backend.openFor(comparison.ops())) {
      comparison.run(device, new OutputFolder(out), spec.commandLine().getOut());
    }
  }

  private void chooseTemperature(TrainingData data) throws IOException {
    checkContest("--choose-temperature");
    TemperatureSearch search = TemperatureSearch.plan(data, choice, seeds);
    try (Device device = backend.openFor(search.ops())) {
      search.run(device, new OutputFolder(out), spec.commandLine().getOut());
    }
  }

  /** Refuses what many trainings cannot share. */
  private void checkContest(String option) {
    TrainingChoice.requireRange("--seeds", seeds, 1, 100);
    if (choice.choosesModalities() || choice.hasMissing() || choice.choosesTemperature()) {
      throw new UserException(
          option + " takes neither --modalities nor --missing nor --temperature");
    }
    if (checkpoint != null || resume != null) {
      throw new UserException(option + " takes neither --checkpoint nor --resume");
    }
  }
}
