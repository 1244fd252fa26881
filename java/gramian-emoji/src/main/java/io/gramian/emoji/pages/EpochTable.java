package io.gramian.emoji.pages;

import io.gramian.cli.io.Csv;
import io.gramian.emoji.measure.EpochReport;
import io.gramian.emoji.measure.ModalityPair;
import io.gramian.emoji.measure.Recall;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What was measured after each epoch as comma-separated values, one measurement a line. */
final class EpochTable {
  private final List<List<String>> rows = new ArrayList<>();

  private EpochTable() {}

  static String csv(List<EpochReport> epochs) {
    EpochTable table = new EpochTable();
    epochs.forEach(table::add);
    return Csv.text(List.of("epoch", "measure", "query", "candidate", "value"), table.rows);
  }

  private void add(EpochReport report) {
    int epoch = report.epoch();
    row(epoch, "loss", "", "", report.loss());
    row(epoch, "seconds", "", "", report.seconds());
    report.scalars().forEach((name, value) -> row(epoch, name, "", "", value));
    recall(epoch, "anchor", "tuple", report.anchorToTuple());
    for (Map.Entry<ModalityPair, Recall> pair : report.pairs().entrySet()) {
      ModalityPair direction = pair.getKey();
      recall(epoch, direction.query().key(), direction.candidate().key(), pair.getValue());
    }
  }

  private void recall(int epoch, String query, String candidate, Recall recall) {
    row(epoch, "recall@1", query, candidate, recall.at1());
    row(epoch, "recall@5", query, candidate, recall.at5());
    row(epoch, "recall@10", query, candidate, recall.at10());
  }

  private void row(int epoch, String measure, String query, String candidate, double value) {
    rows.add(
        List.of(
            Integer.toString(epoch),
            measure,
            query,
            candidate,
            String.format(Locale.ROOT, "%.6f", value)));
  }
}
