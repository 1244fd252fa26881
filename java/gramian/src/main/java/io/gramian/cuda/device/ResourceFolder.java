package io.gramian.cuda.device;

import io.gramian.GramianException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A folder of resources on the class path or module path, or a directory in its place.
 *
 * @param prefix path of the resources, without a final slash
 * @param directory where the files are instead; null for the class path
 */
public record ResourceFolder(String prefix, Path directory) {

  /** The folder, or the directory that a system property names in its place. */
  public static ResourceFolder of(String prefix, String property) {
    String directory = System.getProperty(property);
    return new ResourceFolder(prefix, directory == null ? null : Path.of(directory));
  }

  /** Whether there is a file of that relative path. */
  public boolean has(String name) {
    return directory == null ? find(name) != null : Files.isRegularFile(directory.resolve(name));
  }

  /**
   * The contents of a file.
   *
   * @throws GramianException if it is not there or cannot be read
   */
  public byte[] read(String name) {
    try {
      if (directory != null) {
        return Files.readAllBytes(directory.resolve(name));
      }
      URL url = find(name);
      if (url == null) {
        throw new GramianException("no " + describe(name));
      }
      try (InputStream in = url.openStream()) {
        return in.readAllBytes();
      }
    } catch (IOException e) {
      throw new GramianException("cannot read " + describe(name) + ": " + e.getMessage(), e);
    }
  }

  /** Where a file is or would be, for people. */
  public String describe(String name) {
    return directory == null
        ? prefix + "/" + name + " on the class path or module path"
        : directory.resolve(name).toString();
  }

  private URL find(String name) {
    String path = prefix + "/" + name;
    URL url = ResourceFolder.class.getClassLoader().getResource(path);
    return url == null ? ImageModules.find(path) : url;
  }
}
