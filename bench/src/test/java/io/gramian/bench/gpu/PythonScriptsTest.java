package io.gramian.bench.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import io.gramian.Accuracy;
import io.gramian.Device;
import io.gramian.bench.compare.Check;
import io.gramian.bench.report.Line;
import io.gramian.bench.report.Subject;
import io.gramian.bench.workload.Problem;
import io.gramian.bench.workload.Workloads;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What can be tried of the peers in Python where there is no PyTorch. */
class PythonScriptsTest {
  private static final Path FOLDER = Path.of("python");

  @TempDir Path work;

  @BeforeAll
  static void requirePython() {
    assumeTrue(Python.output("--version").startsWith("Python 3"), "no python3");
  }

  @Test
  void allScriptsCompile() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      List<Path> scripts = files.filter(file -> file.toString().endsWith(".py")).toList();
      assertThat(scripts).hasSizeGreaterThan(2);
      for (Path script : scripts) {
        String compiled =
            Python.output(
                "-c",
                "import py_compile, sys; print(py_compile.compile(sys.argv[1], sys.argv[2],"
                    + " doraise=True))",
                script.toString(),
                work.resolve(script.getFileName() + "c").toString());
        assertThat(compiled).as(script.toString()).isNotBlank();
      }
    }
  }

  @Test
  void whyThereIsNothingToMeasureIsSaidInOneLine() throws IOException {
    boolean torch = Python.output("-c", "import torch; print(1)").startsWith("1");
    assumeTrue(!torch, "this python3 has PyTorch");
    String said = Python.output(FOLDER.resolve("peers.py").toString(), "--serve");
    Map<String, Object> answer = JSON.std.mapFrom(said);
    assertThat(answer.get("absent")).asString().startsWith("this python3 has no ");
    assertThat(said.lines()).hasSize(1);
  }

  /**
   * On the CPU, where it is correctness alone that can be tried. Compiling expressions takes
   * minutes, so only where a python3 was named for it.
   */
  @ParameterizedTest
  @CsvSource({
    "contrastive, volume, both, 4",
    "contrastive, cosine, both, 2",
    "gram, '', forward, 4",
    "logdet, '', both, 4",
    "volume, '', both, 4",
    "mmd, '', both, 2",
    "topk, volume, forward, 3"
  })
  void peersAgreeWithTheReference(String op, String variant, String pass, int modalities) {
    assumeTrue(System.getenv("GRAMIAN_PYTHON") != null, "GRAMIAN_PYTHON names no python3");
    assumeTrue(Python.output("-c", "import torch, numpy; print(1)").startsWith("1"), "no PyTorch");
    Subject subject = new Subject(op, variant, pass, 16, modalities, 32, "f32");
    try (Arena arena = Arena.ofShared();
        Device device = Device.open("cpu");
        PythonPeers peers = new PythonPeers("cpu")) {
      Problem problem = Workloads.problem(subject, 0, arena);
      Accuracy bound = new Accuracy(1e-4, 2e-3);
      PeerCase one = new PeerCase(problem, Check.ours(subject, true, device), bound);

      List<Line> lines = peers.measure(one, new Ceilings(device, true), problem.work());

      assertThat(lines.isEmpty()).isEqualTo(op.equals("topk"));
      for (Line line : lines) {
        if (line.time().isEmpty()) {
          assertThat(line.note()).as(line.by().name()).endsWith("is not installed");
        } else {
          assertThat(line.agreement().orElseThrow().within(bound)).as(line.toString()).isTrue();
        }
      }
    }
  }
}
