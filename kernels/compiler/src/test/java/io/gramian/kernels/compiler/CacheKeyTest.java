package io.gramian.kernels.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheKeyTest {
  @TempDir private Path folder;

  @Test
  void theSamePartsGiveTheSameKey() {
    assertThat(key("-O2", "a")).isEqualTo(key("-O2", "a")).matches("[0-9a-f]{64}");
  }

  @Test
  void everyPartCounts() {
    assertThat(key("-O2", "a")).isNotEqualTo(key("-O3", "a")).isNotEqualTo(key("-O2", "b"));
  }

  @Test
  void textMovedFromOnePartToTheNextGivesAnotherKey() {
    String joined = new CacheKey().add("x", "ab").add("x", "c").finish();
    String moved = new CacheKey().add("x", "a").add("x", "bc").finish();

    assertThat(joined).isNotEqualTo(moved);
  }

  @Test
  void namesAndContentsOfFilesCount() throws IOException {
    String original = fileKey("a.cuh", "one");

    assertThat(fileKey("a.cuh", "two")).isNotEqualTo(original);
    assertThat(fileKey("b.cuh", "one")).isNotEqualTo(original);
  }

  @Test
  void theFolderDoesNotCount() throws IOException {
    Path first = Files.createDirectories(folder.resolve("first"));
    Path second = Files.createDirectories(folder.resolve("second"));

    assertThat(fileKey(first, "a.cuh", "one")).isEqualTo(fileKey(second, "a.cuh", "one"));
  }

  private static String key(String options, String compiler) {
    return new CacheKey().add("options", options).add("compiler", compiler).finish();
  }

  private String fileKey(String name, String content) throws IOException {
    return fileKey(folder, name, content);
  }

  private static String fileKey(Path folder, String name, String content) throws IOException {
    Path file = Files.writeString(folder.resolve(name), content);
    return new CacheKey().addFiles(folder, List.of(file)).finish();
  }
}
