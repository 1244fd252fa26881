package io.gramian.emoji.pages;

import io.gramian.cli.pages.Html;
import io.gramian.cli.pages.PageTemplate;
import io.gramian.emoji.compare.Claims;
import io.gramian.emoji.compare.ComparisonTable;
import io.gramian.emoji.compare.Contender;
import io.gramian.emoji.compare.Outcomes;
import io.gramian.emoji.compare.Spread;
import io.gramian.emoji.data.Modality;
import io.gramian.emoji.data.Split;
import io.gramian.emoji.losses.TrainingOptions;
import io.gramian.emoji.measure.ModalityPair;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A page, whole in itself, that puts losses side by side. All its figures are computed. */
public final class ComparisonPage {
  private final List<Contender> contenders;
  private final List<Outcomes> outcomes;
  private final List<Claims.Verdict> verdicts;
  private final String device;
  private final String minutes;

  /**
   * @param contenders with their outcomes
   * @param verdicts on claims
   * @param device where losses were computed
   * @param minutes that the comparison took
   */
  public ComparisonPage(
      List<Contender> contenders, List<Claims.Verdict> verdicts, String device, String minutes) {
    this.contenders = contenders;
    this.outcomes = contenders.stream().map(Contender::outcomes).toList();
    this.verdicts = verdicts;
    this.device = device;
    this.minutes = minutes;
  }

  /** The page. */
  public String html() throws IOException {
    return PageTemplate.fill(
        ComparisonPage.class.getResourceAsStream("compare.html"),
        Map.of(
            "summary", Html.escape(summary()),
            "claims", claims(),
            "chart", Charts.bars(outcomes).html("recall of tuples by loss"),
            "losses", losses(),
            "tuples", tuples(),
            "pairs", recallTables(),
            "cosines", cosines()));
  }

  private String summary() {
    TrainingOptions options = contenders.getFirst().options();
    return String.format(
        Locale.ROOT,
        "%d losses, each trained %s: %d epochs, batch %d, %d dimensions, the same heads and"
            + " learning rate for all; %d emoji held out. On %s, %s minutes in all.",
        contenders.size(),
        contenders.getFirst().trainings().size() == 1
            ? "once"
            : contenders.getFirst().trainings().size() + " times with different seeds",
        options.epochs(),
        options.batch(),
        options.dimension(),
        Split.HELD_OUT,
        device,
        minutes);
  }

  private String claims() {
    return verdicts.stream()
        .map(
            v ->
                "<li class=\""
                    + (v.sign() > 0 ? "yes" : v.sign() < 0 ? "no" : "open")
                    + "\"><b>"
                    + Html.escape(v.claim())
                    + "</b><br>"
                    + Html.escape(v.finding())
                    + "</li>")
        .collect(Collectors.joining("\n"));
  }

  private String losses() {
    return contenders.stream()
        .map(
            c ->
                "<tr><th>"
                    + Html.escape(c.name())
                    + "</th><td>"
                    + Html.escape(c.loss().title() + (c.matchesOnly() ? MATCHES_ONLY_NOTE : ""))
                    + "</td><td>"
                    + Html.escape(
                        c.options().others().stream()
                            .map(Modality::title)
                            .collect(Collectors.joining(", ")))
                    + "</td><td>"
                    + Html.escape(c.loss().temperatureNote(c.options()))
                    + "</td></tr>")
        .collect(Collectors.joining("\n"));
  }

  private static final String MATCHES_ONLY_NOTE =
      "; with nothing but the half of the emoji whose matches Set-CLIP is told, for as many steps";

  private String tuples() {
    StringBuilder html = new StringBuilder("<table>" + header("anchor → tuple"));
    ComparisonTable.recalls().forEach((name, at) -> html.append(row(name, c -> c.tuples(at))));
    html.append(header("tuple → anchor"));
    ComparisonTable.recalls()
        .forEach(
            (name, at) ->
                html.append(row(name, c -> c.over(o -> at.applyAsDouble(o.tupleToAnchor())))));
    return html.append("</table>").toString();
  }

  private String recallTables() {
    StringBuilder html = new StringBuilder("<table>");
    ComparisonTable.recalls()
        .forEach(
            (name, at) -> {
              html.append(header(name));
              for (ModalityPair pair : ComparisonTable.directions()) {
                html.append(
                    row(
                        pair.query().title() + " → " + pair.candidate().title(),
                        c -> c.has(pair) ? c.pairs(pair::equals, at) : null));
              }
            });
    return html.append("</table>").toString();
  }

  private String cosines() {
    StringBuilder html = new StringBuilder("<table>" + header("mean cosine"));
    for (ModalityPair pair : ComparisonTable.pairs()) {
      html.append(
          row(
              pair.query().title() + " – " + pair.candidate().title(),
              c -> c.has(pair) ? c.cosines(pair::equals) : null));
    }
    return html.append("</table>").toString();
  }

  private String header(String title) {
    return "<tr class=\"head\"><th>"
        + Html.escape(title)
        + "</th>"
        + outcomes.stream()
            .map(c -> "<th>" + Html.escape(c.name()) + "</th>")
            .collect(Collectors.joining())
        + "</tr>\n";
  }

  private String row(String name, Function<Outcomes, Spread> figure) {
    return "<tr><th>"
        + Html.escape(name)
        + "</th>"
        + outcomes.stream().map(figure).map(ComparisonPage::cell).collect(Collectors.joining())
        + "</tr>\n";
  }

  private static String cell(Spread figure) {
    if (figure == null) {
      return "<td class=\"none\">–</td>";
    }
    return String.format(
        Locale.ROOT,
        "<td style=\"--level:%.3f\">%.2f<small>%s</small></td>",
        Math.clamp(figure.mean(), 0, 1),
        figure.mean(),
        figure.count() < 2 ? "" : String.format(Locale.ROOT, "±%.2f", figure.deviation()));
  }
}
