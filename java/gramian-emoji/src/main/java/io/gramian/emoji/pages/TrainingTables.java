package io.gramian.emoji.pages;

import io.gramian.cli.pages.Markdown;
import io.gramian.emoji.compare.Claims;
import io.gramian.emoji.compare.ComparisonCsv;
import io.gramian.emoji.compare.ComparisonTable;
import io.gramian.emoji.compare.Outcome;
import io.gramian.emoji.compare.Outcomes;
import io.gramian.emoji.compare.Spread;
import io.gramian.emoji.compare.TemperatureScores;
import io.gramian.emoji.data.Modality;
import io.gramian.emoji.measure.ModalityPair;
import io.gramian.emoji.measure.Recall;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * Tables of what {@code gramian train} has measured.
 *
 * @param comparison the losses of {@code --compare} in its order; none where it was not run
 * @param temperatures the scores of {@code --choose-temperature}; none where it was not run
 */
record TrainingTables(List<Outcomes> comparison, TemperatureScores temperatures) {
  static final String COMPARISON = "train-compare.csv";
  static final String TEMPERATURES = "train-temperatures.csv";

  private static final String OPEN = "Not measured yet.";

  /**
   * Reads the files.
   *
   * @param folder of the measurements
   * @throws IllegalArgumentException if a file is not one of {@code gramian train}
   */
  static TrainingTables read(Path folder) throws IOException {
    Path comparison = folder.resolve(COMPARISON);
    Path temperatures = folder.resolve(TEMPERATURES);
    return new TrainingTables(
        Files.exists(comparison)
            ? ComparisonCsv.read(COMPARISON, Files.readString(comparison))
            : List.of(),
        Files.exists(temperatures)
            ? TemperatureScores.read(TEMPERATURES, Files.readString(temperatures))
            : new TemperatureScores(List.of()));
  }

  /** What words find among tuples, and how many claims of the papers hold. */
  String overview() {
    if (comparison.isEmpty()) {
      return OPEN;
    }
    return budget() + "\n\n" + tuples() + "\n" + score();
  }

  /** Which claims hold, each with its figures. */
  String claims() {
    if (comparison.isEmpty()) {
      return OPEN;
    }
    return budget()
        + "\n\n"
        + Markdown.table(
            List.of("what a paper leads one to expect", "here"),
            verdicts().stream().map(v -> List.of(v.claim(), v.finding())).toList());
  }

  /** All directions at all cutoffs, and all cosines. */
  String details() {
    if (comparison.isEmpty()) {
      return OPEN;
    }
    StringBuilder text = new StringBuilder();
    ComparisonTable.recalls().forEach((name, at) -> text.append(recalls(name, at)).append("\n"));
    return text.append(cosines()).toString();
  }

  /** The validation figures by which temperatures were chosen. */
  String chosenTemperatures() {
    TemperatureScores scores = temperatures;
    if (scores.scores().isEmpty()) {
      return OPEN;
    }
    TreeSet<Double> factors = new TreeSet<>();
    scores.byFactor().values().forEach(of -> factors.addAll(of.keySet()));
    List<String> header = new ArrayList<>(List.of("loss", "usual temperature"));
    factors.forEach(factor -> header.add("x " + plain(factor)));
    List<List<String>> rows = new ArrayList<>();
    scores
        .byFactor()
        .forEach(
            (loss, of) -> {
              double best = scores.best().get(loss);
              List<String> row =
                  new ArrayList<>(List.of("`" + loss + "`", temperature(usual(loss))));
              for (double factor : factors) {
                Spread spread = of.get(factor);
                row.add(
                    spread == null
                        ? ""
                        : factor == best ? "**" + spread + "**" : spread.toString());
              }
              rows.add(row);
            });
    return Markdown.table(header, rows);
  }

  private static String plain(double factor) {
    return BigDecimal.valueOf(factor).stripTrailingZeros().toPlainString();
  }

  private double usual(String loss) {
    return temperatures.scores().stream()
        .filter(score -> score.loss().equals(loss))
        .mapToDouble(score -> score.temperature() / score.factor())
        .findFirst()
        .orElseThrow();
  }

  private String tuples() {
    List<List<String>> rows = new ArrayList<>();
    for (Outcomes of : comparison) {
      List<String> row = new ArrayList<>(List.of("`" + of.name() + "`"));
      row.add(temperatures(of.trainings().getFirst()));
      ComparisonTable.recalls().values().forEach(at -> row.add(of.tuples(at).toString()));
      rows.add(row);
    }
    List<String> header = new ArrayList<>(List.of("words → tuples", "temperature"));
    header.addAll(ComparisonTable.recalls().keySet());
    return Markdown.table(header, rows);
  }

  private String budget() {
    Outcomes first = comparison.getFirst();
    double minutes =
        comparison.stream()
                .flatMap(of -> of.trainings().stream())
                .mapToDouble(Outcome::seconds)
                .sum()
            / 60;
    return "Mean and standard deviation over "
        + first.trainings().size()
        + " seeds of "
        + first.trainings().getFirst().epochs()
        + " epochs (`bench/results/"
        + COMPARISON
        + "`, "
        + String.format(Locale.ROOT, "%.1f", minutes)
        + " minutes in all):";
  }

  private static String temperatures(Outcome training) {
    return String.join(
        ", ", training.temperatures().values().stream().map(TrainingTables::temperature).toList());
  }

  private static String temperature(double value) {
    return String.format(Locale.ROOT, "%.2g", value);
  }

  private String score() {
    List<Integer> signs =
        verdicts().stream().filter(Claims.Verdict::published).map(Claims.Verdict::sign).toList();
    return String.format(
        Locale.ROOT,
        "Of %d claims of the papers, %d held here, %d did not, and %d came too close to call.\n",
        signs.size(),
        Collections.frequency(signs, 1),
        Collections.frequency(signs, -1),
        Collections.frequency(signs, 0));
  }

  private List<Claims.Verdict> verdicts() {
    return new Claims(comparison).verdicts();
  }

  private String recalls(String name, ToDoubleFunction<Recall> at) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(row("anchor → tuple", c -> c.tuples(at).toString()));
    rows.add(row("tuple → anchor", c -> c.over(o -> at.applyAsDouble(o.tupleToAnchor())) + ""));
    for (ModalityPair pair : ComparisonTable.directions()) {
      rows.add(row(name(pair, " → "), c -> cell(c, pair, of -> of.pairs(pair::equals, at))));
    }
    return Markdown.table(header(name), rows);
  }

  private String cosines() {
    return Markdown.table(
        header("mean cosine"),
        ComparisonTable.pairs().stream()
            .map(pair -> row(name(pair, " · "), c -> cell(c, pair, of -> of.cosines(pair::equals))))
            .toList());
  }

  private List<String> header(String title) {
    return row(title, of -> "`" + of.name() + "`");
  }

  private List<String> row(String title, Function<Outcomes, String> cell) {
    List<String> row = new ArrayList<>(List.of(title));
    comparison.forEach(of -> row.add(cell.apply(of)));
    return row;
  }

  private static String cell(Outcomes of, ModalityPair pair, Function<Outcomes, Spread> figure) {
    return of.has(pair) ? figure.apply(of).toString() : "–";
  }

  /** A pair of modalities, each by the first word of its title. */
  static String name(ModalityPair pair, String between) {
    return name(pair.query()) + between + name(pair.candidate());
  }

  private static String name(Modality modality) {
    return modality.title().substring(0, modality.title().indexOf(' '));
  }
}
