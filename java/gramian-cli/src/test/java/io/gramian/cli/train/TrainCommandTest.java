package io.gramian.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.cli.CommandRun;
import io.gramian.cli.emoji.EmojiSet;
import io.gramian.cli.emoji.Modality;
import io.gramian.cli.emoji.Split;
import io.gramian.cli.nn.Products;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainCommandTest {
  @TempDir private Path folder;

  @Test
  void trainsAndWritesChartsNumbersAndThePage() throws IOException {
    Path out = folder.resolve("out");
    CommandRun run =
        CommandRun.of(
            "train",
            "--epochs",
            "2",
            "--modalities",
            "english,french",
            "--dim",
            "16",
            "--backend",
            "reference",
            "--out",
            out.toString());
    assertThat(run.code()).as(run.err()).isZero();
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
      Trainer trainer = new Trainer(set, Split.standard(set.size()), options, loss, products);
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
    "--backend,abacus,unknown backend 'abacus'",
    "--colour,red,Unknown options"
  })
  void badOptionsAreRefusedBeforeAnythingIsWritten(String option, String value, String complaint) {
    Path out = folder.resolve("out");
    CommandRun run = CommandRun.of("train", option, value, "--out", out.toString());
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
    CommandRun.of(
            "train",
            "--loss",
            name,
            "--modalities",
            modalities,
            "--backend",
            "reference",
            "--out",
            out.toString())
        .assertRefused("--loss " + name + " takes ");
    assertThat(out).doesNotExist();
  }

  @Test
  void triangleTrainsThreeModalitiesWhereNoneAreAskedFor() {
    CommandRun run =
        CommandRun.of(
            "train",
            "--loss",
            "triangle",
            "--epochs",
            "1",
            "--dim",
            "8",
            "--backend",
            "cpu",
            "--out",
            folder.resolve("out").toString());
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("English words against French words, Noto pictures;");
  }

  @Test
  void textIsEscaped() {
    assertThat(Html.escape("<b title='x'>&\"</b>"))
        .isEqualTo("&lt;b title=&#39;x&#39;&gt;&amp;&quot;&lt;/b&gt;");
    assertThat(Html.image(new byte[3], "\"><script>", "c")).doesNotContain("<script>");
  }
}
