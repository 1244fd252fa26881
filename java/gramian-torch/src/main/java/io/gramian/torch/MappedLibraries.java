package io.gramian.torch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Finds libraries that this process has loaded, by the files that are mapped into its memory. */
final class MappedLibraries {
  /** Path of libtorch_cpu, for systems that do not list the files of a process. */
  static final String LIBRARY_PROPERTY = "gramian.torch.library";

  private static final Path MAPS = Path.of("/proc/self/maps");

  /** Address range, permissions, offset, device and inode stand before the path. */
  private static final int FIELDS_BEFORE_PATH = 5;

  private MappedLibraries() {}

  /**
   * The loaded library of a name.
   *
   * @param name file name up to the first dot, for instance {@code libtorch_cpu}
   * @throws LibtorchException if there is none, or more than one
   */
  static Path only(String name) {
    List<Path> found = find(name);
    if (found.isEmpty()) {
      throw new LibtorchException(
          "no "
              + name
              + " is loaded in this process; expected the natives of DJL"
              + " (ai.djl.pytorch:pytorch-native-cpu and pytorch-jni) or of JavaCPP"
              + " (org.bytedeco:pytorch with the classifier of the platform) on the class path");
    }
    if (found.size() > 1) {
      throw new LibtorchException(
          "two libtorch are loaded in this process, "
              + found.get(0)
              + " and "
              + found.get(1)
              + "; expected one: use DJL or JavaCPP, not both");
    }
    return found.getFirst();
  }

  /** All loaded libraries of a name; see {@link #only}. */
  static List<Path> find(String name) {
    if (!Files.isReadable(MAPS)) {
      return given(name);
    }
    try (Stream<String> lines = Files.lines(MAPS)) {
      return find(lines, name);
    } catch (IOException e) {
      throw new LibtorchException("cannot read " + MAPS, e);
    }
  }

  /** Those in the lines of {@code /proc/self/maps}, each once. */
  static List<Path> find(Stream<String> maps, String name) {
    return maps.map(line -> line.split("\\s+", FIELDS_BEFORE_PATH + 1))
        .filter(fields -> fields.length > FIELDS_BEFORE_PATH)
        .map(fields -> fields[FIELDS_BEFORE_PATH])
        .filter(path -> path.startsWith("/"))
        .distinct()
        .map(Path::of)
        .filter(path -> path.getFileName().toString().startsWith(name + "."))
        .toList();
  }

  /** Where the system does not tell, the property names libtorch_cpu; the others lie beside it. */
  private static List<Path> given(String name) {
    String library = System.getProperty(LIBRARY_PROPERTY);
    if (library == null) {
      throw new LibtorchException(
          "this system does not list the loaded libraries; set -D"
              + LIBRARY_PROPERTY
              + " to the libtorch_cpu that the stack has loaded");
    }
    String file = Path.of(library).getFileName().toString();
    Path path = Path.of(library).resolveSibling(file.replace("libtorch_cpu", name));
    return Files.exists(path) ? List.of(path) : List.of();
  }
}
