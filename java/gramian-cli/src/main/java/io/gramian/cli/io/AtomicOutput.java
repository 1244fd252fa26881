package io.gramian.cli.io;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** Writes files that appear whole or not at all. */
public final class AtomicOutput {
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
   * content fails, the target is left as it was.
   *
   * @param target the file; replaced if it exists; its folder must exist
   * @param content writes the bytes
   * @throws IOException if writing or moving fails
   */
  public static void write(Path target, Content content) throws IOException {
    Path file = target.toAbsolutePath();
    // Not createTempFile: its private permissions would stay with the file.
    String name = "." + file.getFileName() + "." + UUID.randomUUID() + ".tmp";
    Path temporary = file.resolveSibling(name);
    try {
      try (OutputStream out =
          new BufferedOutputStream(
              Files.newOutputStream(
                  temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE))) {
        content.writeTo(out);
      }
      move(temporary, file);
    } catch (FileSystemException e) {
      // Whoever wants the target knows nothing of the temporary file.
      FileSystemException failure =
          new FileSystemException(target.toString(), null, FileErrors.reason(e));
      failure.initCause(e);
      throw failure;
    } finally {
      Files.deleteIfExists(temporary);
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

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
