package io.gramian.emoji.pages;

import io.gramian.cli.io.AtomicOutput;
import io.gramian.cli.pages.ChartPicture;
import io.gramian.emoji.data.EmojiSet;
import io.gramian.emoji.losses.LossSpec;
import io.gramian.emoji.losses.TrainingOptions;
import io.gramian.emoji.measure.EpochReport;
import io.gramian.emoji.measure.Retrieval;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The files that a training leaves: charts, a table of numbers, the picture page.
 *
 * @param set the data
 * @param options what was set
 * @param loss what was minimised
 * @param epochs what was measured
 * @param retrieval what held-out anchors found
 * @param device where it was computed, for people
 */
public record TrainingReport(
    EmojiSet set,
    TrainingOptions options,
    LossSpec loss,
    List<EpochReport> epochs,
    Retrieval retrieval,
    String device) {
  public static final String PAGE = "index.html";

  /**
   * Writes all files.
   *
   * @param folder an existing folder
   */
  public void write(Path folder) throws IOException {
    Map<String, ChartPicture> charts = Charts.of(epochs);
    for (Map.Entry<String, ChartPicture> chart : charts.entrySet()) {
      AtomicOutput.write(
          folder.resolve(chart.getKey() + ".png"), out -> out.write(chart.getValue().light()));
    }
    AtomicOutput.writeText(folder.resolve("epochs.csv"), EpochTable.csv(epochs));
    AtomicOutput.writeText(folder.resolve(PAGE), new PicturePage(this, charts).html());
  }
}
