package io.gramian.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The first GPU and its driver, as the NVIDIA kernel module tells under {@code /proc}.
 *
 * @param name model; empty without one
 * @param driver version; empty without one
 */
record Gpu(String name, String driver) {
  private static final Path FOLDER = Path.of("/proc/driver/nvidia");
  private static final Pattern VERSION = Pattern.compile("\\s(\\d+\\.\\d+(?:\\.\\d+)?)\\s");
  private static final Pattern MODEL = Pattern.compile("(?m)^Model:\\s*(.*\\S)");

  /** That of this machine. */
  static Gpu here() {
    return of(FOLDER);
  }

  /** That of a folder in the layout of {@code /proc/driver/nvidia}. */
  static Gpu of(Path folder) {
    try {
      return new Gpu(model(folder.resolve("gpus")), first(VERSION, folder.resolve("version")));
    } catch (IOException e) {
      return new Gpu("", "");
    }
  }

  private static String model(Path gpus) throws IOException {
    if (!Files.isDirectory(gpus)) {
      return "";
    }
    try (Stream<Path> folders = Files.list(gpus)) {
      Path first = folders.sorted().findFirst().orElse(null);
      return first == null ? "" : first(MODEL, first.resolve("information"));
    }
  }

  private static String first(Pattern pattern, Path file) throws IOException {
    if (!Files.isReadable(file)) {
      return "";
    }
    Matcher matcher = pattern.matcher(Files.readString(file));
    return matcher.find() ? matcher.group(1) : "";
  }
}
