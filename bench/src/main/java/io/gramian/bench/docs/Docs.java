package io.gramian.bench.docs;

import io.gramian.cli.io.AtomicOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Documents with figures, written out of {@code bench/results}. */
public final class Docs {
  private static final List<String> WITH_BLOCKS = List.of("README.md", "bench/README.md");
  private static final String FOLDER = "docs";
  private static final String CHARTS = "docs/charts";

  private final Path root;

  /**
   * @param root folder of the working copy
   */
  public Docs(Path root) {
    this.root = root;
  }

  /** Writes what is not up to date, and removes charts that are no longer. */
  public List<String> write() throws IOException {
    List<String> written = new ArrayList<>();
    Map<String, String> files = files();
    for (String stale : stale()) {
      Path path = root.resolve(stale);
      if (files.containsKey(stale)) {
        Files.createDirectories(path.getParent());
        AtomicOutput.writeText(path, files.get(stale));
      } else {
        Files.delete(path);
      }
      written.add(stale);
    }
    return written;
  }

  /** Files that differ from what the measurements say. */
  public List<String> stale() throws IOException {
    Map<String, String> files = files();
    List<String> stale = new ArrayList<>();
    for (Map.Entry<String, String> file : files.entrySet()) {
      Path path = root.resolve(file.getKey());
      if (!Files.exists(path) || !Files.readString(path).equals(file.getValue())) {
        stale.add(file.getKey());
      }
    }
    if (Files.isDirectory(root.resolve(CHARTS))) {
      try (Stream<Path> charts = Files.walk(root.resolve(CHARTS))) {
        charts
            .filter(Files::isRegularFile)
            .map(path -> root.relativize(path).toString().replace('\\', '/'))
            .filter(name -> !files.containsKey(name))
            .forEach(stale::add);
      }
    }
    return stale;
  }

  /** What the files should hold, by their path below the root. */
  private Map<String, String> files() throws IOException {
    Results results = Results.read(root);
    Map<String, String> fragments = Fragments.of(root, results);
    Map<String, String> files = new TreeMap<>();
    for (String name : WITH_BLOCKS) {
      files.put(name, Blocks.fill(name, Files.readString(root.resolve(name)), fragments));
    }
    ResultsPage.files(results, fragments)
        .forEach((name, text) -> files.put(FOLDER + "/" + name, text));
    return files;
  }
}
