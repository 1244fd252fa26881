package io.gramian.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Code that a document shows and a test runs. In the source of the test it stands between {@code //
 * readme:begin} and {@code // readme:end}; what is between {@code // readme:skip} and {@code //
 * readme:resume} is not shown.
 */
public final class Snippets {
  private Snippets() {}

  /**
   * Fails unless the Java blocks of a document are the marked code of sources, word for word, each
   * once and no other.
   */
  public static void assertShown(Path document, Path... sources) {
    List<String> shown = shown(document);
    for (Path source : sources) {
      List<String> marked = marked(source);
      if (marked.isEmpty()) {
        throw new AssertionError(source + " marks no code");
      }
      for (String code : marked) {
        if (!shown.remove(code)) {
          throw new AssertionError(document + " lacks this code of " + source + ":\n" + code);
        }
      }
    }
    if (!shown.isEmpty()) {
      throw new AssertionError(document + " shows code that no test runs:\n" + shown.getFirst());
    }
  }

  private static List<String> shown(Path document) {
    List<String> blocks = new ArrayList<>();
    List<String> block = null;
    for (String line : lines(document)) {
      if (line.equals("```java")) {
        block = new ArrayList<>();
      } else if (line.equals("```") && block != null) {
        blocks.add(String.join("\n", block));
        block = null;
      } else if (block != null) {
        block.add(line);
      }
    }
    return blocks;
  }

  private static List<String> marked(Path source) {
    List<String> snippets = new ArrayList<>();
    List<String> snippet = null;
    boolean skipping = false;
    for (String line : lines(source)) {
      String text = line.strip();
      if (text.equals("// readme:begin")) {
        snippet = new ArrayList<>();
      } else if (text.equals("// readme:end")) {
        snippets.add(String.join("\n", snippet).stripIndent());
        snippet = null;
      } else if (text.equals("// readme:skip") || text.equals("// readme:resume")) {
        skipping = text.endsWith("skip");
      } else if (snippet != null && !skipping) {
        snippet.add(line);
      }
    }
    return snippets;
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
