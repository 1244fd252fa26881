package io.gramian.bench.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive and the jars in it depend on names and contents alone. */
class ArchiveTest {
  private static final int BLOCK = 512;

  @TempDir Path folder;

  @Test
  void aLongNameIsSplitAtASlash() throws IOException {
    String deep = "a".repeat(60) + "/" + "b".repeat(60) + "/c.txt";
    byte[] tar = unzipped(archive(deep, "text"));
    assertThat(text(tar, 0, 100)).isEqualTo("b".repeat(60) + "/c.txt");
    assertThat(text(tar, 345, 155)).isEqualTo("a".repeat(60));
    assertThat(text(tar, 124, 12)).isEqualTo("00000000004");
    assertThat(text(tar, BLOCK, BLOCK)).isEqualTo("text");
    assertThat(tar).hasSize(4 * BLOCK);
  }

  @Test
  void theChecksumCountsItselfAsSpaces() throws IOException {
    byte[] tar = unzipped(archive("name", ""));
    int sum = 8 * ' ';
    for (int i = 0; i < BLOCK; i++) {
      sum += i >= 148 && i < 156 ? 0 : tar[i] & 0xff;
    }
    assertThat(Integer.parseInt(text(tar, 148, 8), 8)).isEqualTo(sum);
  }

  @Test
  void aNameThatNoHeaderHoldsIsRefused() {
    assertThatThrownBy(() -> archive("x".repeat(101), ""))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("too long");
  }

  @Test
  void aJarDoesNotDependOnTimesOrOrder() throws IOException {
    write("z/Z.class", "1");
    write("META-INF/MANIFEST.MF", "2");
    write("META-INF/maven/pom.xml", "3");
    write("a/secret.png", "4");
    byte[] first = StoredJar.of(folder, name -> !name.endsWith(".png"));
    Files.setLastModifiedTime(folder.resolve("z/Z.class"), FileTime.fromMillis(5));
    assertThat(StoredJar.of(folder, name -> !name.endsWith(".png"))).isEqualTo(first);
    assertThat(names(first))
        .containsExactly("META-INF/MANIFEST.MF", "META-INF/", "z/", "z/Z.class");
    Path jar = folder.resolve("again.jar");
    Files.write(jar, first);
    assertThat(StoredJar.of(jar, _ -> true)).isEqualTo(first);
  }

  private void write(String name, String content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  private static byte[] archive(String name, String content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarGz archive = new TarGz(bytes)) {
      archive.file(name, content.getBytes(StandardCharsets.UTF_8), false);
    }
    return bytes.toByteArray();
  }

  private static byte[] unzipped(byte[] gzip) throws IOException {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(gzip))) {
      return in.readAllBytes();
    }
  }

  /** A field of text, up to its first zero. */
  private static String text(byte[] bytes, int at, int length) {
    String field = new String(bytes, at, length, StandardCharsets.UTF_8);
    int end = field.indexOf(0);
    return (end < 0 ? field : field.substring(0, end)).strip();
  }

  private static List<String> names(byte[] jar) throws IOException {
    List<String> names = new ArrayList<>();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(jar))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        names.add(entry.getName());
      }
    }
    return names;
  }
}
