package io.gramian.bench.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every figure in the documents comes from a committed file of measurements. */
class DocsTest {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

  @Test
  void documentsSayWhatTheMeasurementsSay() throws IOException {
    assertThat(new Docs(ROOT).stale()).as("run ./gramian bench --docs").isEmpty();
  }

  @Test
  void nobodyTypedAFigure() throws IOException {
    List<String> typed = new ArrayList<>();
    for (Path document : documents()) {
      if (document.endsWith("docs/RESULTS.md")) {
        continue; // generated as a whole, which the test above holds it to
      }
      TypedFigures.in(Files.readString(document))
          .forEach(line -> typed.add(ROOT.relativize(document) + ":" + line));
    }
    assertThat(typed)
        .as("measure it, or put it under a heading of predictions, targets or limits")
        .isEmpty();
  }

  @Test
  void aChangedFigureIsFound(@TempDir Path folder) throws IOException {
    for (String name : List.of("README.md", "bench/README.md")) {
      copy(name, folder);
    }
    try (Stream<Path> results = Files.walk(ROOT.resolve("bench/results"))) {
      for (Path file : results.filter(Files::isRegularFile).toList()) {
        copy(ROOT.relativize(file).toString(), folder);
      }
    }
    Docs docs = new Docs(folder);
    docs.write();
    assertThat(docs.stale()).isEmpty();

    Path page = folder.resolve("docs/RESULTS.md");
    Files.writeString(page, Files.readString(page).replaceFirst("25 x", "24 x"));
    Path readme = folder.resolve("bench/README.md");
    Files.writeString(readme, Files.readString(readme).replaceFirst("GFLOP/s,", "TFLOP/s,"));
    Path charts = Files.createDirectories(folder.resolve("docs/charts"));
    Files.writeString(charts.resolve("forged.svg"), "<svg/>");

    assertThat(docs.stale())
        .containsExactlyInAnyOrder("docs/RESULTS.md", "bench/README.md", "docs/charts/forged.svg");
    docs.write();
    assertThat(docs.stale()).isEmpty();
  }

  @Test
  void typedFiguresAreFoundWhereTheyAreMeasurements() {
    String text =
        """
        It is 3 x as fast, in 4.5
        ms.

        Recall@1 of 0.56 is reached.

        | 400 GFLOP/s of 800 | a cell |
        | plain | cell |

        takes 12 % of its memory, but a residual below 1.5 % of the norm,
        a batch of 1024 with tau = 0.07, 45 MB, -0.1 and 3 x 3 matrices

            indented 5 ms code
        ```
        5 ms
        ```
        <!-- generated:x -->
        5 ms
        <!-- end -->
        # Predicted
        5 ms
        ## Deeper
        5 ms
        # Next
        5 us

        a residual below 1.5 % of the norm
        """;

    assertThat(TypedFigures.in(text))
        .extracting(line -> line.split(":")[0])
        .containsExactly("1", "4", "6", "9", "24");
  }

  @Test
  void aBlockThatNothingFillsIsAnError() {
    String text = "a <!-- generated:one -->\nold\n<!-- end --> b";

    assertThat(Blocks.fill("x.md", text, Map.of("one", "new $1")))
        .isEqualTo("a <!-- generated:one -->\nnew $1\n<!-- end --> b");
    assertThatThrownBy(() -> Blocks.fill("x.md", text, Map.of()))
        .hasMessageContaining("x.md")
        .hasMessageContaining("one");
  }

  private static void copy(String name, Path folder) throws IOException {
    Path target = folder.resolve(name);
    Files.createDirectories(target.getParent());
    Files.copy(ROOT.resolve(name), target);
  }

  /** All Markdown of the repository but what was built. */
  private static List<Path> documents() throws IOException {
    try (Stream<Path> files = Files.walk(ROOT)) {
      return files
          .filter(file -> file.toString().endsWith(".md"))
          .filter(file -> !ROOT.relativize(file).toString().matches("(.*/)?(target|\\.[^/]+)/.*"))
          .sorted()
          .toList();
    }
  }
}
