package io.gramian.kernels.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageCacheTest {
  @TempDir private Path folder;

  @Test
  void findsNothingInAFolderThatDoesNotExist() throws IOException {
    assertThat(new ImageCache(folder.resolve("absent")).find("key", List.of("ptx"))).isNull();
  }

  @Test
  void returnsWhatWasStored() throws IOException {
    ImageCache cache = new ImageCache(folder.resolve("cache"));
    cache.store("key", Map.of("ptx", new byte[] {1, 2}, "cubin", new byte[] {3}));

    assertThat(cache.find("key", List.of("ptx", "cubin")))
        .containsOnlyKeys("ptx", "cubin")
        .containsEntry("ptx", new byte[] {1, 2})
        .containsEntry("cubin", new byte[] {3});
    assertThat(cache.find("key", List.of("ptx"))).containsOnlyKeys("ptx");
    assertThat(cache.find("other", List.of("ptx"))).isNull();
  }

  @Test
  void aResultWithoutOneOfItsPartsIsNone() throws IOException {
    ImageCache cache = new ImageCache(folder);
    cache.store("key", Map.of("ptx", new byte[] {1}, "cubin", new byte[] {2}));
    Files.delete(folder.resolve("key.ptx"));

    assertThat(cache.find("key", List.of("ptx", "cubin"))).isNull();
  }

  @Test
  void leavesNoTemporaryFiles() throws IOException {
    new ImageCache(folder).store("key", Map.of("ptx", new byte[] {1}, "log", new byte[0]));

    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("key.ptx", "key.log");
    }
  }
}
