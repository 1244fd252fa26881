package io.gramian.bench.docs;

import io.gramian.bench.report.Line;
import io.gramian.bench.report.Machine;
import io.gramian.bench.report.RunCsv;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The committed measurements, {@code bench/results}. Of each machine and suite the newest file
 * counts; {@code log} below it keeps what predictions refer to.
 *
 * @param newest one file per machine and suite, by name
 * @param log files of the log, by name
 * @param training what {@code gramian train} has measured
 */
record Results(List<NamedRun> newest, Map<String, NamedRun> log, Training training) {
  private static final String FOLDER = "bench/results";
  private static final String LOG = "log";
  private static final String TRAIN = "train-";
  private static final String CSV = ".csv";

  private record Place(String processor, int cores, String gpu, String suite) {}

  /** Reads all files of a working copy. */
  static Results read(Path root) throws IOException {
    Path folder = root.resolve(FOLDER);
    Map<Place, NamedRun> newest = new LinkedHashMap<>();
    for (NamedRun one : runs(folder, name -> !name.startsWith(TRAIN))) {
      Machine machine = one.run().machine();
      Place place = new Place(machine.processor(), machine.cores(), machine.gpu(), one.suite());
      newest.merge(place, one, Results::newer);
    }
    Map<String, NamedRun> log = new LinkedHashMap<>();
    for (NamedRun one : runs(folder.resolve(LOG), name -> !name.startsWith("predictions"))) {
      log.put(one.file(), one);
    }
    List<NamedRun> sorted = new ArrayList<>(newest.values());
    sorted.sort(Comparator.comparing(NamedRun::suite).thenComparing(NamedRun::file));
    return new Results(sorted, log, Training.read(folder));
  }

  /** The same but for the files of a suite. */
  Results without(String suite) {
    return new Results(
        newest.stream().filter(one -> !one.suite().equals(suite)).toList(), log, training);
  }

  /** Lines of the newest runs that fulfil a condition. */
  List<Line> lines(Predicate<Line> condition) {
    return newest.stream().flatMap(one -> one.lines(condition).stream()).toList();
  }

  /** Whether any run saw a GPU. */
  boolean hasGpu() {
    return newest.stream().anyMatch(one -> !one.run().machine().gpu().isEmpty());
  }

  private static NamedRun newer(NamedRun one, NamedRun other) {
    Comparator<NamedRun> order =
        Comparator.<NamedRun, String>comparing(run -> run.run().machine().date())
            .thenComparing(NamedRun::file);
    return order.compare(one, other) >= 0 ? one : other;
  }

  private static List<NamedRun> runs(Path folder, Predicate<String> condition) throws IOException {
    List<NamedRun> runs = new ArrayList<>();
    for (Path file : files(folder, condition)) {
      String name = file.getFileName().toString();
      runs.add(new NamedRun(name, RunCsv.read(name, Files.readString(file))));
    }
    return runs;
  }

  private static List<Path> files(Path folder, Predicate<String> condition) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().endsWith(CSV))
          .filter(file -> condition.test(file.getFileName().toString()))
          .sorted()
          .toList();
    }
  }
}
