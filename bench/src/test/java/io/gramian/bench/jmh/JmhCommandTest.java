package io.gramian.bench.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.cli.Main;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Command lines of {@code gramian bench --jmh}. */
class JmhCommandTest {
  @TempDir private Path folder;

  @Test
  void badInputIsOneLineAndExitTwo() {
    refused("measures the backend cpu, got --backend emulated", "--jmh", "--backend", "emulated");
    refused("has no turns", "--jmh", "--rounds", "3");
    refused("has no turns", "--jmh", "--turn", "1");
    refused("has no turns", "--jmh", "--warm", "1");
    refused("measures no memory", "--jmh", "--no-memory");
    refused("expected at least 1, got 0", "--jmh", "--threads", "0");
    refused("no such folder", "--jmh", "--csv", "/no/such/folder/jmh.csv");
    refused("unknown benchmark 'sorting'", "--jmh", "sorting");
    refused("nothing to measure by JMH for [mmd]", "--jmh", "mmd", "--modalities", "9");
    refused("unknown benchmark 'plan'", "plan");
  }

  private void refused(String message, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    List<String> all = new ArrayList<>(List.of("bench"));
    all.addAll(List.of(arguments));
    Path files = folder.resolve("out");
    all.addAll(List.of("--out", files.toString()));

    int code = Main.run(new PrintWriter(out), new PrintWriter(err), all.toArray(String[]::new));

    assertThat(err.toString().lines()).singleElement().asString().contains(message);
    assertThat(out.toString()).isEmpty();
    assertThat(code).isEqualTo(2);
    assertThat(files).doesNotExist();
  }
}
