package io.gramian.kernels.compiler;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.jar.JarEntry;

/**
 * The NVRTC libraries inside the {@code cuda-redist} jar on the class path. Its {@link #identity()}
 * is read from the jar's directory without unpacking anything, so that a build whose images are all
 * cached never touches the 110 MB of libraries.
 */
public final class NvrtcArchive {
  private final List<Library> libraries;

  private record Library(String name, URL resource, long size, long crc) {}

  private NvrtcArchive(List<Library> libraries) {
    this.libraries = libraries;
  }

  /**
   * Finds the libraries of this platform.
   *
   * @return the archive
   * @throws CompilationException if the class path has none for this platform
   * @throws IOException if the jar cannot be read
   */
  public static NvrtcArchive locate() throws CompilationException, IOException {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String folder = os.contains("win") ? "windows-x86_64" : "linux-x86_64";
    List<String> names =
        os.contains("win")
            ? List.of("nvrtc-builtins64_129.dll", "nvrtc64_120_0.dll")
            : List.of("libnvrtc-builtins.so.12.9", "libnvrtc.so.12");
    List<Library> libraries = new ArrayList<>();
    for (String name : names) {
      libraries.add(find("org/bytedeco/cuda/" + folder + "/" + name, name));
    }
    return new NvrtcArchive(libraries);
  }

  private static Library find(String resource, String name)
      throws CompilationException, IOException {
    URL url = NvrtcArchive.class.getClassLoader().getResource(resource);
    if (url == null) {
      throw new CompilationException(
          "NVRTC is not on the class path: no "
              + resource
              + "; add org.bytedeco:cuda-redist with the classifier of this platform");
    }
    if (!(url.openConnection() instanceof JarURLConnection connection)) {
      throw new CompilationException("expected NVRTC inside a jar, found " + url);
    }
    JarEntry entry = connection.getJarEntry();
    return new Library(name, url, entry.getSize(), entry.getCrc());
  }

  /**
   * Names the compiler by the sizes and checksums of its libraries.
   *
   * @return a text that differs for every version of NVRTC
   */
  public String identity() {
    StringBuilder text = new StringBuilder();
    for (Library library : libraries) {
      text.append(library.name).append(' ').append(library.size).append(' ');
      text.append(Long.toHexString(library.crc)).append('\n');
    }
    return text.toString();
  }

  /**
   * Unpacks the libraries, unless an earlier build did, into a folder that only this user can read
   * and whose name is the hash of {@link #identity()}.
   *
   * @param parent the folder to unpack under
   * @return the libraries in the order in which they must be loaded
   * @throws IOException if a file cannot be written
   */
  public List<Path> extract(Path parent) throws IOException {
    String hash = new CacheKey().add("nvrtc", identity()).finish().substring(0, 16);
    Path folder = parent.resolve("nvrtc-" + hash);
    Files.createDirectories(parent);
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder, ownerOnly());
    }
    List<Path> paths = new ArrayList<>();
    for (Library library : libraries) {
      paths.add(extract(library, folder));
    }
    return paths;
  }

  private static Path extract(Library library, Path folder) throws IOException {
    Path file = folder.resolve(library.name);
    if (Files.exists(file) && Files.size(file) == library.size) {
      return file;
    }
    Path temporary = Files.createTempFile(folder, "partial", null);
    try {
      try (InputStream in = library.resource.openStream()) {
        Files.copy(in, temporary, StandardCopyOption.REPLACE_EXISTING);
      }
      Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
    return file;
  }

  private static FileAttribute<?>[] ownerOnly() {
    boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    return posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
        }
        : new FileAttribute<?>[0];
  }
}
