package io.gramian.bench.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Documents say what the committed measurements say. */
class DocsTest {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

  @Test
  void documentsAreUpToDate() throws IOException {
    List<String> stale = new ArrayList<>();
    for (Map.Entry<String, String> text : new Docs(ROOT).texts().entrySet()) {
      if (!Files.readString(ROOT.resolve(text.getKey())).equals(text.getValue())) {
        stale.add(text.getKey());
      }
    }
    assertThat(stale).as("run ./gramian bench --docs").isEmpty();
  }

  @Test
  void theNewestRunOfAMachineCountsAndItsChartsAreDrawn(@TempDir Path root) throws IOException {
    Path results = Files.createDirectories(root.resolve("bench/results"));
    Path file = ROOT.resolve("bench/results/2026-11-30-xeon-bench.csv");
    String csv = Files.readString(file);
    Files.writeString(results.resolve("new.csv"), csv);
    Files.writeString(results.resolve("old.csv"), csv.replace("2026-11-30,", "2025-01-01,"));
    Files.writeString(results.resolve("train-compare.csv"), "another,kind\n");
    Files.writeString(root.resolve("README.md"), "<!-- generated:speed --><!-- end -->");
    Files.writeString(
        root.resolve("bench/README.md"), "<!-- generated:other -->\nkept\n<!-- end -->");
    Files.createDirectories(root.resolve("docs"));

    assertThat(new Docs(root).write())
        .contains("docs/RESULTS.md", "docs/charts/contrastive-time.png");

    assertThat(root.resolve("docs/RESULTS.md")).content().contains("new.csv").doesNotContain("old");
    assertThat(root.resolve("README.md")).content().contains("| `contrastive volume`, B = 1024");
    assertThat(root.resolve("bench/README.md")).content().contains("kept");
    assertThat(root.resolve("docs/charts")).isDirectoryContaining("glob:**contrastive-memory.png");
  }
}
