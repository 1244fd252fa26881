package io.gramian.cli.io;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;

/**
 * Writes files that appear whole or not at all. Links are followed, an old file's permissions stay,
 * and what is no file (a device, a pipe) is written to.
 */
public final class AtomicOutput {
  private static final int MOST_LINKS = 40;

  private AtomicOutput() {}

  /** Produces the content of a file. */
  @FunctionalInterface
  public interface Content {
    /**
     * Writes the content.
     *
     * @param out the destination
     * @throws IOException if writing fails
     */
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Writes to a temporary file in the folder of the target and moves it into place. Where the
   * content fails, the target is left as it was. Temporary files that killed processes left in that
   * folder are deleted.
   *
   * @param target the file; replaced if it exists; its folder must exist
   * @param content writes the bytes
   * @throws FileSystemException naming the target, if writing or moving fails
   * @throws IOException if the content fails
   */
  public static void write(Path target, Content content) throws IOException {
    try {
      BasicFileAttributes old = attributes(target);
      if (old != null && !old.isRegularFile()) {
        writeThrough(target, old, content);
      } else {
        replace(old == null ? endOfLinks(target) : target.toRealPath(), old != null, content);
      }
    } catch (FileSystemException e) {
      // Whoever wants the target knows nothing of the temporary file.
      throw failure(target, FileErrors.reason(e), e);
    } catch (DiskException e) {
      throw failure(target, e.getCause().getMessage(), e.getCause());
    }
  }

  /**
   * Writes text in UTF-8.
   *
   * @param target the file; replaced if it exists; its folder must exist
   * @param text the content
   * @throws IOException if writing or moving fails
   */
  public static void writeText(Path target, String text) throws IOException {
    write(target, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * Deletes temporary files that killed processes left in a folder, before there is anything to
   * write.
   *
   * @param folder where files are going to be written
   */
  public static void deleteLeftovers(Path folder) {
    TemporaryFile.deleteLeftovers(folder);
  }

  /** What a path leads to, links followed; null if there is nothing yet. */
  private static BasicFileAttributes attributes(Path target) throws IOException {
    try {
      return Files.readAttributes(target, BasicFileAttributes.class);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /** Where a link that leads nowhere yet would have its file. */
  private static Path endOfLinks(Path target) throws IOException {
    Path file = target.toAbsolutePath();
    for (int links = 0; Files.isSymbolicLink(file); links++) {
      if (links == MOST_LINKS) {
        throw new FileSystemException(target.toString(), null, "too many links");
      }
      file = file.resolveSibling(Files.readSymbolicLink(file)).normalize();
    }
    return file;
  }

  private static void writeThrough(Path target, BasicFileAttributes old, Content content)
      throws IOException {
    if (old.isDirectory()) {
      throw new FileSystemException(target.toString(), null, "it is a folder");
    }
    try (OutputStream device = Files.newOutputStream(target, StandardOpenOption.WRITE)) {
      write(device, content);
    }
  }

  private static void replace(Path file, boolean exists, Content content) throws IOException {
    if (exists && !Files.isWritable(file)) {
      throw new AccessDeniedException(file.toString());
    }
    TemporaryFile.deleteLeftovers(file.getParent());
    try (TemporaryFile temporary = TemporaryFile.beside(file)) {
      write(Channels.newOutputStream(temporary.channel()), content);
      if (exists) {
        keepPermissions(file, temporary.path());
      }
      move(temporary.path(), file);
    }
  }

  private static void write(OutputStream to, Content content) throws IOException {
    OutputStream out = new BufferedOutputStream(new DiskStream(to));
    content.writeTo(out);
    out.flush();
  }

  private static void keepPermissions(Path from, Path to) throws IOException {
    PosixFileAttributeView view =
        Files.getFileAttributeView(to, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    if (view == null) {
      return;
    }
    PosixFileAttributes old = Files.readAttributes(from, PosixFileAttributes.class);
    try {
      view.setOwner(old.owner());
      view.setGroup(old.group());
    } catch (IOException e) {
      // Only root may give files away; the new file is this user's, as any that this user writes.
    }
    view.setPermissions(old.permissions());
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static FileSystemException failure(Path target, String reason, Throwable cause) {
    FileSystemException failure = new FileSystemException(target.toString(), null, reason);
    failure.initCause(cause);
    return failure;
  }

  /** What the disk says, for instance that it is full, apart from what the content says. */
  private static final class DiskException extends IOException {
    private static final long serialVersionUID = 1L;

    DiskException(IOException cause) {
      super(cause);
    }
  }

  /** Marks the failures of a stream, which stays open, and locked, when the content closes it. */
  private static final class DiskStream extends OutputStream {
    private final OutputStream out;

    DiskStream(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      try {
        out.write(bytes, offset, length);
      } catch (IOException e) {
        throw new DiskException(e);
      }
    }
  }
}
