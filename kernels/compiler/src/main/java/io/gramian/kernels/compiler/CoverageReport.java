package io.gramian.kernels.compiler;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which lines of the kernels have run on the emulated device. A line of a header counts as reached
 * if it ran in any image and any instance of a template.
 */
final class CoverageReport {
  private static final Pattern SOURCE = Pattern.compile("\\s*-:\\s*0:Source:(.*)");

  /** Count and number of a line; {@code -} for one without code, signs for one that never ran. */
  private static final Pattern LINE = Pattern.compile("\\s*(\\S+):\\s*([1-9]\\d*):.*");

  /** Lines with code, by file and number; true for those that ran. */
  private final TreeMap<Path, TreeMap<Integer, Boolean>> files = new TreeMap<>();

  /**
   * Reads the counters of all images of a coverage build.
   *
   * @param gcov the program that goes with the compiler
   * @param tree the sources and headers to report on
   * @param counters the folder of the build's objects
   * @return the report
   * @throws CompilationException if gcov fails, or no kernel has run yet
   * @throws IOException if the folder cannot be read
   * @throws InterruptedException if the thread is interrupted
   */
  static CoverageReport read(HostCompiler gcov, SourceTree tree, Path counters)
      throws CompilationException, IOException, InterruptedException {
    CoverageReport report = new CoverageReport();
    List<Path> roots = List.of(tree.sourceFolder(), tree.includeFolder());
    List<Path> notes;
    try (Stream<Path> found = Files.list(counters)) {
      notes = found.filter(file -> file.toString().endsWith(".gcno")).sorted().toList();
    }
    if (notes.isEmpty()) {
      throw new CompilationException(
          "no counters in " + counters + ": build with --coverage first");
    }
    for (Path note : notes) {
      // Images that never ran have no counters; gcov then takes all of their lines as not reached.
      report.add(gcov.run("reading " + note, List.of("--stdout", note.toString())), roots);
    }
    return report;
  }

  /** Adds what gcov prints about one image, of the files below some folders. */
  void add(String text, List<Path> roots) {
    TreeMap<Integer, Boolean> lines = null;
    for (String line : text.lines().toList()) {
      Matcher source = SOURCE.matcher(line);
      if (source.matches()) {
        Path name = name(Path.of(source.group(1)), roots);
        lines = name == null ? null : files.computeIfAbsent(name, n -> new TreeMap<>());
        continue;
      }
      Matcher counted = LINE.matcher(line);
      if (lines != null && counted.matches() && !counted.group(1).equals("-")) {
        boolean ran = Character.isDigit(counted.group(1).charAt(0));
        lines.merge(Integer.parseInt(counted.group(2)), ran, Boolean::logicalOr);
      }
    }
  }

  /** The path from the folder of a root on; null for other files and the device's twins. */
  private static Path name(Path file, List<Path> roots) {
    Path path = file.toAbsolutePath().normalize();
    for (Path root : roots) {
      Path base = root.toAbsolutePath().normalize();
      if (path.startsWith(base)) {
        Path below = base.relativize(path);
        return isForEmulation(below) ? null : base.getFileName().resolve(below);
      }
    }
    return null;
  }

  /** Twins of instructions are in folders of that name. */
  private static boolean isForEmulation(Path path) {
    for (Path part : path) {
      if (part.toString().equals("emulated")) {
        return true;
      }
    }
    return false;
  }

  /** One line for people. */
  String summary() {
    long all = files.values().stream().mapToLong(Map::size).sum();
    long reached = files.values().stream().mapToLong(CoverageReport::reached).sum();
    return "Kernel lines reached: %d of %d (%s)".formatted(reached, all, percent(reached, all));
  }

  /**
   * Writes a line per file, with the ranges of lines that were not reached.
   *
   * @param file where to
   * @throws IOException if it cannot be written
   */
  void write(Path file) throws IOException {
    List<String> text = new ArrayList<>();
    text.add(summary());
    text.add("");
    files.forEach(
        (name, lines) -> {
          long reached = reached(lines);
          text.add(
              "%-52s %5d of %5d  %s"
                  .formatted(name, reached, lines.size(), percent(reached, lines.size())));
          if (reached < lines.size()) {
            text.add("    not reached: " + String.join(", ", gaps(lines)));
          }
        });
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.write(file, text);
  }

  private static long reached(Map<Integer, Boolean> lines) {
    return lines.values().stream().filter(ran -> ran).count();
  }

  private static String percent(long part, long all) {
    return all == 0 ? "no code" : "%.1f %%".formatted(100.0 * part / all);
  }

  /**
   * Ranges of lines that did not run; lines without code between two of them belong to the range.
   */
  private static List<String> gaps(TreeMap<Integer, Boolean> lines) {
    List<String> gaps = new ArrayList<>();
    TreeSet<Integer> range = new TreeSet<>();
    lines.forEach(
        (number, ran) -> {
          if (!ran) {
            range.add(number);
          } else if (!range.isEmpty()) {
            gaps.add(text(range));
            range.clear();
          }
        });
    if (!range.isEmpty()) {
      gaps.add(text(range));
    }
    return gaps;
  }

  private static String text(TreeSet<Integer> range) {
    return range.size() == 1 ? range.first().toString() : range.first() + "-" + range.last();
  }
}
