package io.gramian.tests.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import de.siegmar.fastcsv.reader.NamedCsvRecord;
import io.gramian.DType;
import io.gramian.cli.io.AtomicOutput;
import io.gramian.cli.io.Csv;
import io.gramian.cli.profile.KernelProfile;
import io.gramian.cli.profile.Profile;
import io.gramian.cli.profile.Target;
import io.gramian.op.Ops;
import io.gramian.tests.Backends;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Holds what the main kernels do to a table: none of their counts grows by more than 2 % unless the
 * table is renewed on purpose, which {@code -Dgramian.counts.renew=true} does.
 */
class KernelCountsTest {
  private static final Path FILE = Path.of("src/test/resources/kernel-counts.csv");
  private static final String RENEW = "gramian.counts.renew";
  private static final double GROWTH = 1.02;

  private static final List<String> PLACE = List.of("target", "run", "kernel");
  private static final List<String> COUNTS =
      List.of(
          "launches", "instructions", "tensor", "mainLoop", "sectors", "wavefronts", "memoryBytes");

  private static final List<Run> RUNS =
      List.of(
          Run.of("contrastive", DType.BF16, "similarity=volume", "B=256,k=4,d=256"),
          Run.of("contrastive", DType.F32, "similarity=volume", "B=256,k=4,d=128"),
          Run.of("contrastive", DType.BF16, "similarity=cosine", "B=256,k=2,d=256"),
          Run.of("contrastive", DType.BF16, "similarity=jgcs", "B=128,k=3,d=128"),
          Run.of("contrastive", DType.BF16, "similarity=mip", "B=128,k=3,d=128"),
          Run.of("contrastive", DType.BF16, "similarity=area", "B=128,k=3,d=128"),
          Run.of(
              "contrastive", DType.BF16, "similarity=cosine,objective=sigmoid", "B=256,k=2,d=128"),
          Run.of("similarity", DType.BF16, "similarity=volume", "B=256,k=3,d=128"),
          Run.of("topk", DType.BF16, "similarity=cosine", "B=256,k=2,d=128"),
          Run.of("sample-negatives", DType.BF16, "similarity=cosine", "B=256,k=2,d=128"),
          Run.of("nt-xent", DType.BF16, "", "B=128,d=128"),
          Run.of("clip-matched", DType.BF16, "", "B=128,d=128"),
          Run.of("mmd", DType.BF16, "", "B=128,d=128"),
          Run.of("semantic-density", DType.BF16, "", "B=128,d=128"),
          Run.of("nway", DType.BF16, "similarity=volume", "B=32,k=3,d=128"),
          Run.of("pointcloud-embed", DType.BF16, "", "B=16,M=8,d=64,D=128"),
          Run.of("pointcloud-similarity", DType.BF16, "", "B=16,M=8,d=64"),
          Run.of("gram", DType.F32, "", "B=128,k=4,d=512"),
          Run.of("logdet", DType.F32, "", "B=128,k=4,d=512"),
          Run.of("volume", DType.F32, "", "B=128,k=4,d=512"),
          Run.of("volume", DType.BF16, "", "B=128,k=4,d=512"));

  /** A run of an op, forward and backward. */
  private record Run(String op, DType dtype, Map<String, String> parameters, String shape) {
    static Run of(String op, DType dtype, String parameters, String shape) {
      Map<String, String> named = new LinkedHashMap<>();
      split(parameters).forEach(named::put);
      return new Run(op, dtype, named, shape);
    }

    Profile profile(Target target) {
      Map<String, Long> sizes = new LinkedHashMap<>();
      split(shape).forEach((name, size) -> sizes.put(name, Long.parseLong(size)));
      return Profile.of(Ops.of(op, parameters), sizes, dtype, target);
    }

