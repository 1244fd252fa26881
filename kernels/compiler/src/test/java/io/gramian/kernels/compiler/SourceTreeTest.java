package io.gramian.kernels.compiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceTreeTest {
  @TempDir private Path folder;

  @Test
  void aSourceIsOneImageUnlessItSaysOtherwise() throws Exception {
    write("gram.cu", "// Gram matrices.");
    write("pair_volume.cu", "// Volumes.\n// @images GRAMIAN_N = 1 2 10\n#include \"x\"\n");

    assertThat(tree().images())
        .extracting(ImageSource::name)
        .containsExactly("pair_volume_n10", "pair_volume_n2", "pair_volume_n1", "gram");
    assertThat(tree().images().getFirst().defines("-D")).containsExactly("-DGRAMIAN_N=10");
    assertThat(tree().images().getLast().defines("-D")).isEmpty();
  }

  @Test
  void aLineOfImagesThatCannotBeUnderstoodIsAnError() throws Exception {
    write("pair_volume.cu", "// @images N = 1, 2\n");

    assertThatThrownBy(() -> tree().images())
        .isInstanceOf(CompilationException.class)
        .hasMessageContaining("pair_volume.cu: expected a line like");
  }

  @Test
  void twoImagesOfOneNameAreAnError() throws Exception {
    write("a.cu", "// @images GRAMIAN_N = 1\n");
    write("a_n1.cu", "");

    assertThatThrownBy(() -> tree().images())
        .isInstanceOf(CompilationException.class)
        .hasMessageContaining("two images of one name");
  }

  @Test
  void filesAreNamedFromTheRoot() {
    assertThat(tree().nameOf(folder.resolve("src/gram.cu"))).isEqualTo("src/gram.cu");
  }

  private SourceTree tree() {
    return new SourceTree(folder, folder.resolve("src"), folder.resolve("include"));
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(Files.createDirectories(folder.resolve("src")).resolve(name), text);
  }
}
