package io.gramian.kernels.compiler;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Folder of what compilers made, each result under the hash of what it was made from, as one file
 * for each of its parts. Files are written under a temporary name and moved, and a result counts
 * only with all of its parts, so that a build that is killed, or two builds at once, leave no half
 * result.
 */
public final class ImageCache {
  private final Path folder;

  /**
   * Opens a cache.
   *
   * @param folder where the files lie; created when the first one is written
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
   * Looks a result up.
   *
   * @param key a {@link CacheKey}
   * @param parts the parts that are wanted, for example {@code ptx}
   * @return the contents by part, or null if one is missing
   * @throws IOException if a part exists and cannot be read
   */
  public Map<String, byte[]> find(String key, List<String> parts) throws IOException {
    Map<String, byte[]> contents = new HashMap<>();
    for (String part : parts) {
      Path file = file(key, part);
      if (!Files.exists(file)) {
        return null;
      }
      contents.put(part, Files.readAllBytes(file));
    }
    return contents;
  }

  /**
   * Stores a result.
   *
   * @param key a {@link CacheKey}
   * @param parts the contents by part
   * @throws IOException if a file cannot be written
   */
  public void store(String key, Map<String, byte[]> parts) throws IOException {
    Files.createDirectories(folder);
    for (Map.Entry<String, byte[]> part : parts.entrySet()) {
      write(file(key, part.getKey()), part.getValue());
    }
  }

  private Path file(String key, String part) {
    return folder.resolve(key + "." + part);
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
