package io.gramian.tests.readme;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.Device;
import io.gramian.cli.cases.CaseIndex;
import io.gramian.op.Ops;
import io.gramian.testing.Snippets;
import io.gramian.tests.Backends;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The README shows an example and code that {@link CallersTest} runs, and nothing else. */
final class ReadmeTest {
  private static final Path README = Path.of("../README.md");
  private static final Path SOURCE =
      Path.of("src/test/java/io/gramian/tests/readme/CallersTest.java");
  private static final Path EXAMPLE = Path.of("../java/examples/src/main/java/FirstLoss.java");

  @Test
  void everyJavaBlockIsCodeThatRuns() {
    Snippets.assertShown(README, EXAMPLE, SOURCE);
  }

  /** Each name in the last column stands for golden cases, and each case has one that does. */
  @Test
  void theTableOfMethodsNamesEveryGoldenCase() throws IOException {
    List<String> cases =
        CaseIndex.read(Path.of("src/test/resources/golden")).stream()
            .map(of -> of.file().replace(".npz", ""))
            .toList();
    List<String> lines = Files.readAllLines(README);
    Set<String> named = new TreeSet<>();
    int first = lines.indexOf("| method | paper | here | golden cases |") + 2;
    for (String line : lines.subList(first, lines.size())) {
      if (line.isEmpty()) {
        break;
      }
      for (String name : line.split("\\|")[4].strip().split(" ")) {
        String pattern = name.replace("`", "").replace("*", ".*");
        List<String> matching = cases.stream().filter(of -> of.matches(pattern)).toList();
        assertThat(matching).as("golden cases %s", name).isNotEmpty();
        named.addAll(matching);
      }
    }
    assertThat(named).containsExactlyInAnyOrderElementsOf(cases);
  }

  @Test
  void theTableOfOpsSaysWhatEachBackendHas() throws IOException {
    Map<String, List<String>> table = new TreeMap<>();
    List<String> lines = Files.readAllLines(README);
    // Other tables name losses.
    int header = lines.indexOf("| op | | reference | cpu | cuda |");
    for (String line : lines.subList(header, lines.size())) {
      if (line.isEmpty()) {
        break;
      }
      if (line.startsWith("| `")) {
        List<String> cells = Stream.of(line.split("\\|")).map(String::strip).toList();
        table.put(cells.get(1).replace("`", ""), cells.subList(3, 6));
      }
    }
    assertThat(table.keySet()).isEqualTo(Ops.names());
    List<String> columns = List.of("reference", "cpu", "emulated");
    for (String backend : Backends.available()) {
      int column = columns.indexOf(backend.equals("cuda") ? "emulated" : backend);
      try (Device device = Device.open(backend)) {
        for (String op : Ops.names()) {
          boolean has = device.supportedOps().contains(Ops.of(op, Map.of()).getClass());
          assertThat(table.get(op).get(column))
              .as("%s on %s", op, backend)
              .isEqualTo(has ? "yes" : "not yet");
        }
      }
    }
  }
}
