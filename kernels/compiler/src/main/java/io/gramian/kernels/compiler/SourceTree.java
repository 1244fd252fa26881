package io.gramian.kernels.compiler;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Device code: a folder of {@code *.cu} files, each compiled to one image, and a folder of headers
 * that any of them may include.
 *
 * @param sourceFolder searched through for {@code *.cu}
 * @param includeFolder searched through for {@code *.cuh}, {@code *.h} and {@code *.hpp}
 */
public record SourceTree(Path sourceFolder, Path includeFolder) {
  private static final Set<String> HEADER_SUFFIXES = Set.of(".cuh", ".h", ".hpp");

  /**
   * Lists the sources in the order of their names.
   *
   * @return at least one file
   * @throws IOException if the folder cannot be read
   * @throws CompilationException if it holds no source, or two of the same file name
   */
  public List<Path> sources() throws IOException, CompilationException {
    List<Path> sources = list(sourceFolder, Set.of(".cu"));
    if (sources.isEmpty()) {
      throw new CompilationException("no *.cu file under " + sourceFolder);
    }
    long names = sources.stream().map(SourceTree::imageName).distinct().count();
    if (names < sources.size()) {
      throw new CompilationException(
          "two *.cu files of one name under " + sourceFolder + ": their images would collide");
    }
    return sources;
  }

  /**
   * Lists the names of the images of all sources.
   *
   * @return one name per source
   * @throws IOException if the folder cannot be read
   * @throws CompilationException as {@link #sources} does
   */
  public List<String> imageNames() throws IOException, CompilationException {
    return sources().stream().map(SourceTree::imageName).toList();
  }

  /**
   * Lists the headers in the order of their names.
   *
   * @return the files, possibly none
   * @throws IOException if the folder cannot be read
   */
  public List<Path> headers() throws IOException {
    return list(includeFolder, HEADER_SUFFIXES);
  }

  /**
   * Lists the headers that device code may include: all but those in folders named {@code
   * emulated}, which are for the emulated device.
   *
   * @return the files, possibly none
   * @throws IOException if the folder cannot be read
   */
  public List<Path> deviceHeaders() throws IOException {
    return headers().stream()
        .filter(file -> !isForEmulation(includeFolder.relativize(file)))
        .toList();
  }

  /**
   * Returns the name of the image of a source.
   *
   * @param source for example {@code src/volume.cu}
   * @return for example {@code volume}
   */
  public static String imageName(Path source) {
    String name = source.getFileName().toString();
    return name.substring(0, name.lastIndexOf('.'));
  }

  /**
   * Tells whether a header is for the emulated device alone.
   *
   * @param path its path, of which everything counts
   * @return true if it lies in a folder named {@code emulated}
   */
  static boolean isForEmulation(Path path) {
    for (Path part : path) {
      if (part.toString().equals("emulated")) {
        return true;
      }
    }
    return false;
  }

  private static List<Path> list(Path folder, Set<String> suffixes) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> suffixes.stream().anyMatch(file.getFileName().toString()::endsWith))
          .sorted()
          .toList();
    }
  }
}
