package io.gramian.emoji;

import io.gramian.Device;
import io.gramian.emoji.data.Modality;
import io.gramian.emoji.data.Split;
import io.gramian.emoji.losses.LossSpec;
import io.gramian.emoji.losses.TrainingOptions;
import io.gramian.emoji.measure.EpochReport;
import io.gramian.emoji.measure.ModalityPair;
import io.gramian.emoji.measure.Recall;
import io.gramian.emoji.pages.TrainingReport;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Prints the course of a training for people. */
final class EpochPrinter {
  private final PrintWriter out;
  private final TrainingOptions options;

  EpochPrinter(PrintWriter out, TrainingOptions options) {
    this.out = out;
    this.options = options;
  }

  /** What is about to be trained. */
  void begin(LossSpec spec, Device device, Split split) {
    out.println(spec.title() + ", on " + device);
    out.printf(
        Locale.ROOT,
        "%s against %s; %d emoji to train on, %d held out%n%s%n%n",
        options.anchor().title(),
        options.others().stream().map(Modality::title).collect(Collectors.joining(", ")),
        split.train().length,
        split.heldOut().length,
        spec.temperatureNote(options));
    out.println("                   anchors against tuples, held out");
    out.println(" epoch     loss    recall@1  recall@5  recall@10    time   learned");
    out.flush();
  }

  /** A line per epoch. */
  void epoch(EpochReport report) {
    Recall recall = report.anchorToTuple();
    String scalars =
        report.scalars().entrySet().stream()
            .map(e -> String.format(Locale.ROOT, "%s %.4g", e.getKey(), e.getValue()))
            .collect(Collectors.joining(", "));
    out.printf(
        Locale.ROOT,
        "%6d  %8.4f   %8.3f  %8.3f  %9.3f  %5.1f s   %s%n",
        report.epoch(),
        report.loss(),
        recall.at1(),
        recall.at5(),
        recall.at10(),
        report.seconds(),
        scalars);
    out.flush();
  }

  /** The recall of each pair of modalities. */
  void pairs(EpochReport report) {
    int count = Split.HELD_OUT;
    out.printf(
        Locale.ROOT,
        "%npairs of modalities by cosine: recall@1 / @5 / @10 (by chance %.3f / %.3f / %.3f)%n",
        1.0 / count,
        5.0 / count,
        10.0 / count);
    for (Map.Entry<ModalityPair, Recall> entry : report.pairs().entrySet()) {
      Recall recall = entry.getValue();
      out.printf(
          Locale.ROOT,
          "  %-34s %.3f / %.3f / %.3f%n",
          entry.getKey().query().title() + " -> " + entry.getKey().candidate().title(),
          recall.at1(),
          recall.at5(),
          recall.at10());
    }
  }

  /** Where the results are. */
  void end(Path folder) {
    out.printf("%ncharts, numbers and the picture page are in %s%n", folder);
    out.printf("open %s%n", folder.resolve(TrainingReport.PAGE));
    out.flush();
  }
}