    private static Map<String, String> split(String pairs) {
      Map<String, String> parts = new LinkedHashMap<>();
      Stream.of(pairs.split(","))
          .filter(pair -> !pair.isEmpty())
          .map(pair -> pair.split("="))
          .forEach(pair -> parts.put(pair[0], pair[1]));
      return parts;
    }

    @Override
    public String toString() {
      List<String> words = new ArrayList<>(List.of(op));
      parameters.values().forEach(words::add);
      words.add(dtype.toString());
      words.add(shape.replace(',', ' '));
      return String.join(" ", words);
    }
  }

  @BeforeAll
  static void requireEmulated() {
    assumeThat(Backends.available()).as("the emulated device").contains("emulated");
  }

  @TestFactory
  Stream<DynamicTest> noneGrows() throws IOException {
    if (Boolean.getBoolean(RENEW)) {
      renew();
    }
    Map<String, NamedCsvRecord> table = new TreeMap<>();
    for (NamedCsvRecord row : Csv.read(FILE.toString(), Files.readString(FILE), header())) {
      table.put(String.join(",", PLACE.stream().map(row::getField).toList()), row);
    }
    return Stream.of(Target.SM_80, Target.SM_90A)
        .flatMap(
            target ->
                RUNS.stream()
                    .map(
                        run ->
                            DynamicTest.dynamicTest(
                                target + " " + run, () -> check(target, run, table))));
  }

  /** So that a kernel that is gone leaves the table. */
  @Test
  void theTableHasNoOtherRuns() throws IOException {
    List<String> runs = RUNS.stream().map(Run::toString).toList();
    assertThat(Csv.read(FILE.toString(), Files.readString(FILE), header()))
        .allSatisfy(row -> assertThat(runs).contains(row.getField("run")));
  }

  private static void check(Target target, Run run, Map<String, NamedCsvRecord> table) {
    Profile profile = run.profile(target);
    // Where this target was not built, another one's PTX ran.
    assumeThat(profile.kernels())
        .as("PTX of " + target)
        .allSatisfy(kernel -> assertThat(kernel.target()).isEqualTo(target.toString()));
    List<String> changes = new ArrayList<>();
    for (KernelProfile kernel : profile.kernels()) {
      NamedCsvRecord row = table.get(target + "," + run + "," + kernel.kernel());
      if (row == null) {
        changes.add(kernel.kernel() + " is not in the table");
        continue;
      }
      counts(kernel)
          .forEach(
              (name, count) -> {
                long before = Long.parseLong(row.getField(name));
                if (count > before * GROWTH) {
                  changes.add(
                      kernel.kernel() + ": " + name + " grew from " + before + " to " + count);
                }
              });
    }
    assertThat(changes)
        .as("what costs more is put into %s by -D%s=true, on purpose", FILE, RENEW)
        .isEmpty();
  }

  private static Map<String, Long> counts(KernelProfile kernel) {
    Map<String, Long> counts = new LinkedHashMap<>();
    for (String name : COUNTS) {
      counts.put(
          name,
          switch (name) {
            case "launches" -> kernel.launches();
            case "memoryBytes" -> kernel.readBytes() + kernel.writtenBytes();
            default -> kernel.counts().get(name);
          });
    }
    return counts;
  }

  private static void renew() throws IOException {
    List<List<String>> rows = new ArrayList<>();
    for (Target target : List.of(Target.SM_80, Target.SM_90A)) {
      for (Run run : RUNS) {
        for (KernelProfile kernel : run.profile(target).kernels()) {
          assertThat(kernel.target())
              .as("build the PTX of both targets")
              .isEqualTo(target.toString());
          List<String> row =
              new ArrayList<>(List.of(target.toString(), run.toString(), kernel.kernel()));
          counts(kernel).values().forEach(count -> row.add(Long.toString(count)));
          rows.add(row);
        }
      }
    }
    AtomicOutput.writeText(FILE, Csv.text(header(), rows));
  }

  private static List<String> header() {
    return Stream.concat(PLACE.stream(), COUNTS.stream()).toList();
  }
}
