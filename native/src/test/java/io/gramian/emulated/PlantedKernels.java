package io.gramian.emulated;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Kernels of {@code src/test/cuda} with mistakes, and where the source says that they are wrong.
 */
final class PlantedKernels {
  private static final Path SOURCES = Path.of("src/test/cuda");
  private static final Pattern KERNEL = Pattern.compile("^(?:CLUSTER_)?KERNEL (\\w+)\\(");
  private static final String MARK = "// fault";
  private static final String MENDED = "_mended";

  /**
   * A kernel.
   *
   * @param file its source, without the ending
   * @param name its name
   * @param faults lines of which one is at fault; none where the kernel is right
   */
  record Planted(String file, String name, List<Integer> faults) {
    boolean isRight() {
      return faults.isEmpty();
    }

    /** The name that a wrong kernel and its mended twin have in common. */
    String pair() {
      return name.endsWith(MENDED) ? name.substring(0, name.length() - MENDED.length()) : name;
    }

    /** Whether a message names one of the lines. */
    boolean isNamedBy(String message) {
      return faults.stream()
          .anyMatch(
              line ->
                  Pattern.compile("\\b" + file + "\\.cu:" + line + "\\b").matcher(message).find());
    }
  }

  private PlantedKernels() {}

  /** The kernels of one source in {@code planted}. */
  static List<Planted> of(String file) {
    return of("planted", file);
  }

  /** The kernels of one source in a folder. */
  static List<Planted> of(String folder, String file) {
    List<Planted> kernels = new ArrayList<>();
    List<String> lines;
    try {
      lines = Files.readAllLines(SOURCES.resolve(folder).resolve(file + ".cu"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (int i = 0; i < lines.size(); i++) {
      Matcher kernel = KERNEL.matcher(lines.get(i));
      if (kernel.find()) {
        kernels.add(new Planted(file, kernel.group(1), new ArrayList<>()));
      }
      if (lines.get(i).contains(MARK)) {
        kernels.getLast().faults().add(i + 1);
      }
    }
    return kernels;
  }
}
