package io.gramian.emoji.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gramian.emoji.compare.TemperatureScores;
import io.gramian.emoji.losses.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingDocsTest {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent().getParent();
  private static final Path RESULTS = ROOT.resolve("bench/results");

  @Test
  void documentsAreUpToDate() throws IOException {
    List<String> stale = new ArrayList<>();
    for (Map.Entry<String, String> text : new TrainingDocs(ROOT).texts().entrySet()) {
      if (!Files.readString(ROOT.resolve(text.getKey())).equals(text.getValue())) {
        stale.add(text.getKey());
      }
    }
    assertThat(stale).as("run ./gramian train --docs").isEmpty();
  }

  /** So that no default was chosen by what is held out. */
  @Test
  void defaultTemperaturesAreThoseThatDidBestOnValidationEmoji() throws IOException {
    TemperatureScores scores = TrainingTables.read(RESULTS).temperatures();
    for (Recipe recipe : Recipe.values()) {
      if (!recipe.standsAlone()) {
        continue;
      }
      assertThat(scores.best()).containsEntry(recipe.key(), recipe.temperatureFactor());
    }
  }

  @Test
  void everyLossIsCompared() throws IOException {
    assertThat(TrainingTables.read(RESULTS).comparison())
        .extracting(of -> of.name())
        .contains("gram", "gram-authors", "gha", "clip", "siglip", "symile", "wpse", "set-clip")
        .contains("centroid", "eigen", "principal", "gram+uniformity", "triangle");
  }

  @Test
  void tablesShowMeanAndSpread(@TempDir Path folder) throws IOException {
    StringBuilder csv = new StringBuilder("loss,seed,measure,query,candidate,value\n");
    for (String loss : List.of("gram", "clip")) {
      for (int seed = 0; seed < 2; seed++) {
        double recall = (loss.equals("gram") ? 0.6 : 0.2) + 0.1 * seed;
        String start = loss + "," + seed + ",";
        csv.append(start).append("epochs,,,7\n").append(start).append("seconds,,,30\n");
        csv.append(start).append("temperature,").append(loss).append(",,0.035\n");
        for (int at : new int[] {1, 5, 10}) {
          for (String pair : List.of("anchor,tuple", "tuple,anchor", "english,noto")) {
            csv.append(start + "recall@" + at + "," + pair + "," + recall + "\n");
          }
        }
        csv.append(start).append("cosine,english,noto,-0.25\n");
      }
    }
    Files.writeString(folder.resolve(TrainingTables.COMPARISON), csv);
    TrainingTables tables = TrainingTables.read(folder);

    assertThat(tables.overview())
        .contains("over 2 seeds of 7 epochs", "2.0 minutes in all")
        .contains("| `gram` | 0.035 | 0.65 ±0.07 | 0.65 ±0.07 | 0.65 ±0.07 |")
        .contains(
            "Of 2 claims of the papers, 2 held here, 0 did not, and 0 came too close to call.")
        .doesNotContain("Holds here");
    assertThat(tables.claims())
        .contains("over 2 seeds of 7 epochs")
        .contains("Holds here: recall@1 of tuples by words is 0.65 ±0.07 with gram, 0.25 ±0.07");
    assertThat(tables.details())
        .contains("| recall@5 | `gram` | `clip` |")
        .contains("| English → Noto | 0.65 ±0.07 | 0.25 ±0.07 |")
        .contains("| English · Noto | -0.25 ±0.00 | -0.25 ±0.00 |");
    assertThat(tables.chosenTemperatures()).isEqualTo("Not measured yet.");
  }

  @Test
  void theChosenTemperatureIsBold(@TempDir Path folder) throws IOException {
    Files.writeString(
        folder.resolve(TrainingTables.TEMPERATURES),
        """
        loss,factor,temperature,seed,recall@1,recall@5,recall@10
        clip,0.5,0.035,0,0.1,0.2,0.3
        clip,1.0,0.07,0,0.2,0.3,0.4
        """);
    TrainingTables tables = TrainingTables.read(folder);
    assertThat(tables.chosenTemperatures())
        .contains("| loss | usual temperature | x 0.5 | x 1 |")
        .contains("| `clip` | 0.070 | 0.20 | **0.30** |");
    assertThat(tables.overview()).isEqualTo("Not measured yet.");
    assertThat(tables.claims()).isEqualTo("Not measured yet.");
  }

  @Test
  void aFileOfAnotherKindIsRefused(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve(TrainingTables.COMPARISON), "epoch,measure\n1,loss\n");
    assertThatThrownBy(() -> TrainingTables.read(folder))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(TrainingTables.COMPARISON);
  }
}
