package io.gramian.cuda.device;

import static java.nio.file.attribute.PosixFilePermission.GROUP_WRITE;
import static java.nio.file.attribute.PosixFilePermission.OTHERS_WRITE;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;

/**
 * A private directory of native libraries taken out of jars, since the system loads them from files
 * only. Each lies in a folder named by the hash of its contents. Only this user may have write
 * access, and a file that is there is compared with what it should hold before it is used.
 *
 * @param root the directory; made when needed
 */
public record NativeFiles(Path root) {
  /** System property that names the directory. */
  public static final String DIRECTORY_PROPERTY = "gramian.native.directory";

  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  /**
   * The directory that the property names, else one in the user's cache directory.
   *
   * @throws IOException if there is neither
   */
  public static NativeFiles ofUser() throws IOException {
    String chosen = System.getProperty(DIRECTORY_PROPERTY);
    if (chosen != null) {
      return new NativeFiles(Path.of(chosen).toAbsolutePath());
    }
    String cache = System.getenv("XDG_CACHE_HOME");
    Path base =
        cache != null && Path.of(cache).isAbsolute()
            ? Path.of(cache)
            : Path.of(System.getProperty("user.home"), ".cache");
    if (!base.isAbsolute()) {
      throw new IOException("the user has no home directory");
    }
    return new NativeFiles(base.resolve("gramian").resolve("native"));
  }

  /**
   * Puts a library where it can be loaded.
   *
   * @return its path
   * @throws IOException if that cannot be done, or not so that only this user can change it
   */
  public Path extract(String name, byte[] content) throws IOException {
    Path folder = root.resolve(sha256(content));
    Files.createDirectories(folder, PRIVATE_DIRECTORY);
    Path file = folder.resolve(name);
    // Made anew in any case: its owner is this user, which tells whose the directories are.
    Path fresh = Files.createTempFile(folder, name, ".tmp", PRIVATE_FILE);
    try {
      requirePrivate(root, fresh);
      requirePrivate(folder, fresh);
      if (!holds(file, content, fresh)) {
        Files.write(fresh, content);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
      }
    } finally {
      Files.deleteIfExists(fresh);
    }
    return file;
  }

  private static boolean holds(Path file, byte[] content, Path own) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    requirePrivate(file, own);
    return Arrays.equals(Files.readAllBytes(file), content);
  }

  private static void requirePrivate(Path path, Path own) throws IOException {
    if (!Files.getOwner(path, LinkOption.NOFOLLOW_LINKS).equals(Files.getOwner(own))) {
      throw new IOException(path + " belongs to another user");
    }
    Set<PosixFilePermission> permissions =
        Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS);
    if (Files.isSymbolicLink(path)
        || permissions.contains(GROUP_WRITE)
        || permissions.contains(OTHERS_WRITE)) {
      throw new IOException(path + " can be changed by others");
    }
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
