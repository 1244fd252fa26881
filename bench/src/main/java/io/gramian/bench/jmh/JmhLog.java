package io.gramian.bench.jmh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;

import io.gramian.cli.UserException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The file that takes what JMH says; what an earlier run left in it goes. */
final class JmhLog {
  private final Path file;
  private boolean started;

  /**
   * @param file where; its folder is made where it is missing, once there is something to say
   */
  JmhLog(Path file) {
    this.file = file;
  }

  /** Opens its end. */
  PrintStream open() {
    try {
      if (!started) {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.deleteIfExists(file);
        started = true;
      }
      return new PrintStream(Files.newOutputStream(file, CREATE, APPEND), true, UTF_8);
    } catch (IOException e) {
      throw new UserException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }
}
