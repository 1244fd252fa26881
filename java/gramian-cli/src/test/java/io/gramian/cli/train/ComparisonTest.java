package io.gramian.cli.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gramian.cli.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonTest {
  @TempDir private Path folder;

  @Test
  void trainsAllLossesAndOneMoreAndWritesThePage() throws IOException {
    Path out = folder.resolve("out");
    CommandRun run =
        CommandRun.of(
            "train",
            "--compare",
            "--seeds",
            "2",
            "--epochs",
            "1",
            "--dim",
            "4",
            "--batch",
            "800",
            "--loss",
            "gha+clip:0.5",
            "--backend",
            "cpu",
            "--out",
            out.toString());
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("anchor -> tuple", "French words -> Noto pictures");
    List<String> csv = Files.readAllLines(out.resolve("compare.csv"));
    for (String loss :
        List.of(
            "gram",
            "gha",
            "clip",
            "symile",
            "triangle",
            "wpse",
            "set-clip",
            "clip-half",
            "gram+clip",
            "gha+clip:0.5")) {
      assertThat(csv)
          .filteredOn(line -> line.startsWith(loss + ",0,recall@1,anchor,tuple,"))
          .hasSize(1);
      assertThat(csv)
          .filteredOn(line -> line.startsWith(loss + ",1,cosine,french,english,"))
          .hasSize(1);
    }
    String page = Files.readString(out.resolve("compare.html"));
    assertThat(page)
        .contains("gha+clip:0.5", "data:image/png;base64,", "each trained 2 times")
        .doesNotContain("{{", "src=\"http", "NaN");
  }

  @Test
  void optionsThatDoNotGoWithAComparisonAreRefused() {
    for (List<String> options :
        List.of(
            List.of("--missing", "0.3"),
            List.of("--modalities", "english,noto"),
            List.of("--resume", "x"),
            List.of("--checkpoint", "x"))) {
      Path out = folder.resolve("none");
      CommandRun.of("train", "--compare", options.get(0), options.get(1), "--out", out.toString())
          .assertRefused("--compare takes neither ");
      assertThat(out).doesNotExist();
    }
    CommandRun.of("train", "--compare", "--seeds", "0").assertRefused("--seeds must be from 1");
  }

  @Test
  void aSpreadIsMeanAndStandardDeviation() {
    Spread spread = Spread.of(List.of(1.0, 2.0, 3.0, 6.0));
    assertThat(spread.mean()).isEqualTo(3);
    assertThat(spread.deviation()).isCloseTo(Math.sqrt(14.0 / 3), within(1e-12));
    assertThat(Spread.of(List.of(5.0)).deviation()).isZero();
  }

  @Test
  void meansDifferOnlyBeyondBothSpreads() {
    Spread low = new Spread(0.2, 0.03, 3);
    assertThat(new Spread(0.26, 0.04, 3).against(low)).isEqualTo(1);
    assertThat(low.against(new Spread(0.26, 0.04, 3))).isEqualTo(-1);
    assertThat(new Spread(0.24, 0.04, 3).against(low)).isZero();
    assertThat(new Spread(0.9, 0, 1).against(low)).isZero();
  }

  @Test
  void verdictsFollowTheFigures() {
    Contender gram = contender("gram", 0.6, 0.62);
    Contender clip = contender("clip", 0.4, 0.41);
    List<Claims.Verdict> verdicts = new Claims(List.of(gram, clip)).verdicts();
    assertThat(verdicts.getFirst().sign()).isEqualTo(1);
    assertThat(verdicts.getFirst().finding())
        .startsWith("Holds here: recall@1 of tuples by words is 0.61 ±0.01 with gram, 0.4");
    assertThat(new Claims(List.of(contender("gram", 0.1, 0.12), clip)).verdicts().getFirst().sign())
        .isEqualTo(-1);
    assertThat(new Claims(List.of(clip)).verdicts()).isEmpty();
  }

  private static Contender contender(String name, double... recalls) {
    LossSpec loss = LossSpec.parse(name);
    Contender contender =
        new Contender(name, loss, new TrainingOptions(loss.defaultModalities(), 1, 8, 4, 0), false);
    for (double recall : recalls) {
      Recall all = new Recall(recall, recall, recall);
      Map<ModalityPair, Recall> pairs = new java.util.HashMap<>();
      ComparisonTable.directions().forEach(direction -> pairs.put(direction, all));
      contender.outcomes().add(new Measurement(all, all, pairs, Map.of()));
    }
    return contender;
  }
}
