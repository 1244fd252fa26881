package io.gramian.emoji;

import io.gramian.Device;
import io.gramian.cli.UserException;
import io.gramian.emoji.checkpoints.Checkpoint;
import io.gramian.emoji.data.TrainingData;
import io.gramian.emoji.heads.Products;
import io.gramian.emoji.losses.AlignmentLoss;
import io.gramian.emoji.losses.LossSpec;
import io.gramian.emoji.losses.TrainingOptions;
import io.gramian.emoji.measure.EpochReport;
import io.gramian.emoji.measure.Retrieval;
import io.gramian.emoji.pages.TrainingReport;
import io.gramian.emoji.training.EpochProgress;
import io.gramian.emoji.training.Stages;
import io.gramian.emoji.training.Trainer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One training from its first epoch, or from a checkpoint, to its report.
 *
 * @param data the emoji
 * @param spec the loss
 * @param options of the training
 * @param stages its epochs
 * @param decisive the options as text, which a checkpoint must agree with
 * @param files where checkpoints come from and go to
 */
record SingleTraining(
    TrainingData data,
    LossSpec spec,
    TrainingOptions options,
    Stages stages,
    Map<String, String> decisive,
    Files files) {
  /**
   * Where checkpoints come from and go to.
   *
   * @param resume the file to go on from, or null
   * @param resumed what is in it, or null
   * @param checkpoint the file to write, or null
   * @param every epochs between two writes
   */
  record Files(Path resume, Checkpoint resumed, Path checkpoint, int every) {}

  /**
   * Trains and writes the report.
   *
   * @param device where the loss is computed
   * @param objective the opened loss
   * @param folder where the report goes, made when all input has been checked
   * @param out for people
   */
  void run(Device device, AlignmentLoss objective, OutputFolder folder, PrintWriter out)
      throws IOException {
    EpochPrinter printer = new EpochPrinter(out, options);
    try (Products products = new Products()) {
      Trainer trainer = new Trainer(data, options, stages, objective, products);
      List<EpochReport> reports = new ArrayList<>(resumed(trainer));
      folder.create();
      printer.begin(spec, device, data.split());
      reports.forEach(printer::epoch);
      EpochProgress.Course course =
          new EpochProgress.Course("epoch", options.epochs(), trainer.stepsPerEpoch());
      for (int epoch = reports.size() + 1; epoch <= options.epochs(); epoch++) {
        try (EpochProgress progress = course.start(epoch, recall(reports))) {
          reports.add(trainer.epoch(epoch, progress));
        }
        printer.epoch(reports.getLast());
        save(trainer, reports);
      }
      printer.pairs(reports.getLast());
      Retrieval retrieval =
          Retrieval.of(data.split(), objective.scores(trainer.embed(data.split().heldOut())));
      new TrainingReport(data.set(), options, spec, reports, retrieval, device.toString())
          .write(folder.path());
      printer.end(folder.path());
    }
  }

  private static String recall(List<EpochReport> reports) {
    return reports.isEmpty()
        ? ""
        : String.format(Locale.ROOT, ", recall@10 %.3f", reports.getLast().anchorToTuple().at10());
  }

  private List<EpochReport> resumed(Trainer trainer) {
    Checkpoint checkpoint = files.resumed();
    if (checkpoint == null) {
      return List.of();
    }
    checkpoint.requireOptions(files.resume(), decisiveSoFar(checkpoint));
    try {
      trainer.restore(checkpoint.steps(), checkpoint.arrays());
    } catch (IllegalArgumentException e) {
      throw new UserException(
          files.resume() + " is of another version of the training: " + e.getMessage(), e);
    }
    return checkpoint.reports();
  }

  /** A prolonged training is one of the shorter one's options. */
  private Map<String, String> decisiveSoFar(Checkpoint checkpoint) {
    Map<String, String> texts = new LinkedHashMap<>(decisive);
    String epochs = checkpoint.options().get("--epochs");
    if (epochs != null && stages.text().startsWith(epochs + ",")) {
      texts.put("--epochs", epochs);
    }
    return texts;
  }

  private void save(Trainer trainer, List<EpochReport> reports) {
    int epoch = reports.size();
    if (files.checkpoint() != null && (epoch % files.every() == 0 || epoch == options.epochs())) {
      new Checkpoint(decisive, trainer.steps(), reports, trainer.save()).write(files.checkpoint());
    }
  }
}
