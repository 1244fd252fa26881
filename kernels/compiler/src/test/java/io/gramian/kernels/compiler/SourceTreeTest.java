package io.gramian.kernels.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceTreeTest {
  @TempDir private Path folder;

  @Test
  void headersOfTheEmulatedDeviceAreNoneOfDeviceCode() throws IOException {
    Path shared = Files.createDirectories(folder.resolve("op")).resolve("rows.cuh");
    Path twin = Files.createDirectories(folder.resolve("op/emulated")).resolve("rows.h");
    Files.createFile(shared);
    Files.createFile(twin);
    SourceTree tree = new SourceTree(folder, folder);

    assertThat(tree.headers()).containsExactly(twin, shared);
    assertThat(tree.deviceHeaders()).containsExactly(shared);
  }
}
