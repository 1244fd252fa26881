package io.gramian.bench.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
}
