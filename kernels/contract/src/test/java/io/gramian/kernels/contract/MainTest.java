package io.gramian.kernels.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {
  @TempDir private Path folder;

  @BeforeEach
  void kernels() throws IOException {
    write("include/gramian/b/params.cuh", "namespace gramian {\nconstexpr u32 kTwo = 2;\n}\n");
    write("include/gramian/b/more.cuh", "#include \"gramian/b/params.cuh\"\n");
    write(
        "include/gramian/a/row_params.cuh",
        """
        #include "gramian/b/more.cuh"
        namespace gramian {
        // Rows <of> it.
        struct Rows {
          i64 stride[kTwo];
          bool32 isUnit;
        };
        }
        """);
    write("src/c/d.cu", "GRAMIAN_KERNEL(d_run, gramian::Rows, 32) {}\n");
  }

  private void write(String file, String text) throws IOException {
    Path path = folder.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private Path java(String name) {
    return folder.resolve("out/io/gramian/cuda/abi").resolve(name);
  }

  @Test
  void headersAreReadAfterThoseThatTheyInclude() throws Exception {
    assertThat(Main.run("java", folder.toString(), folder.resolve("out").toString())).isZero();
    assertThat(java("Rows.java"))
        .content()
        .contains("/** Rows &lt;of&gt; it. Struct {@code gramian::Rows} of")
        .contains("public static final long SIZE = 24;")
        .contains("public Rows stride(int index, long value)")
        .contains("public Rows isUnit(boolean value)");
    assertThat(java("Constants.java")).content().contains("public static final int TWO = 2;");
    assertThat(java("Kernels.java"))
        .content()
        .contains("new KernelSpec<>(\"d\", \"d_run\", 32, Rows.TYPE)");
  }

  @Test
  void whatIsAsItShouldBeIsNotWrittenAgainAndWhatIsGoneIsDeleted() throws Exception {
    Main.run("java", folder.toString(), folder.resolve("out").toString());
    FileTime old = FileTime.fromMillis(0);
    Files.setLastModifiedTime(java("Rows.java"), old);
    write("out/io/gramian/cuda/abi/Gone.java", "");
    Main.run("java", folder.toString(), folder.resolve("out").toString());
    assertThat(Files.getLastModifiedTime(java("Rows.java"))).isEqualTo(old);
    assertThat(java("Gone.java")).doesNotExist();
  }

  @Test
  void theCheckAssertsEveryPlaceAndConstant() throws Exception {
    Path check = folder.resolve("check.cu");
    assertThat(Main.run("check", folder.toString(), check.toString())).isZero();
    assertThat(check)
        .content()
        .contains("static_assert(gramian::kTwo == 2);")
        .contains("static_assert(sizeof(gramian::Rows) == 24);")
        .contains("static_assert(GRAMIAN_OFFSET(gramian::Rows, isUnit) == 16);");
  }

  @Test
  void whatIsWrongIsAnExitStatus() throws Exception {
    assertThat(Main.run("java")).isEqualTo(2);
    write("src/c/d.cu", "GRAMIAN_KERNEL(d_run, gramian::No, 32) {}\n");
    assertThat(Main.run("java", folder.toString(), folder.resolve("out").toString())).isEqualTo(1);
  }
}
