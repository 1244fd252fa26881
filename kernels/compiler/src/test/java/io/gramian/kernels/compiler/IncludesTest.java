package io.gramian.kernels.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IncludesTest {
  @TempDir private Path folder;
  private Includes includes;

  @BeforeEach
  void folders() {
    includes = new Includes(List.of(folder.resolve("include")));
  }

  @Test
  void headersOfHeadersCountOnceAndOthersDoNot() throws IOException {
    write("include/a.h", "#pragma once\n#include \"b.h\"\n#include \"op/c.h\"\n");
    write("include/b.h", "#include \"a.h\"\n");
    write("include/op/c.h", "#include <cmath>\n  #  include \"d.h\"\n");
    write("include/op/d.h", "");
    write("include/unused.h", "");
    Path source = write("src/x.cu", "#include \"a.h\"\n// #include \"unused.h\"\n");

    assertThat(includes.of(source))
        .extracting(header -> folder.relativize(header).toString())
        .containsExactly("include/a.h", "include/b.h", "include/op/c.h", "include/op/d.h");
  }

  @Test
  void aHeaderBesideTheFileComesFirst() throws IOException {
    write("include/a.h", "");
    Path beside = write("src/a.h", "");
    Path source = write("src/x.cu", "#include \"a.h\"\n");

    assertThat(includes.of(source)).containsExactly(beside);
  }

  private Path write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }
}
