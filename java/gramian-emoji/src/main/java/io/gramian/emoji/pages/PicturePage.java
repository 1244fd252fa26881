package io.gramian.emoji.pages;

import io.gramian.cli.pages.ChartPicture;
import io.gramian.cli.pages.Html;
import io.gramian.cli.pages.PageTemplate;
import io.gramian.emoji.data.Emoji;
import io.gramian.emoji.data.Modality;
import io.gramian.emoji.losses.TrainingOptions;
import io.gramian.emoji.measure.EpochReport;
import io.gramian.emoji.measure.ModalityPair;
import io.gramian.emoji.measure.Recall;
import io.gramian.emoji.measure.Retrieval;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A page, whole in itself, that shows what a training has learned. */
final class PicturePage {
  private final TrainingReport report;
  private final Map<String, ChartPicture> charts;

  /**
   * @param report what was trained and measured
   * @param charts by name
   */
  PicturePage(TrainingReport report, Map<String, ChartPicture> charts) {
    this.report = report;
    this.charts = charts;
  }

  /** The page. */
  String html() throws IOException {
    String anchor = report.options().anchor().title();
    return PageTemplate.fill(
        PicturePage.class.getResourceAsStream("page.html"),
        Map.of(
            "title", Html.escape(report.loss().title()),
            "summary", summary(),
            "charts", chartImages(),
            "pairs", pairTable(),
            "note", Html.escape(PairNote.of(report.loss())),
            "asking", Html.escape("The " + anchor + " ask"),
            "queries", queries()));
  }

  private String summary() {
    EpochReport last = report.epochs().getLast();
    Recall recall = last.anchorToTuple();
    TrainingOptions options = report.options();
    String members =
        options.others().stream().map(Modality::title).collect(Collectors.joining(", "));
    return Html.escape(
        String.format(
            Locale.ROOT,
            "Anchor: %s. Tuple: %s. %d epochs, batch %d, %d dimensions, seed %d, %s, on %s. "
                + "Held-out recall of anchors against tuples: %.3f at 1, %.3f at 5, %.3f at 10.",
            options.anchor().title(),
            members,
            options.epochs(),
            options.batch(),
            options.dimension(),
            options.seed(),
            report.loss().temperatureNote(options),
            report.device(),
            recall.at1(),
            recall.at5(),
            recall.at10()));
  }

  private String chartImages() {
    return charts.entrySet().stream()
        .map(chart -> chart.getValue().html(chart.getKey() + " over the epochs"))
        .collect(Collectors.joining("\n"));
  }

  private String pairTable() {
    List<Modality> modalities = report.options().modalities();
    Map<ModalityPair, Recall> pairs = report.epochs().getLast().pairs();
    StringBuilder html = new StringBuilder("<table class=\"pairs\"><tr><th></th>");
    modalities.forEach(m -> html.append("<th>").append(Html.escape(m.title())).append("</th>"));
    html.append("</tr>");
    for (Modality query : modalities) {
      html.append("<tr><th>").append(Html.escape(query.title())).append("</th>");
      for (Modality candidate : modalities) {
        html.append(pairCell(pairs.get(new ModalityPair(query, candidate))));
      }
      html.append("</tr>");
    }
    return html.append("</table>").toString();
  }

  private static String pairCell(Recall recall) {
    if (recall == null) {
      return "<td class=\"self\"></td>";
    }
    return String.format(
        Locale.ROOT,
        "<td style=\"--recall:%.3f\">%.3f<small>%.3f at 10</small></td>",
        recall.at10(),
        recall.at1(),
        recall.at10());
  }

  private String queries() throws IOException {
    StringBuilder html = new StringBuilder();
    for (Retrieval.Query query : report.retrieval().queries()) {
      Emoji emoji = report.set().emoji().get(query.emoji());
      html.append("<tr><td class=\"words\"><b>")
          .append(Html.escape(emoji.english()))
          .append("</b><small>")
          .append(Html.escape(emoji.englishTags()))
          .append("</small><span lang=\"fr\">")
          .append(Html.escape(emoji.french()))
          .append("</span><small lang=\"fr\">")
          .append(Html.escape(emoji.frenchTags()))
          .append("</small></td><td class=\"rank" + (query.rank() == 1 ? " first" : "") + "\">")
          .append(query.rank())
          .append("</td>");
      for (int neighbour : query.neighbours()) {
        html.append(neighbourCell(report.set().emoji().get(neighbour), neighbour == query.emoji()));
      }
      html.append("</tr>\n");
    }
    return html.toString();
  }

  private String neighbourCell(Emoji emoji, boolean own) throws IOException {
    return (own ? "<td class=\"hit own\">" : "<td class=\"hit\">")
        + Html.image(report.set().noto().png(emoji.noto()), emoji.english(), "emoji")
        + Html.image(report.set().twemoji().png(emoji.twemoji()), emoji.english(), "emoji")
        + "<small lang=\"fr\">"
        + Html.escape(emoji.french())
        + "</small></td>";
  }
}
