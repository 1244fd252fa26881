package io.gramian.emoji.compare;

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
  private static final String HEADER = "loss,factor,temperature,seed,recall@1,recall@5,recall@10";

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
    StringBuilder csv = new StringBuilder(HEADER + "\n");
    for (Score score : scores) {
      csv.append(
          String.format(
              Locale.ROOT,
              "%s,%s,%s,%d,%.6f,%.6f,%.6f\n",
              score.loss,
              score.factor,
              score.temperature,
              score.seed,
              score.tuples.at1(),
              score.tuples.at5(),
              score.tuples.at10()));
    }
    return csv.toString();
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
    List<String> lines = text.lines().toList();
    if (lines.size() < 2 || !lines.getFirst().equals(HEADER)) {
      throw new IllegalArgumentException(file + ": expected the columns " + HEADER);
    }
    List<Score> scores = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split(",", -1);
      try {
        scores.add(
            new Score(
                cells[0],
                Double.parseDouble(cells[1]),
                Double.parseDouble(cells[2]),
                Long.parseLong(cells[3]),
                new Recall(
                    Double.parseDouble(cells[4]),
                    Double.parseDouble(cells[5]),
                    Double.parseDouble(cells[6]))));
      } catch (IndexOutOfBoundsException | NumberFormatException e) {
        throw new IllegalArgumentException(file + ": cannot read the line " + line, e);
      }
    }
    return new TemperatureScores(scores);
  }
}
