package io.gramian.cuda.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NativeFilesTest {
  private static final byte[] CONTENT = {1, 2, 3};

  @TempDir Path temporary;
  private NativeFiles files;

  @BeforeEach
  void posix() {
    assumeTrue(
        FileSystems.getDefault().supportedFileAttributeViews().contains("posix"),
        "extraction is for POSIX file systems");
    files = new NativeFiles(temporary.resolve("cache/native"));
  }

  @Test
  void aLibraryLiesInAPrivateFolderNamedByItsHash() throws IOException {
    Path file = files.extract("lib.so", CONTENT);
    assertThat(file).hasBinaryContent(CONTENT).hasFileName("lib.so");
    // sha256sum of the bytes 1, 2, 3
    assertThat(file.getParent())
        .hasFileName("039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81");
    assertThat(permissions(files.root())).isEqualTo("rwx------");
    assertThat(permissions(file.getParent())).isEqualTo("rwx------");
    assertThat(permissions(file)).isEqualTo("rw-------");
    assertNothingElseIn(file.getParent());
  }

  @Test
  void aFileThatIsThereIsKeptIfItHoldsTheSameAndReplacedIfNot() throws IOException {
    Path file = files.extract("lib.so", CONTENT);
    Object key = Files.readAttributes(file, "unix:ino").get("ino");
    assertThat(files.extract("lib.so", CONTENT)).isEqualTo(file);
    assertThat(Files.readAttributes(file, "unix:ino").get("ino")).isEqualTo(key);
    Files.write(file, new byte[] {6, 6, 6});
    assertThat(files.extract("lib.so", CONTENT)).isEqualTo(file).hasBinaryContent(CONTENT);
    assertNothingElseIn(file.getParent());
  }

  @Test
  void aLinkInPlaceOfTheFileIsReplacedAndItsTargetLeftAlone() throws IOException {
    Path file = files.extract("lib.so", CONTENT);
    Path target = Files.write(temporary.resolve("target"), new byte[] {7});
    Files.delete(file);
    Files.createSymbolicLink(file, target);
    assertThat(files.extract("lib.so", CONTENT)).hasBinaryContent(CONTENT);
    assertThat(Files.isSymbolicLink(file)).isFalse();
    assertThat(target).hasBinaryContent(new byte[] {7});
  }

  @Test
  void whatOthersCanChangeIsRefused() throws IOException {
    Path file = files.extract("lib.so", CONTENT);
    for (Path path : new Path[] {file, file.getParent(), files.root()}) {
      String before = permissions(path);
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
      assertThatThrownBy(() -> files.extract("lib.so", CONTENT))
          .isInstanceOf(IOException.class)
          .hasMessage(path + " can be changed by others");
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(before));
    }
    assertNothingElseIn(file.getParent());
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private static void assertNothingElseIn(Path folder) throws IOException {
    try (Stream<Path> content = Files.list(folder)) {
      assertThat(content).hasSize(1);
    }
  }
}
