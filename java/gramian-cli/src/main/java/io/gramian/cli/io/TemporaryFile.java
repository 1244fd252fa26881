package io.gramian.cli.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A file that is there while another is being written. It is locked, so that whoever finds one that
 * is not knows that its process was killed, and deletes it. Signals that end the process delete it
 * too.
 */
final class TemporaryFile implements AutoCloseable {
  private static final String PREFIX = ".gramian-";
  private static final String SUFFIX = ".tmp";

  /** Those of this process. */
  private static final Set<Path> LIVE = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> LIVE.forEach(TemporaryFile::delete)));
  }

  private final Path path;
  private final FileChannel channel;

  private TemporaryFile(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /** An empty file in the folder of another, with the permissions of any new file. */
  static TemporaryFile beside(Path file) throws IOException {
    while (true) {
      Path path = file.resolveSibling(PREFIX + UUID.randomUUID() + SUFFIX);
      LIVE.add(path);
      FileChannel channel = null;
      try {
        channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        lock(channel);
        if (Files.exists(path)) {
          return new TemporaryFile(path, channel);
        }
        // Somebody took it for a leftover before it was locked.
        channel.close();
        LIVE.remove(path);
      } catch (IOException | RuntimeException e) {
        LIVE.remove(path);
        if (channel != null) {
          channel.close();
          delete(path);
        }
        throw e;
      }
    }
  }

  /** Deletes what killed processes have left in a folder. */
  static void deleteLeftovers(Path folder) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, PREFIX + "*" + SUFFIX)) {
      for (Path file : files) {
        // Opening one of this process and closing it again would end its lock.
        if (!LIVE.contains(file)) {
          deleteUnlocked(file);
        }
      }
    } catch (IOException e) {
      // The folder cannot be looked into: whoever writes there is told why.
    }
  }

  private static void deleteUnlocked(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | OverlappingFileLockException e) {
      // Another user's, or gone, or on a file system that does not lock: left alone.
    }
  }

  private static void lock(FileChannel channel) {
    try {
      channel.lock();
    } catch (IOException e) {
      // A file system that does not lock, on which leftovers are not deleted.
    }
  }

  Path path() {
    return path;
  }

  /** Writes the file. */
  FileChannel channel() {
    return channel;
  }

  /** Deletes the file, unless it has been moved. */
  @Override
  public void close() throws IOException {
    delete(path);
    channel.close();
    LIVE.remove(path);
  }

  private static void delete(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      // It stays for the next one who looks for leftovers.
    }
  }
}
