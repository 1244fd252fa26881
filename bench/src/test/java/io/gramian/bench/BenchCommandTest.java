package io.gramian.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.cli.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command as {@code gramian} finds it, by the service loader. */
class BenchCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void measuresALossAndWritesCsv(@TempDir Path folder) throws IOException {
    Path csv = folder.resolve("bench.csv");

    int code =
        run(
            "contrastive",
            "--backend",
            "reference",
            "--batch",
            "8",
            "--modalities",
            "3",
            "--dimension",
            "8",
            "--rounds",
            "1",
            "--warm",
            "0",
            "--turn",
            "0",
            "--threads",
            "1",
            "--no-peers",
            "--no-memory",
            "--csv",
            csv.toString());

    assertThat(err.toString()).isEmpty();
    assertThat(code).isZero();
    assertThat(out.toString()).contains("contrastive both  B = 8  k = 3  d = 8");
    assertThat(Files.readAllLines(csv)).hasSize(2).last().asString().contains(",contrastive,both,");
  }

  @Test
  void measuresAnOpOfSamplesBesideACopy() {
    int code =
        run(
            "volume",
            "--backend",
            "reference",
            "--batch",
            "16",
            "--modalities",
            "3",
            "--dimension",
            "8",
            "--rounds",
            "1",
            "--warm",
            "0",
            "--turn",
            "0",
            "--threads",
            "1");

    assertThat(err.toString()).isEmpty();
    assertThat(code).isZero();
    assertThat(out.toString())
        .contains("volume forward  B = 16", "volume backward  B = 16", "memory copy", "GB/s");
  }

  @Test
  void badInputIsOneLineAndExitTwo() {
    assertThat(run("sorting")).isEqualTo(2);
    assertThat(err.toString().lines()).singleElement().asString().contains("unknown benchmark");
    assertThat(run("matmul", "--batch", "0")).isEqualTo(2);
    assertThat(run("matmul", "--blas", "atlas")).isEqualTo(2);
    assertThat(run("matmul", "--csv", "/no/such/folder/x.csv")).isEqualTo(2);
    assertThat(out.toString()).isEmpty();
  }

  private int run(String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "bench";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return Main.run(new PrintWriter(out), new PrintWriter(err), all);
  }
}
