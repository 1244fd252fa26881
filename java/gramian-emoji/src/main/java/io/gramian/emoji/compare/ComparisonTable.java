package io.gramian.emoji.compare;

import io.gramian.emoji.data.Modality;
import io.gramian.emoji.measure.ModalityPair;
import io.gramian.emoji.measure.Recall;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** The figures of a comparison by direction and loss, for the terminal. */
public final class ComparisonTable {
  private static final int NAME_WIDTH = 34;
  private static final int CELL_WIDTH = 12;

  /** Losses side by side. */
  private static final int GROUP = 6;

  private final List<Outcomes> contenders;

  public ComparisonTable(List<Outcomes> contenders) {
    this.contenders = contenders;
  }

  /**
   * The recalls by name.
   *
   * @return at 1, 5 and 10
   */
  public static Map<String, ToDoubleFunction<Recall>> recalls() {
    Map<String, ToDoubleFunction<Recall>> recalls = new LinkedHashMap<>();
    recalls.put("recall@1", Recall::at1);
    recalls.put("recall@5", Recall::at5);
    recalls.put("recall@10", Recall::at10);
    return recalls;
  }

  /**
   * All directions of pairs.
   *
   * @return each pair twice
   */
  public static List<ModalityPair> directions() {
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

  /**
   * All pairs.
   *
   * @return each once
   */
  public static List<ModalityPair> pairs() {
    return directions().stream().filter(p -> p.query().compareTo(p.candidate()) < 0).toList();
  }

  /** Tables for a terminal, of a few losses each. */
  public String text() {
    StringBuilder text = new StringBuilder();
    for (int begin = 0; begin < contenders.size(); begin += GROUP) {
      int end = Math.min(begin + GROUP, contenders.size());
      new ComparisonTable(contenders.subList(begin, end)).append(text);
    }
    return text.toString();
  }

  private void append(StringBuilder text) {
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
    text.append('\n');
  }

  private void header(StringBuilder text, String title) {
    row(text, title, Outcomes::name);
  }

  private void row(StringBuilder text, String name, Function<Outcomes, String> cell) {
    text.append(String.format(Locale.ROOT, "%-" + NAME_WIDTH + "s", name));
    contenders.forEach(
        c -> text.append(String.format(Locale.ROOT, "%" + CELL_WIDTH + "s", cell.apply(c))));
    text.append('\n');
  }
}
