package io.gramian.kernels.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CoverageReportTest {
  private static final List<Path> ROOTS = List.of(Path.of("/k/src"), Path.of("/k/include"));

  private static final String FIRST =
      """
      /c/volume.gcda:cannot open data file, assuming not executed
              -:    0:Source:/k/src/volume.cu
              -:    0:Runs:1
              -:    1:// a comment
             12:    2:  f(x);
          #####:    3:  g(x);
          =====:    4:  h(x);
              -:    5:
          #####:    6:  i(x);
             3*:    7:  j(x);
      ------------------
      f<float>:
             12:    2:  f(x);
      ------------------
              -:    0:Source:/k/include/gramian/rows.cuh
          #####:    9:  a();
             1M:   10:  b();
          #####:   11:  c();
              -:    0:Source:/k/include/gramian/platform/emulated/builtins.cuh
          #####:    1:  x();
              -:    0:Source:/usr/include/math.h
          #####:    1:  x();
      """;

  private static final String SECOND =
      """
              -:    0:Source:/k/include/gramian/rows.cuh
              2:    9:  a();
          #####:   10:  b();
          #####:   11:  c();
      """;

  @TempDir private Path folder;

  @Test
  void aLineIsReachedIfAnyImageReachedIt() throws IOException {
    CoverageReport report = new CoverageReport();
    report.add(FIRST, ROOTS);
    report.add(SECOND, ROOTS);

    Path file = folder.resolve("coverage.txt");
    report.write(file);

    assertThat(report.summary()).isEqualTo("Kernel lines reached: 4 of 8 (50.0 %)");
    assertThat(Files.readAllLines(file).stream().map(line -> line.replaceAll(" +", " ")))
        .containsExactly(
            "Kernel lines reached: 4 of 8 (50.0 %)",
            "",
            "include/gramian/rows.cuh 2 of 3 66.7 %",
            " not reached: 11",
            "src/volume.cu 2 of 5 40.0 %",
            " not reached: 3-6");
  }
}
