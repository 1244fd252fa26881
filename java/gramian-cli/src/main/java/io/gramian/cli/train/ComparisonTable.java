package io.gramian.cli.train;

import io.gramian.cli.emoji.Modality;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** The figures of a comparison by direction and loss, for the terminal and as CSV. */
final class ComparisonTable {
  private static final int NAME_WIDTH = 34;
  private static final int CELL_WIDTH = 12;

  private final List<Contender> contenders;

  ComparisonTable(List<Contender> contenders) {
    this.contenders = contenders;
  }

  /** The recalls by name. */
  static Map<String, ToDoubleFunction<Recall>> recalls() {
    Map<String, ToDoubleFunction<Recall>> recalls = new LinkedHashMap<>();
    recalls.put("recall@1", Recall::at1);
    recalls.put("recall@5", Recall::at5);
    recalls.put("recall@10", Recall::at10);
    return recalls;
  }

  /** All directions of pairs. */
  static List<ModalityPair> directions() {
    List<ModalityPair> directions = new ArrayList<>();
    for (Modality query : Modality.values()) {
      for (Modality candidate : Modality.values()) {
        if (query != candidate) {
          directions.add(new ModalityPair(query, candidate));
        }
      }
    }
    return directions;
  }

  /** All pairs, each once. */
  static List<ModalityPair> pairs() {
    return directions().stream().filter(p -> p.query().compareTo(p.candidate()) < 0).toList();
  }

  /** Tables for a terminal. */
  String text() {
    StringBuilder text = new StringBuilder();
    recalls()
        .forEach(
            (name, at) -> {
              header(text, name + ", held out");
              row(text, "anchor -> tuple", c -> c.tuples(at).toString());
              row(
                  text,
                  "tuple -> anchor",
                  c -> c.over(o -> at.applyAsDouble(o.tupleToAnchor())).toString());
              for (ModalityPair direction : directions()) {
                row(
                    text,
                    direction.query().title() + " -> " + direction.candidate().title(),
                    c -> c.has(direction) ? c.pairs(direction::equals, at).toString() : "");
              }
              text.append('\n');
            });
    header(text, "mean cosine of matching pairs");
    for (ModalityPair pair : pairs()) {
      row(
          text,
          pair.query().title() + " - " + pair.candidate().title(),
          c -> c.has(pair) ? c.cosines(pair::equals).toString() : "");
    }
    return text.toString();
  }

  private void header(StringBuilder text, String title) {
    row(text, title, Contender::name);
  }

  private void row(StringBuilder text, String name, Function<Contender, String> cell) {
    text.append(String.format(Locale.ROOT, "%-" + NAME_WIDTH + "s", name));
    contenders.forEach(
        c -> text.append(String.format(Locale.ROOT, "%" + CELL_WIDTH + "s", cell.apply(c))));
    text.append('\n');
  }

  /** Every figure of every training, one a line. */
  static String csv(List<Contender> contenders) {
    StringBuilder csv = new StringBuilder("loss,seed,measure,query,candidate,value\n");
    for (Contender contender : contenders) {
      for (int i = 0; i < contender.outcomes().size(); i++) {
        String start = contender.name() + "," + contender.options(i).seed();
        Measurement outcome = contender.outcomes().get(i);
        recalls()
            .forEach(
                (name, at) -> {
                  line(
                      csv,
                      start,
                      name,
                      "anchor",
                      "tuple",
                      at.applyAsDouble(outcome.anchorToTuple()));
                  line(
                      csv,
                      start,
                      name,
                      "tuple",
                      "anchor",
                      at.applyAsDouble(outcome.tupleToAnchor()));
                  outcome
                      .pairs()
                      .forEach(
                          (pair, recall) ->
                              line(
                                  csv,
                                  start,
                                  name,
                                  pair.query().key(),
                                  pair.candidate().key(),
                                  at.applyAsDouble(recall)));
                });
        outcome
            .cosines()
            .forEach(
                (pair, cosine) ->
                    line(csv, start, "cosine", pair.query().key(), pair.candidate().key(), cosine));
      }
    }
    return csv.toString();
  }

  private static void line(
      StringBuilder csv,
      String start,
      String measure,
      String query,
      String candidate,
      double value) {
    csv.append(
        String.format(Locale.ROOT, "%s,%s,%s,%s,%.6f\n", start, measure, query, candidate, value));
  }
}
