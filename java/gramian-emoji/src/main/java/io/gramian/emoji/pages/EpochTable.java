package io.gramian.emoji.pages;

import io.gramian.emoji.measure.EpochReport;
import io.gramian.emoji.measure.ModalityPair;
import io.gramian.emoji.measure.Recall;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What was measured after each epoch as comma-separated values, one measurement a line. */
final class EpochTable {
  private EpochTable() {}

  static String csv(List<EpochReport> epochs) {
    StringBuilder csv = new StringBuilder("epoch,measure,query,candidate,value\n");
    for (EpochReport report : epochs) {
      int epoch = report.epoch();
      line(csv, epoch, "loss", "", "", report.loss());
      line(csv, epoch, "seconds", "", "", report.seconds());
      report.scalars().forEach((name, value) -> line(csv, epoch, name, "", "", value));
      recall(csv, epoch, "anchor", "tuple", report.anchorToTuple());
      for (Map.Entry<ModalityPair, Recall> pair : report.pairs().entrySet()) {
        ModalityPair direction = pair.getKey();
        recall(csv, epoch, direction.query().key(), direction.candidate().key(), pair.getValue());
      }
    }
    return csv.toString();
  }

  private static void recall(
      StringBuilder csv, int epoch, String query, String candidate, Recall recall) {
    line(csv, epoch, "recall@1", query, candidate, recall.at1());
    line(csv, epoch, "recall@5", query, candidate, recall.at5());
    line(csv, epoch, "recall@10", query, candidate, recall.at10());
  }

  private static void line(
      StringBuilder csv, int epoch, String measure, String query, String candidate, double value) {
    csv.append(
        String.format(Locale.ROOT, "%d,%s,%s,%s,%.6f\n", epoch, measure, query, candidate, value));
  }
}
