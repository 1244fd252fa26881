package io.gramian;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Which package may mention which. It reads the sources, for a constant of another package leaves
 * no trace in a class file.
 */
class RoomsTest {
  /** The rooms of a backend from the top down; those of a level do not know one another. */
  private static final Map<String, List<Set<String>>> LEVELS =
      Map.of(
          "cuda",
          List.of(
              Set.of(""),
              Set.of("op"),
              Set.of("cloud", "set", "nway", "sample"),
              Set.of("pair"),
              Set.of("gemm"),
              Set.of("abi"),
              Set.of("device"),
              Set.of("driver")),
          "cpu",
          List.of(
              Set.of(""),
              Set.of("op"),
              Set.of("cloud", "set", "nway", "sample"),
              Set.of("pair"),
              Set.of("simd"),
              Set.of("device")));

  private static final Set<String> BACKENDS = Set.of("reference", "cpu", "cuda");
  private static final Pattern MENTION =
      Pattern.compile("\\bio\\.gramian((?:\\.[a-z]\\w*)*)\\.[A-Z*]");
  private static final Path SOURCES = Path.of("src/main/java/io/gramian");
  private static final Path GENERATED = Path.of("target/generated-sources/abi/io/gramian");
  private static final Path PICTURE = Path.of("../../CONTRIBUTING.md");
  private static final String BEGIN = "<!-- rooms -->";
  private static final String END = "<!-- end -->";

  /** A line of a package that mentions another. Packages are named without {@code io.gramian.}. */
  private record Mention(String from, String to, String place) {}

  @ParameterizedTest
  @ValueSource(strings = {"cuda", "cpu"})
  void arrowsOfABackendGoDown(String backend) {
    List<Set<String>> levels = LEVELS.get(backend);
    List<Mention> mentions = mentions(backend);
    assertThat(mentions.stream().flatMap(m -> Stream.of(m.from(), m.to())))
        .filteredOn(name -> isWithin(name, backend))
        .allSatisfy(name -> assertThat(level(levels, room(name, backend))).isNotNegative());
    assertThat(mentions)
        .filteredOn(m -> isWithin(m.to(), backend) && !m.to().equals(m.from()))
        .filteredOn(
            m -> level(levels, room(m.from(), backend)) >= level(levels, room(m.to(), backend)))
        .isEmpty();
  }

  @Test
  void backendsDoNotKnowEachOtherAndNobodyKnowsThem() {
    assertThat(mentions(""))
        .filteredOn(m -> BACKENDS.contains(first(m.to())) && !first(m.to()).equals(first(m.from())))
        .isEmpty();
  }

  /**
   * CONTRIBUTING shows the rooms as they are: an arrow for each room that another mentions, but for
   * those that longer ways lead to. {@code -Drooms.draw=true} draws them anew.
   */
  @Test
  void thePictureIsThatOfTheCode() throws IOException {
    String text = Files.readString(PICTURE);
    int begin = text.indexOf(BEGIN) + BEGIN.length();
    String drawn =
        text.substring(0, begin)
            + "\n```mermaid\ngraph TD\n"
            + picture("cuda")
            + picture("cpu")
            + "```\n"
            + text.substring(text.indexOf(END, begin));
    if (Boolean.getBoolean("rooms.draw")) {
      Files.writeString(PICTURE, drawn);
    }
    assertThat(Files.readString(PICTURE)).isEqualTo(drawn);
  }

  private static String picture(String backend) {
    Map<String, Set<String>> below = new TreeMap<>();
    for (Mention m : mentions(backend)) {
      if (isWithin(m.to(), backend) && !m.to().equals(m.from())) {
        below.computeIfAbsent(m.from(), _ -> new TreeSet<>()).add(m.to());
      }
    }
    StringBuilder lines = new StringBuilder();
    below.forEach(
        (from, tos) ->
            tos.stream()
                .filter(to -> tos.stream().noneMatch(other -> reaches(below, other, to)))
                .forEach(to -> lines.append("  " + from + " --> " + to + "\n")));
    return lines.toString();
  }

  /** Whether arrows lead from one room to another. */
  private static boolean reaches(Map<String, Set<String>> below, String from, String to) {
    Set<String> next = below.getOrDefault(from, Set.of());
    return next.contains(to) || next.stream().anyMatch(room -> reaches(below, room, to));
  }

  private static boolean isWithin(String name, String backend) {
    return first(name).equals(backend);
  }

  private static String first(String name) {
    return name.split("\\.")[0];
  }

  private static String room(String name, String backend) {
    return name.equals(backend) ? "" : name.substring(backend.length() + 1);
  }

  private static int level(List<Set<String>> levels, String room) {
    for (int level = 0; level < levels.size(); level++) {
      if (levels.get(level).contains(room)) {
        return level;
      }
    }
    return -1;
  }

  /** All mentions in the sources of a folder and those below it. */
  private static List<Mention> mentions(String folder) {
    List<Mention> mentions = new ArrayList<>();
    try {
      for (Path root : List.of(SOURCES, GENERATED)) {
        for (Path file : javaFiles(root.resolve(folder))) {
          Path parent = root.relativize(file).getParent();
          String from = parent == null ? "" : parent.toString().replace('/', '.');
          List<String> lines = Files.readAllLines(file);
          for (int i = 0; i < lines.size(); i++) {
            Matcher matcher = MENTION.matcher(lines.get(i));
            while (matcher.find()) {
              String to = matcher.group(1);
              mentions.add(
                  new Mention(from, to.isEmpty() ? "" : to.substring(1), file + ":" + (i + 1)));
            }
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    assertThat(mentions).as("mentions in " + SOURCES.resolve(folder)).isNotEmpty();
    return mentions;
  }

  /** The Java files of a folder and those below it, which may be missing. */
  private static Set<Path> javaFiles(Path folder) throws IOException {
    Set<Path> files = new TreeSet<>();
    if (Files.exists(folder)) {
      try (Stream<Path> paths = Files.walk(folder)) {
        paths.filter(path -> path.toString().endsWith(".java")).forEach(files::add);
      }
    }
    return files;
  }
}
