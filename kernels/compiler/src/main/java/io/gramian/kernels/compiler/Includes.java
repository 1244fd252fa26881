package io.gramian.kernels.compiler;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The headers that a file includes, directly and indirectly: what its image depends on. Found by
 * reading the text, so one that only some builds include counts too.
 */
final class Includes {
  private static final Pattern INCLUDE =
      Pattern.compile("^[ \\t]*#[ \\t]*include[ \\t]*\"([^\"]+)\"", Pattern.MULTILINE);

  private final List<Path> folders;
  private final Map<Path, List<Path>> direct = new HashMap<>();

  /**
   * Prepares the search.
   *
   * @param folders searched for a header that is not beside the file that includes it
   */
  Includes(List<Path> folders) {
    this.folders = folders;
  }

  /**
   * Lists all headers of a file, in the order of their names.
   *
   * @param file a source
   * @return the headers below the folders and beside the file; those of the system do not count
   * @throws IOException if a file cannot be read
   */
  List<Path> of(Path file) throws IOException {
    TreeSet<Path> found = new TreeSet<>();
    Deque<Path> open = new ArrayDeque<>(List.of(file));
    while (!open.isEmpty()) {
      for (Path header : direct(open.pop())) {
        if (found.add(header)) {
          open.push(header);
        }
      }
    }
    found.remove(file.normalize());
    return List.copyOf(found);
  }

  private List<Path> direct(Path file) throws IOException {
    List<Path> known = direct.get(file);
    if (known == null) {
      TreeSet<Path> headers = new TreeSet<>();
      Matcher matcher = INCLUDE.matcher(Files.readString(file));
      while (matcher.find()) {
        Path header = find(file, matcher.group(1));
        if (header != null) {
          headers.add(header);
        }
      }
      known = List.copyOf(headers);
      direct.put(file, known);
    }
    return known;
  }

  private Path find(Path from, String name) {
    Path beside = from.resolveSibling(name).normalize();
    if (Files.isRegularFile(beside)) {
      return beside;
    }
    for (Path folder : folders) {
      Path header = folder.resolve(name).normalize();
      if (Files.isRegularFile(header)) {
        return header;
      }
    }
    return null;
  }
}
