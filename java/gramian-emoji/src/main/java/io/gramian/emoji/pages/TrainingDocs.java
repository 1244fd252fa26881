package io.gramian.emoji.pages;

import io.gramian.cli.io.AtomicOutput;
import io.gramian.cli.pages.Markdown;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Documents with figures of trainings, out of {@code bench/results/train-*.csv}. */
public final class TrainingDocs {
  private static final String PAGE = "docs/TRAINING.md";
  private static final String README = "README.md";

  private final Path root;

  /**
   * @param root folder of the working copy
   */
  public TrainingDocs(Path root) {
    this.root = root;
  }

  /** Writes the documents, and says which. */
  public List<String> write() throws IOException {
    Map<String, String> texts = texts();
    for (Map.Entry<String, String> text : texts.entrySet()) {
      AtomicOutput.writeText(root.resolve(text.getKey()), text.getValue());
    }
    return List.copyOf(texts.keySet());
  }

  /** What the documents should hold, by their path below the root. */
  Map<String, String> texts() throws IOException {
    TrainingTables tables = TrainingTables.read(root.resolve("bench/results"));
    Map<String, String> texts = new TreeMap<>();
    texts.put(
        README,
        Markdown.fill(
            Files.readString(root.resolve(README)), Map.of("training", tables.overview())));
    texts.put(PAGE, page(tables));
    return texts;
  }

  private static String page(TrainingTables tables) {
    return """
    # Training

    Written by `./gramian train --docs` out of `bench/results/train-*.csv`; do not edit. `./gramian train --compare`: words and
    pictures of held-out emoji after trainings with different losses under one budget.
    [java/gramian-emoji/README.md](../java/gramian-emoji/README.md) says what is trained and what the names stand for.

    ## Claims

    """
        + tables.claims()
        + "\n## All directions\n\n"
        + tables.details()
        + """

        ## Temperatures

        `./gramian train --choose-temperature`: what words found among tuples of validation emoji (mean of recall@1, @5 and
        @10) at multiples of each loss's usual temperature. The best mean became the default.

        """
        + tables.chosenTemperatures();
  }
}
