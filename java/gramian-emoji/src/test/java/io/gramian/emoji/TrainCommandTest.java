package io.gramian.emoji;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.Device;
import io.gramian.cli.pages.Html;
import io.gramian.emoji.data.EmojiSet;
import io.gramian.emoji.data.Modality;
import io.gramian.emoji.data.Split;
import io.gramian.emoji.data.TrainingData;
import io.gramian.emoji.heads.Matrix;
import io.gramian.emoji.heads.Products;
import io.gramian.emoji.losses.AlignmentLoss;
import io.gramian.emoji.losses.LossSpec;
import io.gramian.emoji.losses.PlainGramLoss;
import io.gramian.emoji.losses.Recipe;
import io.gramian.emoji.losses.TrainingOptions;
import io.gramian.emoji.measure.EpochReport;
import io.gramian.emoji.training.Trainer;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ForkJoinPool;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TrainCommandTest {
  @TempDir private Path folder;

  @Test
  void trainsAndWritesChartsNumbersAndThePage() throws IOException {
    Path out = folder.resolve("out");
    TrainRun run =
        TrainRun.tiny(out, "--epochs", "2", "--modalities", "english,french").assertDone();
    assertThat(run.out()).contains("1600 emoji to train on, 311 held out");
    for (String chart : List.of("loss.png", "recall.png", "pairs.png")) {
      BufferedImage image = ImageIO.read(out.resolve(chart).toFile());
      assertThat(image.getWidth()).isGreaterThan(400);
    }
    assertThat(Files.readAllLines(out.resolve("epochs.csv")))
        .startsWith("epoch,measure,query,candidate,value")
        .anyMatch(line -> line.startsWith("2,recall@10,anchor,tuple,"));
    String page = Files.readString(out.resolve("index.html"));
    assertThat(page).contains("data:image/png;base64,").doesNotContain("{{", "src=\"http");
  }

  @Test
  void lossFallsRecallRisesAndASeedDecidesAll() throws IOException {
    List<EpochReport> first = train(3);
    assertThat(first.getLast().loss()).isLessThan(0.8 * first.getFirst().loss());
    assertThat(first.getLast().anchorToTuple().at10()).isGreaterThan(0.2);
    List<EpochReport> again = train(3);
    assertThat(again.getLast().loss()).isEqualTo(first.getLast().loss());
    assertThat(again.getLast().anchorToTuple()).isEqualTo(first.getLast().anchorToTuple());
    assertThat(train(4).getLast().loss()).isNotEqualTo(first.getLast().loss());
  }

  private static List<EpochReport> train(long seed) throws IOException {
    EmojiSet set = EmojiSet.load();
    TrainingOptions options =
        new TrainingOptions(List.of(Modality.ENGLISH, Modality.FRENCH), 4, 64, 16, seed);
    try (AlignmentLoss loss = new PlainGramLoss();
        Products products = new Products()) {
      Trainer trainer =
          new Trainer(new TrainingData(set, Split.standard(set.size())), options, loss, products);
      List<EpochReport> reports = new ArrayList<>();
      for (int epoch = 1; epoch <= 4; epoch++) {
        reports.add(trainer.epoch(epoch, value -> assertThat(value).isFinite()));
      }
      return reports;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "--epochs,0,--epochs must be from 1",
    "--epochs,many,many",
    "--batch,5000,--batch must be from 2 to 1600",
    "--dim,-3,--dim must be from 1",
    "--loss,hinge,unknown loss 'hinge'",
    "--modalities,english,two or more",
    "--modalities,'english,english',two or more",
    "--modalities,'english,smell',unknown modality 'smell'",
    "--loss,gram:2+hinge,unknown loss 'hinge'",
    "--loss,gram:none,is no number",
    "--missing,1.5,--missing must be from 0 to 0.95",
    "--missing,NaN,--missing must be from 0 to 0.95",
    "--split,train,--split takes test or validation",
    "--temperature,0,--temperature must be above 0",
    "--temperature,-0.07,--temperature must be above 0",
    "--temperature,NaN,--temperature must be above 0",
    "--temperature,Infinity,--temperature must be above 0",
    "--temperature,warm,--temperature takes numbers",
    "--temperature,'gram:0.1,gram:0.2',names gram twice",
    "--temperature,clip:0.1,--loss gram has no part clip",
    "--checkpoint-every,0,--checkpoint-every must be from 1",
    "--checkpoint,no/such/folder/state,its folder does not exist",
    "--backend,abacus,unknown backend 'abacus'",
    "--colour,red,Unknown options"
  })
  void badOptionsAreRefusedBeforeAnythingIsWritten(String option, String value, String complaint) {
    Path out = folder.resolve("out");
    TrainRun run = TrainRun.of(option, value, "--out", out.toString());
    run.assertRefused(complaint);
    assertThat(out).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({
    "triangle,'english,french,noto,twemoji'",
    "triangle,'english,french'",
    "set-clip,'english,noto,twemoji'"
  })
  void modalitiesThatALossDoesNotTakeAreRefused(String name, String modalities) {
    Path out = folder.resolve("out");
    TrainRun.tiny(out, "--loss", name, "--modalities", modalities)
        .assertRefused("--loss " + name + " takes ");
    assertThat(out).doesNotExist();
  }

  @ParameterizedTest
  @EnumSource(value = Recipe.class, names = "UNIFORMITY", mode = EnumSource.Mode.EXCLUDE)
  void lossesThatNeedEveryModalityRefuseMissingOnes(Recipe recipe) {
    boolean takes =
        List.of("gram", "gram-authors", "gha", "symile", "centroid", "eigen")
            .contains(recipe.key());
    Path out = folder.resolve("out");
    TrainRun run = TrainRun.tiny(out, "--loss", recipe.key(), "--missing", "0.3");
    if (takes) {
      run.assertDone();
    } else {
      run.assertRefused(
          "--loss "
              + recipe.key()
              + " needs every modality of a sample; --missing goes with gram, gram-authors, gha,"
              + " symile, centroid, eigen");
      assertThat(out).doesNotExist();
    }
  }

  @ParameterizedTest
  @CsvSource({"gram", "gram-authors", "gha", "symile", "centroid", "eigen"})
  void whatIsMissingGetsNoGradientAndIsNotRead(String name) {
    int batch = 6;
    TrainingOptions options = new TrainingOptions(List.of(Modality.values()), 1, batch, 5, 0, 0.3);
    List<Matrix> embeddings = new ArrayList<>();
    for (int m = 0; m < 4; m++) {
      embeddings.add(Matrix.gaussian(batch, 5, 1, new Random(m)));
    }
    float[] present = new float[batch * 3];
    Arrays.fill(present, 1);
    present[2 * 3 + 1] = 0;
    try (Device device = Device.open("reference");
        AlignmentLoss loss = LossSpec.parse(name).open(device, options)) {
      Map<String, Double> scalars = Map.of("temperature", 0.2);
      AlignmentLoss.Gradients before = loss.evaluate(embeddings, present, scalars);
      assertThat(before.embeddings().get(2).data()[2]).containsOnly(0);
      assertThat(before.embeddings().get(2).data()[3]).doesNotContain(0);
      Arrays.fill(embeddings.get(2).data()[2], 9);
      assertThat(loss.evaluate(embeddings, present, scalars).loss()).isEqualTo(before.loss());
    }
  }

  @Test
  void theNumberOfThreadsChangesNoBit() throws Exception {
    try (ForkJoinPool one = new ForkJoinPool(1);
        ForkJoinPool four = new ForkJoinPool(4)) {
      List<EpochReport> alone = one.submit(() -> train(5)).get();
      List<EpochReport> together = four.submit(() -> train(5)).get();
      for (int epoch = 0; epoch < alone.size(); epoch++) {
        assertThat(together.get(epoch).loss()).isEqualTo(alone.get(epoch).loss());
        assertThat(together.get(epoch).heldOut()).isEqualTo(alone.get(epoch).heldOut());
      }
    }
  }

  @Test
  void aSumIsTrainedWithScalarsOfItsOwn() {
    Path out = folder.resolve("out");
    TrainRun run =
        TrainRun.tiny(out, "--loss", "gram+clip:0.5", "--split", "validation").assertDone();
    assertThat(run.out())
        .contains("1289 emoji to train on, 311 held out", "gram.temperature", "clip.temperature");
  }

  @Test
  void aTemperatureWithoutANameIsAmbiguousForASum() {
    Path out = folder.resolve("out");
    TrainRun.of("--loss", "gram+clip:0.5", "--temperature", "0.1", "--out", out.toString())
        .assertRefused(
            "--temperature 0.1 could be of any part of --loss gram+clip:0.5; name one, for"
                + " instance gram:0.1");
    assertThat(out).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({
    "gram,0.2,'temperature 0.200 at first, learned'",
    "siglip,0.25,'temperature 0.250 at first, learned'",
    "set-clip,0.2,'temperature 0.200, fixed'",
    "set-clip+clip,clip:0.3,'temperature of clip 0.300 at first, learned'"
  })
  void theReportSaysWithWhatTemperatureItStarts(String loss, String temperature, String note)
      throws IOException {
    Path out = folder.resolve("out");
    TrainRun run = TrainRun.tiny(out, "--loss", loss, "--temperature", temperature).assertDone();
    assertThat(run.out()).contains(note);
    assertThat(Files.readString(out.resolve("index.html"))).contains(note);
  }

  @Test
  void triangleTrainsThreeModalitiesWhereNoneAreAskedFor() {
    TrainRun run = TrainRun.tiny(folder.resolve("out"), "--loss", "triangle").assertDone();
    assertThat(run.out()).contains("English words against French words, Noto pictures;");
  }

  @Test
  void textIsEscaped() {
    assertThat(Html.escape("<b title='x'>&\"</b>"))
        .isEqualTo("&lt;b title=&#39;x&#39;&gt;&amp;&quot;&lt;/b&gt;");
    assertThat(Html.image(new byte[3], "\"><script>", "c")).doesNotContain("<script>");
  }
}
