package io.gramian.kernels.compiler;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Device code: a folder of {@code *.cu} files, each compiled to one or more images, and a folder of
 * headers that any of them may include.
 *
 * @param root the project's folder, which names of files in keys, messages and line information are
 *     relative to, so that two checkouts make the same images
 * @param sourceFolder searched through for {@code *.cu}
 * @param includeFolder where headers are included from
 */
public record SourceTree(Path root, Path sourceFolder, Path includeFolder) {

  /**
   * Makes the folders absolute.
   *
   * @param root the project's folder
   * @param sourceFolder searched through for {@code *.cu}
   * @param includeFolder where headers are included from
   */
  public SourceTree {
    root = root.toAbsolutePath().normalize();
    sourceFolder = sourceFolder.toAbsolutePath().normalize();
    includeFolder = includeFolder.toAbsolutePath().normalize();
  }

  /**
   * Lists the images in the order in which they are best compiled over several cores: those of the
   * greatest values first, which take longest, else in the order of their names.
   *
   * @return at least one image
   * @throws IOException if the folder cannot be read
   * @throws CompilationException if it holds no source, or two make images of the same name
   */
  public List<ImageSource> images() throws IOException, CompilationException {
    List<Path> files;
    try (Stream<Path> found = Files.walk(sourceFolder)) {
      files = found.filter(file -> file.toString().endsWith(".cu")).sorted().toList();
    }
    List<ImageSource> images = new ArrayList<>();
    for (Path file : files) {
      images.addAll(ImageSource.of(file));
    }
    if (images.isEmpty()) {
      throw new CompilationException("no *.cu file under " + sourceFolder);
    }
    long names = images.stream().map(ImageSource::name).distinct().count();
    if (names < images.size()) {
      throw new CompilationException("two images of one name under " + sourceFolder);
    }
    images.sort(Comparator.comparingInt(ImageSource::value).reversed());
    return images;
  }

  /**
   * Names a file by its path below the root.
   *
   * @param file a file
   * @return the path with slashes, or the whole path of a file elsewhere
   */
  String nameOf(Path file) {
    Path path = file.startsWith(root) ? root.relativize(file) : file;
    return path.toString().replace('\\', '/');
  }
}
