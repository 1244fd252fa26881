package io.gramian.kernels.compiler;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PtxTextTest {
  @Test
  void filesAreNamedFromTheProjectWhereverItLies() {
    Path root = Path.of("/home/me/project");
    SourceTree tree = new SourceTree(root, root.resolve("src"), root.resolve("include"));
    String text =
        """
        .version 8.8
        \t.loc\t1 54 0
        \t.file\t1 "%s/kernels/src/gram.cu"
        \t.file\t2 "/home/me/project/kernels/include/gramian/rows.cuh"
        \t.file\t3 "/usr/include/$0.h"
        \0\
        """
            .formatted(Path.of("").toAbsolutePath());

    byte[] portable = PtxText.portable(text.getBytes(UTF_8), tree, "kernels/src/gram.cu");

    assertThat(new String(portable, UTF_8))
        .isEqualTo(
            """
            .version 8.8
            \t.loc\t1 54 0
            \t.file\t1 "kernels/src/gram.cu"
            \t.file\t2 "kernels/include/gramian/rows.cuh"
            \t.file\t3 "/usr/include/$0.h"
            """);
  }
}
