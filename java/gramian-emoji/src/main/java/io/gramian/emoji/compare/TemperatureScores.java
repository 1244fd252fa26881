package io.gramian.emoji.compare;

import de.siegmar.fastcsv.reader.NamedCsvRecord;
import io.gramian.cli.io.Csv;
import io.gramian.emoji.measure.Recall;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What losses found among validation emoji at several temperatures: {@code temperatures.csv}.
 *
 * @param scores one of each training
 */
public record TemperatureScores(List<Score> scores) {
  private static final List<String> HEADER =
      List.of("loss", "factor", "temperature", "seed", "recall@1", "recall@5", "recall@10");

  /**
   * One training.
   *
   * @param loss its name
   * @param factor between the usual temperature and this one
   * @param temperature at first
   * @param seed it started from
   * @param tuples recall of tuples by anchors
   */
  public record Score(String loss, double factor, double temperature, long seed, Recall tuples) {}

  /** Keeps a copy of the list. */
  public TemperatureScores {
    scores = List.copyOf(scores);
  }

  /** The figure by which temperatures are chosen: the mean of three recalls scatters least. */
  public static double figure(Recall recall) {
    return (recall.at1() + recall.at5() + recall.at10()) / 3;
  }

  /**
   * The figure of every factor.
   *
   * @return by loss and ascending factor
   */
  public Map<String, Map<Double, Spread>> byFactor() {
    Map<String, Map<Double, List<Double>>> figures = new LinkedHashMap<>();
    for (Score score : scores) {
      figures
          .computeIfAbsent(score.loss, _ -> new TreeMap<>())
          .computeIfAbsent(score.factor, _ -> new ArrayList<>())
          .add(figure(score.tuples));
    }
    Map<String, Map<Double, Spread>> spreads = new LinkedHashMap<>();
    figures.forEach(
        (loss, byFactor) -> {
          Map<Double, Spread> of = new TreeMap<>();
          byFactor.forEach((factor, values) -> of.put(factor, Spread.of(values)));
          spreads.put(loss, of);
        });
    return spreads;
  }

  /**
   * The factor of the best mean.
   *
   * @return by loss; of equal ones the smallest
   */
  public Map<String, Double> best() {
    Map<String, Double> best = new LinkedHashMap<>();
    byFactor()
        .forEach(
            (loss, spreads) -> {
              double highest = spreads.values().stream().mapToDouble(Spread::mean).max().orElse(0);
              spreads.forEach(
                  (factor, spread) -> {
                    if (spread.mean() == highest) {
                      best.putIfAbsent(loss, factor);
                    }
                  });
            });
    return best;
  }

  /** The file. */
  public String csv() {
    return Csv.text(HEADER, scores.stream().map(TemperatureScores::row).toList());
  }

  private static List<String> row(Score score) {
    return List.of(
        score.loss,
        Double.toString(score.factor),
        Double.toString(score.temperature),
        Long.toString(score.seed),
        share(score.tuples.at1()),
        share(score.tuples.at5()),
        share(score.tuples.at10()));
  }

  private static String share(double recall) {
    return String.format(Locale.ROOT, "%.6f", recall);
  }

  /**
   * Reads a file.
   *
   * @param file its name, for messages
   * @param text what it holds
   * @return the scores in its order
   * @throws IllegalArgumentException if it is not such a file
   */
  public static TemperatureScores read(String file, String text) {
    List<Score> scores = new ArrayList<>();
    for (NamedCsvRecord row : Csv.read(file, text, HEADER)) {
      try {
        scores.add(
            new Score(
                row.getField(0),
                Double.parseDouble(row.getField(1)),
                Double.parseDouble(row.getField(2)),
                Long.parseLong(row.getField(3)),
                new Recall(
                    Double.parseDouble(row.getField(4)),
                    Double.parseDouble(row.getField(5)),
                    Double.parseDouble(row.getField(6)))));
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(file + ": cannot read " + row.getFields(), e);
      }
    }
    return new TemperatureScores(scores);
  }
}
