package io.gramian.cli.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class AtomicOutputTest {
  @TempDir private Path folder;

  @Test
  void permissionsOfTheOldFileStay() throws IOException {
    Path file = Files.writeString(folder.resolve("a"), "old");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-x--x"));
    AtomicOutput.writeText(file, "new");
    assertThat(file).hasContent("new");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-r-x--x");
  }

  @Test
  void linksAreFollowedAlsoWhereThereIsNothingYet() throws IOException {
    Path file = Files.createDirectory(folder.resolve("there")).resolve("file");
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("there/file"));
    AtomicOutput.writeText(link, "one");
    assertThat(link).isSymbolicLink();
    assertThat(file).hasContent("one");
    AtomicOutput.writeText(link, "two");
    assertThat(link).isSymbolicLink();
    assertThat(file).hasContent("two");
    Path circle = folder.resolve("circle");
    Files.createSymbolicLink(circle, circle);
    assertThatThrownBy(() -> AtomicOutput.writeText(circle, "x"))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining(circle.toString());
  }

  @Test
  void aDeviceStaysADevice() throws IOException {
    Path device = Path.of("/dev/null");
    assumeThat(Files.isWritable(device)).isTrue();
    AtomicOutput.writeText(device, "gone");
    assertThat(Files.isRegularFile(device, LinkOption.NOFOLLOW_LINKS)).isFalse();
    assertThat(device).exists();
  }

  @Test
  void aPipeIsWrittenTo() throws Exception {
    Path pipe = folder.resolve("pipe");
    assumeThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    CompletableFuture<String> reader =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return Files.readString(pipe);
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });
    AtomicOutput.writeText(pipe, "through");
    assertThat(reader.get()).isEqualTo("through");
    assertThat(Files.isRegularFile(pipe)).isFalse();
  }

  @Test
  void aFullDiskIsToldWithTheFile() throws IOException {
    Path full = Path.of("/dev/full");
    assumeThat(Files.isWritable(full)).isTrue();
    assertThatThrownBy(() -> AtomicOutput.writeText(full, "much"))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("/dev/full")
        .hasMessageContaining("No space left");
  }

  /** Ended by a signal it cleans up itself, killed it is cleaned up after. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aProcessThatEndsWhileItWritesLeavesNothing(boolean killed) throws Exception {
    Process writer =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                classes(AtomicOutput.class) + ":" + classes(SlowWriter.class),
                SlowWriter.class.getName(),
                folder.resolve("slow").toString())
            .start();
    assertThat(writer.getInputStream().read()).isEqualTo('w');
    AtomicOutput.writeText(folder.resolve("other"), "x");
    assertThat(names()).as("what is being written stays").hasSize(2).contains("other");
    if (killed) {
      writer.destroyForcibly().waitFor();
      assertThat(names()).hasSize(2);
      AtomicOutput.deleteLeftovers(folder);
    } else {
      writer.destroy();
      writer.waitFor();
    }
    assertThat(names()).containsExactly("other");
  }

  /** Writes and does not come to an end. */
  static final class SlowWriter {
    public static void main(String[] args) throws IOException {
      AtomicOutput.write(
          Path.of(args[0]),
          out -> {
            out.write("half".getBytes(StandardCharsets.US_ASCII));
            System.out.write('w');
            System.out.flush();
            try {
              Thread.sleep(60_000);
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          });
    }
  }

  private static String classes(Class<?> of) throws Exception {
    return Path.of(of.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
  }

  private Stream<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList().stream();
    }
  }
}
