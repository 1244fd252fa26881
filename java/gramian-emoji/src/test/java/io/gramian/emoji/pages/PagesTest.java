package io.gramian.emoji.pages;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.emoji.TrainRun;
import io.gramian.emoji.compare.Claims;
import io.gramian.emoji.compare.Contender;
import io.gramian.emoji.compare.Outcomes;
import io.gramian.emoji.data.Modality;
import io.gramian.emoji.losses.LossSpec;
import io.gramian.emoji.losses.Recipe;
import io.gramian.emoji.losses.TrainingOptions;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages as a browser shows them, on a phone and on a desk, light and dark. */
class PagesTest {
  private static final Path RESULTS =
      Path.of("").toAbsolutePath().getParent().getParent().resolve("bench/results");
  private static final int PHONE = 390;
  private static final int DESK = 1400;

  @TempDir private Path folder;

  @Test
  void nothingOfAComparisonIsCut() throws IOException, InterruptedException {
    Browser browser = Browser.orSkip(folder);
    List<Contender> contenders = new ArrayList<>();
    List<Outcomes> outcomes = TrainingTables.read(RESULTS).comparison();
    TrainingOptions options = new TrainingOptions(Arrays.asList(Modality.values()), 20, 64, 32, 1);
    for (Outcomes of : outcomes) {
      contenders.add(
          new Contender(of.name(), LossSpec.of(Recipe.GRAM), options, false, of.trainings()));
    }
    Path page = folder.resolve("compare.html");
    Files.writeString(
        page,
        new ComparisonPage(contenders, new Claims(outcomes).verdicts(), "a device", "5").html());
    assertWhole(browser, page, 4);
  }

  @Test
  void nothingOfATrainingIsCutAndItsOwnTupleHasABorder() throws IOException, InterruptedException {
    Browser browser = Browser.orSkip(folder);
    Path out = folder.resolve("out");
    TrainRun.tiny(out, "--epochs", "6", "--dim", "16", "--batch", "64").assertDone();
    assertWhole(browser, out.resolve("index.html"), 2);

    for (boolean dark : new boolean[] {false, true}) {
      Browser.View view = browser.show(out.resolve("index.html"), DESK, dark);
      assertThat(view.of("own")).isNotEmpty();
      for (String box : view.of("own")) {
        assertBordered(view.picture(), box, dark ? 0x5CC47C : 0x2A9D4A);
      }
    }
  }

  /** Whether tables and charts fit or scroll, and the page is of the light that was asked for. */
  private static void assertWhole(Browser browser, Path page, int tables)
      throws IOException, InterruptedException {
    for (int width : new int[] {PHONE, DESK}) {
      for (boolean dark : new boolean[] {false, true}) {
        Browser.View view = browser.show(page, width, dark);
        String where = page.getFileName() + " at " + width + (dark ? ", dark" : ", light");
        assertThat(view.of("page")).as(where).containsExactly(width + " " + width);
        assertThat(view.of("table")).as(where).hasSize(tables).doesNotContain("cut");
        assertThat(view.of("img")).as(where).isNotEmpty().doesNotContain("cut");
        assertThat(view.of("paper"))
            .as(where)
            .containsExactly(dark ? "rgb(20, 24, 31)" : "rgb(255, 255, 255)");
        if (width == DESK) {
          assertThat(view.of("table")).as(where).containsOnly("fits");
        }
      }
    }
  }

  /** Whether the outermost pixels of a box are of a colour on all four sides. */
  private static void assertBordered(BufferedImage picture, String box, int colour) {
    double[] sides = Arrays.stream(box.split(" ")).mapToDouble(Double::parseDouble).toArray();
    int left = (int) Math.round(sides[0]);
    int top = (int) Math.round(sides[1]);
    int right = (int) Math.round(sides[2]) - 1;
    int bottom = (int) Math.round(sides[3]) - 1;
    for (int x = left + 2; x < right - 1; x++) {
      assertColour(picture, x, top, colour);
      assertColour(picture, x, bottom, colour);
    }
    for (int y = top + 2; y < bottom - 1; y++) {
      assertColour(picture, left, y, colour);
      assertColour(picture, right, y, colour);
    }
  }

  private static void assertColour(BufferedImage picture, int x, int y, int colour) {
    assertThat(picture.getRGB(x, y) & 0xFFFFFF).as("at %d, %d", x, y).isEqualTo(colour);
  }
}
