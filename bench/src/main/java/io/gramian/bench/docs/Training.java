package io.gramian.bench.docs;

import io.gramian.emoji.compare.ComparisonCsv;
import io.gramian.emoji.compare.Outcomes;
import io.gramian.emoji.compare.TemperatureScores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What {@code gramian train} has measured.
 *
 * @param comparison the losses of {@code --compare} in its order; none where it was not run
 * @param temperatures the scores of {@code --choose-temperature}; none where it was not run
 */
record Training(List<Outcomes> comparison, TemperatureScores temperatures) {
  static final String COMPARISON = "train-compare.csv";
  static final String TEMPERATURES = "train-temperatures.csv";

  /** Nothing measured. */
  static Training none() {
    return new Training(List.of(), new TemperatureScores(List.of()));
  }

  /**
   * Reads the files.
   *
   * @param folder of the measurements
   * @return what they hold
   * @throws IllegalArgumentException if a file is not one of {@code gramian train}
   */
  static Training read(Path folder) throws IOException {
    Path comparison = folder.resolve(COMPARISON);
    Path temperatures = folder.resolve(TEMPERATURES);
    return new Training(
        Files.exists(comparison)
            ? ComparisonCsv.read(COMPARISON, Files.readString(comparison))
            : none().comparison(),
        Files.exists(temperatures)
            ? TemperatureScores.read(TEMPERATURES, Files.readString(temperatures))
            : none().temperatures());
  }
}
