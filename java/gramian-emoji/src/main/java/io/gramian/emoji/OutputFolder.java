package io.gramian.emoji;

import io.gramian.cli.UserException;
import io.gramian.cli.io.AtomicOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder for results, made when there is something to put in. */
record OutputFolder(Path path) {
  /**
   * Makes the folder.
   *
   * @throws UserException if that fails, in one line
   */
  void create() {
    try {
      Files.createDirectories(path);
      AtomicOutput.deleteLeftovers(path);
    } catch (IOException e) {
      throw new UserException("cannot create the folder " + path + " (" + e.getMessage() + ")", e);
    }
  }
}
