package io.gramian.emoji.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gramian.emoji.TrainRun;
import io.gramian.emoji.measure.Recall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemperatureSearchTest {
  @TempDir private Path folder;

  @Test
  void trainsALossAtSeveralTemperaturesAndShowsTheBest() throws IOException {
    Path out = folder.resolve("out");
    TrainRun run = search(out, "--loss", "clip", "--seeds", "1").assertDone();
    assertThat(run.out()).contains("validation emoji").containsPattern("clip +best at ");
    String text = Files.readString(out.resolve("temperatures.csv"));
    TemperatureScores scores = TemperatureScores.read("temperatures.csv", text);
    assertThat(scores.csv()).isEqualTo(text);
    assertThat(scores.byFactor().get("clip")).hasSizeGreaterThan(3);
    assertThat(scores.byFactor().get("clip").values())
        .allSatisfy(spread -> assertThat(spread.count()).isEqualTo(1));
    assertThat(run.out()).containsPattern("clip +temperature 0\\.0700 +\\(1 x the usual\\)");
  }

  private static TrainRun search(Path out, String... more) {
    List<String> options = new ArrayList<>(List.of("--choose-temperature"));
    options.addAll(List.of(more));
    return TrainRun.tiny(out, options.toArray(String[]::new));
  }

  @Test
  void whatItCannotTakeIsRefused() {
    Path out = folder.resolve("none");
    search(out, "--loss", "gram+clip").assertRefused("takes one --loss, got gram+clip");
    search(out, "--split", "test").assertRefused("measures on --split validation, not on test");
    search(out, "--temperature", "0.1").assertRefused("nor --temperature");
    search(out, "--compare").assertRefused("do not go together");
    assertThat(out).doesNotExist();
  }

  @Test
  void theBestHasTheHighestMeanAndOfEqualOnesTheSmallestFactor() {
    TemperatureScores scores =
        new TemperatureScores(
            List.of(
                score("gram", 2, 0.4),
                score("gram", 2, 0.6),
                score("gram", 1, 0.7),
                score("gram", 1, 0.2),
                score("gram", 0.5, 0.5),
                score("clip", 4, 0.1)));
    assertThat(scores.best()).containsEntry("gram", 0.5).containsEntry("clip", 4.0);
    assertThat(scores.byFactor().get("gram").keySet()).containsExactly(0.5, 1.0, 2.0);
  }

  private static TemperatureScores.Score score(String loss, double factor, double recall) {
    return new TemperatureScores.Score(loss, factor, 1, 0, new Recall(recall, recall, recall));
  }

  @Test
  void aFileThatHoldsNoScoresIsRefused() {
    assertThatThrownBy(() -> TemperatureScores.read("x.csv", "loss,seed\ngram,0\n"))
        .hasMessageContaining("x.csv: expected the columns loss,factor");
    String header =
        new TemperatureScores(List.of(score("gram", 1, 0.5))).csv().lines().toList().get(0);
    assertThatThrownBy(() -> TemperatureScores.read("x.csv", header + "\ngram,1,0.07,0,0.5\n"))
        .hasMessage("x.csv: expected 7 fields, got [gram, 1, 0.07, 0, 0.5]");
  }
}
