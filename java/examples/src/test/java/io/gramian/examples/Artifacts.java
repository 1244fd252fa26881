package io.gramian.examples;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The artifacts of this module and what each of them needs, from the tree that Maven has written: a
 * class path as Maven makes it for a project that names some of them.
 */
final class Artifacts {
  private static final Path TREE = Path.of("target", "dependencies.tgf");

  /** GROUP:ARTIFACT, and :CLASSIFIER if there is one, for each node; a node may come again. */
  private final Map<String, String> keys = new HashMap<>();

  private final Map<String, String> versions = new HashMap<>();
  private final Map<String, Set<String>> needs = new HashMap<>();

  private Artifacts(List<String> tree) {
    // Lines "NODE LABEL", a line "#", lines "NODE NEEDED SCOPE".
    int end = tree.indexOf("#");
    tree.subList(0, end).forEach(this::addNode);
    for (String edge : tree.subList(end + 1, tree.size())) {
      String[] parts = edge.split(" ");
      needs.computeIfAbsent(keys.get(parts[0]), _ -> new LinkedHashSet<>()).add(keys.get(parts[1]));
    }
  }

  static Artifacts ofThisModule() {
    try {
      return new Artifacts(Files.readAllLines(TREE));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A label is GROUP:ARTIFACT:TYPE[:CLASSIFIER]:VERSION[:SCOPE]; where the artifact stands in
   * another place too, it is in parentheses, with a remark.
   */
  private void addNode(String line) {
    String label = line.substring(line.indexOf(' ') + 1);
    String[] parts = label.replaceAll("^\\(|[ )].*", "").split(":");
    boolean classified = parts.length == 6;
    String key = parts[0] + ":" + parts[1] + (classified ? ":" + parts[3] : "");
    keys.put(line.substring(0, line.indexOf(' ')), key);
    if (!label.startsWith("(")) {
      versions.put(key, parts[classified ? 4 : 3]);
    }
  }

  /** The files of artifacts GROUP:ARTIFACT:VERSION[:CLASSIFIER] and of all that they need. */
  List<String> files(List<String> coordinates) {
    Set<String> found = new LinkedHashSet<>();
    Deque<String> left = new ArrayDeque<>();
    for (String named : coordinates) {
      String[] parts = named.split(":");
      String key = parts[0] + ":" + parts[1] + (parts.length > 3 ? ":" + parts[3] : "");
      if (!parts[2].equals(versions.get(key))) {
        throw new AssertionError(
            named + " is named, the version of this build is " + versions.get(key));
      }
      left.add(key);
    }
    while (!left.isEmpty()) {
      String key = left.remove();
      if (found.add(key)) {
        left.addAll(needs.getOrDefault(key, Set.of()));
      }
    }
    return found.stream().map(this::file).toList();
  }

  /** Where an artifact is on the class path of the tests; the build makes some of them itself. */
  private String file(String key) {
    String[] parts = key.split(":");
    String artifact = parts[1];
    String classifier = parts.length > 2 ? "-" + parts[2] : "";
    String jar = artifact + "-" + versions.get(key) + classifier + ".jar";
    List<String> entries = List.of(System.getProperty("java.class.path").split(File.pathSeparator));
    for (String entry : entries) {
      Path path = Path.of(entry);
      if (path.getFileName().toString().equals(jar)) {
        return entry;
      }
      // A module that is compiled but not packed: MODULE/target/classes.
      Path module = path.getNameCount() > 2 ? path.getName(path.getNameCount() - 3) : path;
      if (path.endsWith(Path.of("target", "classes"))
          && (artifact.equals(module.toString()) || artifact.equals("gramian-" + module))) {
        return entry;
      }
    }
    throw new AssertionError("not on the class path: " + jar + ", " + entries);
  }
}
