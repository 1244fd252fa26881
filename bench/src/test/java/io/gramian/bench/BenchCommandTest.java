package io.gramian.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gramian.bench.measure.ChildProcess;
import io.gramian.bench.peers.Torch;
import io.gramian.bench.report.RunCsv;
import io.gramian.bench.workload.Workloads;
import io.gramian.cli.Main;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command as {@code gramian} finds it, by the service loader. */
class BenchCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir private Path folder;

  @Test
  void measuresALossAndWritesCsv() throws IOException {
    Path csv = folder.resolve("bench.csv");

    int code = run("contrastive", "--no-peers", "--modalities", "4", "--csv", csv.toString());

    assertThat(err.toString()).isEmpty();
    assertThat(code).isZero();
    assertThat(out.toString()).contains("contrastive volume both  B = 8  k = 4  d = 8");
    assertThat(RunCsv.read("bench.csv", Files.readString(csv)).lines())
        .singleElement()
        .satisfies(line -> assertThat(line.subject().variant()).isEqualTo("volume"))
        .satisfies(line -> assertThat(line.limit()).isPresent());
    assertThat(folder.resolve("out/measurements.csv")).hasSameTextualContentAs(csv);
  }

  @Test
  void measuresAnOpOfSamplesBesideEjmlAndACopy() {
    int code = run("volume");

    assertThat(err.toString()).isEmpty();
    assertThat(code).isZero();
    assertThat(out.toString())
        .contains("volume forward  B = 8", "volume both  B = 8", "EJML", "of memory copy");
  }

  @Test
  void aPageIsDrawnFromTheMeasurementsOfAnotherMachine() throws IOException {
    Path csv = folder.resolve("bench.csv");
    run("matmul", "--no-peers", "--csv", csv.toString());
    Path page = folder.resolve("page");

    assertThat(main("bench", "--page", csv.toString(), "--out", page.toString())).isZero();

    assertThat(page.resolve("index.html")).content().contains("matmul, forward");
    assertThat(main("bench", "--page", folder.resolve("none.csv").toString())).isEqualTo(2);
  }

  @Test
  void theHelpListsWhatCanBeMeasured() {
    assertThat(main("bench", "--help")).isZero();
    assertThat(out.toString().replaceAll("\\s+", " "))
        .contains(String.join(", ", Workloads.names()));
  }

  @Test
  void aStoppedRunKeepsWhatItHas() throws Exception {
    List<String> arguments = new ArrayList<>(List.of("bench", "matmul", "mmd", "--no-peers"));
    arguments.addAll(List.of("--backend", "reference", "--batch", "8,2048", "--dimension", "64"));
    arguments.addAll(List.of("--rounds", "1", "--warm", "0", "--turn", "0", "--no-memory"));
    arguments.addAll(List.of("--out", folder.resolve("out").toString()));
    Process process =
        new ProcessBuilder(ChildProcess.command(List.of(), Main.class, arguments))
            .redirectErrorStream(true)
            .start();
    StringBuilder text = new StringBuilder();
    try (BufferedReader reader = process.inputReader()) {
      for (String line; (line = reader.readLine()) != null; ) {
        text.append(line).append("\n");
        if (line.startsWith("  gramian")) {
          process.toHandle().destroy(); // SIGTERM; the streams stay open
        }
      }
    }

    assertThat(process.waitFor()).isEqualTo(128 + 15);
    assertThat(text).contains("stopped: ", "page: ");
    assertThat(folder.resolve("out/index.html")).content().contains("matmul, forward");
    assertThat(folder.resolve("out/measurements.csv")).content().contains(",matmul,");
  }

  @Test
  void measuresABatchOverRanks() {
    Optional<String> missing = Torch.load(Torch.ANY, 1);
    assumeTrue(missing.isEmpty(), missing.orElse(""));
    List<String> arguments = new ArrayList<>(List.of("bench", "--ranks", "1,2"));
    arguments.addAll(List.of("--batch", "48", "--dimension", "16", "--rounds", "3"));
    arguments.addAll(List.of("--out", folder.resolve("out").toString()));

    int code = main(arguments.toArray(String[]::new));

    assertThat(err.toString()).isEmpty();
    assertThat(code).isZero();
    assertThat(out.toString()).containsPattern("48 +1 .* 1.00x").containsPattern("48 +2 ");
    assertThat(folder.resolve("out/ranks.csv"))
        .content()
        // Anchors and labels, three numbers an anchor and the loss, the anchors' gradient.
        .containsPattern("48,4,16,2,\\d+,[0-9.]+," + (24 * 17 * 4 + 48 * 24 + 8 + 48 * 64) + ",");
  }

  @Test
  void badInputIsOneLineAndExitTwo() {
    assertThat(run("matmul", "--ranks", "1,2")).isEqualTo(2);
    assertThat(main("bench", "--ranks", "0")).isEqualTo(2);
    assertThat(main("bench", "--ranks", "1,4", "--batch", "3")).isEqualTo(2);
    err.getBuffer().setLength(0);
    assertThat(run("sorting")).isEqualTo(2);
    assertThat(err.toString().lines()).singleElement().asString().contains("unknown benchmark");
    assertThat(run("matmul", "--batch", "0")).isEqualTo(2);
    assertThat(run("matmul", "--blas", "atlas")).isEqualTo(2);
    assertThat(run("matmul", "--csv", "/no/such/folder/x.csv")).isEqualTo(2);
    assertThat(out.toString()).isEmpty();
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void aFileThatCannotBeWrittenIsOneLineAndExitTwo() {
    int code = run("matmul", "--no-peers", "--csv", folder.toString());

    assertThat(code).isEqualTo(2);
    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .startsWith("gramian: cannot read or write " + folder);
  }

  private int run(String... arguments) {
    List<String> all = new ArrayList<>(List.of("bench"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--backend", "reference", "--dimension", "8", "--threads", "1"));
    all.addAll(List.of("--rounds", "1", "--warm", "0", "--turn", "0", "--no-memory"));
    all.addAll(List.of("--out", folder.resolve("out").toString()));
    if (!all.contains("--batch")) {
      all.addAll(List.of("--batch", "8"));
    }
    return main(all.toArray(String[]::new));
  }

  private int main(String... arguments) {
    return Main.run(new PrintWriter(out), new PrintWriter(err), arguments);
  }
}
