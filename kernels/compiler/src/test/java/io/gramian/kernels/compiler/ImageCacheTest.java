package io.gramian.kernels.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageCacheTest {
  @TempDir private Path folder;

  @Test
  void findsNothingInAFolderThatDoesNotExist() throws IOException {
    assertThat(new ImageCache(folder.resolve("absent")).find("key")).isEmpty();
  }

  @Test
  void returnsWhatWasStored() throws IOException {
    ImageCache cache = new ImageCache(folder.resolve("cache"));
    cache.store("key", new CompiledImage(new byte[] {1, 2, 3}, "log"));

    CompiledImage found = cache.find("key").orElseThrow();

    assertThat(found.bytes()).containsExactly(1, 2, 3);
    assertThat(found.log()).isEqualTo("log");
    assertThat(cache.find("other")).isEmpty();
  }

  @Test
  void anImageWithoutItsLogIsNoEntry() throws IOException {
    ImageCache cache = new ImageCache(folder);
    cache.store("key", new CompiledImage(new byte[] {1}, "log"));
    Files.delete(folder.resolve("key.log"));

    assertThat(cache.find("key")).isEmpty();
  }

  @Test
  void leavesNoTemporaryFiles() throws IOException {
    new ImageCache(folder).store("key", new CompiledImage(new byte[] {1}, "log"));

    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("key.image", "key.log");
    }
  }
}
