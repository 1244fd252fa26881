package io.gramian.kernels.compiler;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * Folder of compiled images, each under the hash of what it was made from. Entries are written
 * under a temporary name and moved, so that a build that is killed, or two builds at once, leave no
 * half entry.
 */
public final class ImageCache {
  private static final String IMAGE = ".image";
  private static final String LOG = ".log";

  private final Path folder;

  /**
   * Opens a cache.
   *
   * @param folder where the entries lie; created when the first one is written
   */
  public ImageCache(Path folder) {
    this.folder = folder;
  }

  /**
   * Returns the folder used when none is named: {@code $XDG_CACHE_HOME/gramian/kernels}, or {@code
   * ~/.cache/gramian/kernels}. It lies outside the build tree, so that {@code mvn clean} and a
   * second checkout do not compile unchanged kernels again.
   *
   * @return the folder, which may not exist yet
   */
  public static Path defaultFolder() {
    String cacheHome = System.getenv("XDG_CACHE_HOME");
    Path base =
        cacheHome == null || cacheHome.isBlank()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(cacheHome);
    return base.resolve("gramian").resolve("kernels");
  }

  /**
   * Looks an image up.
   *
   * @param key a {@link CacheKey}
   * @return the image with the log of its compiler, or nothing
   * @throws IOException if an entry exists and cannot be read
   */
  public Optional<CompiledImage> find(String key) throws IOException {
    Path image = folder.resolve(key + IMAGE);
    Path log = folder.resolve(key + LOG);
    if (!Files.exists(image) || !Files.exists(log)) {
      return Optional.empty();
    }
    return Optional.of(
        new CompiledImage(
            Files.readAllBytes(image), Files.readString(log, StandardCharsets.UTF_8)));
  }

  /**
   * Stores an image.
   *
   * @param key a {@link CacheKey}
   * @param image the image with the log of its compiler
   * @throws IOException if the entry cannot be written
   */
  public void store(String key, CompiledImage image) throws IOException {
    Files.createDirectories(folder);
    write(folder.resolve(key + LOG), image.log().getBytes(StandardCharsets.UTF_8));
    write(folder.resolve(key + IMAGE), image.bytes());
  }

  private void write(Path file, byte[] bytes) throws IOException {
    Path temporary = Files.createTempFile(folder, "partial", null);
    try {
      Files.write(temporary, bytes);
      Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }
}
