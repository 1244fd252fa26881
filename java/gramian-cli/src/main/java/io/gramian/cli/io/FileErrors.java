package io.gramian.cli.io;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;

/** What is wrong with a file, in words. */
public final class FileErrors {
  private FileErrors() {}

  /** Why a file could not be read or written. */
  public static String reason(FileSystemException e) {
    return switch (e) {
      case NoSuchFileException _ -> "there is no such file or folder";
      case AccessDeniedException _ -> "access denied";
      case FileSystemLoopException _ -> "its links lead in a circle";
      default -> e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
    };
  }
}
