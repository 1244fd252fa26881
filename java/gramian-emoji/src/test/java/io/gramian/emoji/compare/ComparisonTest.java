package io.gramian.emoji.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gramian.Device;
import io.gramian.emoji.TrainRun;
import io.gramian.emoji.data.EmojiSet;
import io.gramian.emoji.data.Modality;
import io.gramian.emoji.data.Split;
import io.gramian.emoji.data.TrainingData;
import io.gramian.emoji.losses.LossSpec;
import io.gramian.emoji.losses.Recipe;
import io.gramian.emoji.losses.TrainingOptions;
import io.gramian.emoji.measure.Measurement;
import io.gramian.emoji.measure.ModalityPair;
import io.gramian.emoji.measure.Recall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonTest {
  @TempDir private Path folder;

  @Test
  void trainsAllLossesAndOneMoreAndWritesThePage() throws IOException {
    Path out = folder.resolve("out");
    TrainRun run =
        TrainRun.tiny(out, "--compare", "--seeds", "1", "--loss", "gha+clip:0.5").assertDone();
    assertThat(run.out()).contains("anchor -> tuple", "French words -> Noto pictures");
    String text = Files.readString(out.resolve("compare.csv"));
    List<Outcomes> read = ComparisonCsv.read("compare.csv", text);
    assertThat(ComparisonCsv.text(read)).isEqualTo(text);
    List<String> csv = text.lines().toList();
    for (String loss :
        List.of(
            "gram",
            "gram-authors",
            "gha",
            "clip",
            "symile",
            "triangle",
            "wpse",
            "set-clip",
            "clip-half",
            "siglip",
            "centroid",
            "eigen",
            "principal",
            "gram+clip",
            "gram+uniformity",
            "gram-3",
            "clip-3",
            "gha+clip:0.5")) {
      assertThat(csv)
          .filteredOn(line -> line.startsWith(loss + ",0,recall@1,anchor,tuple,"))
          .hasSize(1);
      assertThat(csv)
          .filteredOn(line -> line.startsWith(loss + ",0,cosine,french,english,"))
          .hasSize(1);
    }
    String page = Files.readString(out.resolve("compare.html"));
    assertThat(page)
        .contains("gha+clip:0.5", "data:image/png;base64,", "each trained once")
        .contains("at first, learned", ", fixed")
        .doesNotContain("{{", "src=\"http", "NaN");
  }

  @Test
  void everyTrainingOfALossStartsFromASeedOfItsOwn() throws IOException {
    EmojiSet set = EmojiSet.load();
    TrainingData data = new TrainingData(set, Split.standard(set.size()));
    List<Modality> pair = List.of(Modality.ENGLISH, Modality.FRENCH);
    TrainingOptions options = new TrainingOptions(pair, 1, 200, 8, 7);
    Contender clip = new Contender("clip", LossSpec.of(Recipe.CLIP), options, false);
    List<String> done = new ArrayList<>();
    try (Device device = Device.open("cpu")) {
      new Contest(List.of(clip), _ -> data, 2).run(device, c -> done.add(c.name()));
    }
    assertThat(done).containsExactly("clip");
    assertThat(clip.trainings()).extracting(Outcome::seed).containsExactly(7L, 8L);
    assertThat(clip.trainings().get(0).heldOut()).isNotEqualTo(clip.trainings().get(1).heldOut());
    assertThat(clip.outcomes().tuples(Recall::at10).mean()).isGreaterThan(3 * 10.0 / 311);
  }

  @Test
  void optionsThatDoNotGoWithAComparisonAreRefused() {
    for (List<String> options :
        List.of(
            List.of("--missing", "0.3"),
            List.of("--modalities", "english,noto"),
            List.of("--temperature", "0.1"),
            List.of("--resume", "x"),
            List.of("--checkpoint", "x"))) {
      Path out = folder.resolve("none");
      TrainRun.of("--compare", options.get(0), options.get(1), "--out", out.toString())
          .assertRefused("--compare takes neither ");
      assertThat(out).doesNotExist();
    }
    TrainRun.of("--compare", "--seeds", "0").assertRefused("--seeds must be from 1");
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
    Outcomes gram = outcomes("gram", 0.6, 0.62);
    Outcomes clip = outcomes("clip", 0.4, 0.41);
    List<Claims.Verdict> verdicts = new Claims(List.of(gram, clip)).verdicts();
    assertThat(verdicts.getFirst().sign()).isEqualTo(1);
    assertThat(verdicts).extracting(Claims.Verdict::published).containsExactly(true, true);
    assertThat(verdicts.getFirst().finding())
        .startsWith("Holds here: recall@1 of tuples by words is 0.61 ±0.01 with gram, 0.4");
    assertThat(new Claims(List.of(outcomes("gram", 0.1, 0.12), clip)).verdicts().getFirst().sign())
        .isEqualTo(-1);
    assertThat(new Claims(List.of(clip)).verdicts()).isEmpty();
  }

  private static Outcomes outcomes(String name, double... recalls) {
    List<Outcome> trainings = new ArrayList<>();
    for (double recall : recalls) {
      Recall all = new Recall(recall, recall, recall);
      Map<ModalityPair, Recall> pairs = new HashMap<>();
      ComparisonTable.directions().forEach(direction -> pairs.put(direction, all));
      Measurement heldOut = new Measurement(all, all, pairs, Map.of());
      trainings.add(new Outcome(trainings.size(), 1, 1, Map.of(), heldOut));
    }
    return new Outcomes(name, trainings);
  }

  @Test
  void aFileThatIsNoComparisonIsRefused() {
    String header = "loss,seed,measure,query,candidate,value\n";
    assertUnreadable("epoch,measure\n1,loss\n", "expected the columns loss,seed");
    assertUnreadable(header, "expected the columns");
    assertUnreadable(header + "gram,0,cosine\n", "expected 6 fields, got [gram, 0, cosine]");
    assertUnreadable(header + "gram,0,epochs,,,many\n", "cannot read [gram, 0, epochs, , , many]");
    assertUnreadable(header + "gram,0,seconds,,,1.5\n", "a training has no Place[measure=epochs");
  }

  private static void assertUnreadable(String text, String complaint) {
    assertThatThrownBy(() -> ComparisonCsv.read("x.csv", text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("x.csv: " + complaint);
  }
}
